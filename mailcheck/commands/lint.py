"""`mailcheck lint`: zone files in, a report out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from mailcheck.commands.outside import LiveDns, load_lock, lock_path, outside_view
from mailcheck.commands.zones import declared_zones
from mailcheck.config.find import load_configuration
from mailcheck.grammar.private_key import holds_private_key
from mailcheck.lint.registry import AnyRule, installed_rules
from mailcheck.model.finding import Finding, Report
from mailcheck.model.limits import Limits
from mailcheck.model.location import HostPath
from mailcheck.model.progress import Progress
from mailcheck.model.settings import Configuration
from mailcheck.view.locked import LockFile
from mailcheck.zonefile.load import Loaded, source_lines


@dataclass(frozen=True, slots=True)
class LintSettings:
    """What the command line asks for; empty `paths` and None leave it to `mailcheck.yaml`.

    `live` is asked for what neither zones nor lock hold. A lock of over `max_age` days is a finding.
    `host_facts` are bundles of hosts that depend on the zones.
    """

    paths: tuple[Path, ...] = ()
    config: Path | None = None
    profile: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    include_root: Path | None = None
    limits: Limits = field(default_factory=Limits)
    live: LiveDns | None = None
    max_age: int | None = None
    host_facts: tuple[Path, ...] = ()
    today: date = field(default_factory=date.today)


def lint(settings: LintSettings, progress: Progress) -> Report:
    """Judge all given zones together as the proposed world.

    Raises UsageError where there is nothing to lint or the configuration cannot be followed.
    """
    configuration = load_configuration(settings.config)
    loaded = declared_zones(
        settings.paths,
        configuration,
        limits=settings.limits,
        include_root=settings.include_root,
        progress=progress,
        meanwhile=lambda: _prepare(configuration),
    )
    return lint_zones(loaded, configuration, settings, progress)


def lint_zones(loaded: Loaded, configuration: Configuration, settings: LintSettings, progress: Progress) -> Report:
    """Judge zones that were read already."""
    from mailcheck.lint.run import RunSettings, run_rules

    lock = load_lock(lock_path(configuration), settings.limits)
    outside = outside_view(lock, settings.live)
    run = RunSettings(configuration, settings.profile, settings.select, settings.ignore, settings.today)
    report = run_rules(
        loaded.zones,
        loaded.refused + (lock.refused if lock else ()),
        run,
        _rules(configuration),
        outside=outside,
        further=_stale(lock, settings),
        progress=progress,
    )
    report = report._replace(snippets=snippets(report))
    if settings.host_facts:
        from mailcheck.commands.hosts import with_hosts

        report = with_hosts(report, settings.host_facts, run, loaded.zones, outside)
        report = report._replace(snippets={**report.snippets, **snippets(report)})
    return report


def _prepare(configuration: Configuration) -> None:
    """Import what only the run needs."""
    import mailcheck.lint.run  # noqa: F401

    _rules(configuration)


def _rules(configuration: Configuration) -> Mapping[str, AnyRule]:
    """The rules that have something to look at: no plan is judged here, and a spec only where one is written."""
    unneeded = ("plan", "host") if configuration.spec.written else ("plan", "host", "spec")
    return installed_rules(*unneeded)


def _stale(lock: LockFile | None, settings: LintSettings) -> tuple[Finding, ...]:
    if lock is None or settings.max_age is None:
        return ()
    from mailcheck.lint.stale_lock import stale_lock

    return tuple(stale_lock(lock, settings.today, settings.max_age))


def snippets(report: Report) -> dict[tuple[str, int], str]:
    """The source lines that the report points at, but none that holds a private key."""
    lines = source_lines(set(_shown_lines(report)))
    return {place: line for place, line in lines.items() if not holds_private_key(line)}


def _shown_lines(report: Report) -> Iterator[tuple[str, int]]:
    for finding in report.findings:
        for label in finding.labels:
            if not isinstance(label.at.path, HostPath):
                yield label.at.path, label.at.line
    for entry in report.refused:
        yield entry.at.path, entry.at.line
