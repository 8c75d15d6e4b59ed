"""`mailcheck lint`: zone files in, a report out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mailcheck.commands.outside import LiveDns, load_lock, lock_path, outside_view
from mailcheck.commands.zones import declared_zones
from mailcheck.config.find import load_configuration
from mailcheck.model.finding import Finding, Report
from mailcheck.model.limits import Limits
from mailcheck.model.location import HostPath
from mailcheck.model.progress import Progress
from mailcheck.model.settings import Configuration
from mailcheck.view.locked import LockFile
from mailcheck.zonefile.load import Loaded

if TYPE_CHECKING:
    from mailcheck.commands.baseline import BaselineUse
    from mailcheck.lint.accepted import Scope
    from mailcheck.lint.registry import AnyRule


@dataclass(frozen=True, slots=True)
class LintSettings:
    """What the command line asks for; empty `paths` and None leave it to `mailcheck.yaml`.

    `live` is asked for what neither zones nor lock hold. A lock of over `max_age` days is a finding.
    `host_facts` are bundles of hosts that depend on the zones.
    `diff_base` is a git revision: only what changed since is told.
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
    baseline: BaselineUse | None = None
    diff_base: str | None = None
    today: date = field(default_factory=date.today)


class World(NamedTuple):
    """The zones of a run, what holds for them, and what was said of them."""

    loaded: Loaded
    configuration: Configuration
    report: Report


def lint(settings: LintSettings, progress: Progress) -> Report:
    """Judge all given zones together as the proposed world.

    Raises UsageError where there is nothing to lint or the configuration cannot be followed.
    """
    world = judge_world(settings, progress)
    report = world.report
    if settings.diff_base is not None:
        from mailcheck.commands.diff_base import only_changed

        report = only_changed(world, settings.diff_base, settings, progress)
    return report._replace(snippets={**report.snippets, **snippets(report)})


def judge_world(settings: LintSettings, progress: Progress) -> World:
    """Read the zones and judge them, whatever changed in them; raises as lint() does."""
    configuration = load_configuration(settings.config)
    loaded = declared_zones(
        settings.paths,
        configuration,
        limits=settings.limits,
        include_root=settings.include_root,
        progress=progress,
        meanwhile=lambda: _prepare(configuration),
    )
    return World(loaded, configuration, _judge(loaded, configuration, settings, progress))


def lint_zones(loaded: Loaded, configuration: Configuration, settings: LintSettings, progress: Progress) -> Report:
    """Judge zones that were read already."""
    report = _judge(loaded, configuration, settings, progress)
    return report._replace(snippets={**report.snippets, **snippets(report)})


def _judge(loaded: Loaded, configuration: Configuration, settings: LintSettings, progress: Progress) -> Report:
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
    if settings.host_facts:
        from mailcheck.commands.hosts import with_hosts

        report = with_hosts(report, settings.host_facts, run, loaded.zones, outside)
    if settings.baseline is None:
        return report
    from mailcheck.commands.baseline import with_baseline
    from mailcheck.lint.accepted import OUTDATED
    from mailcheck.lint.run import Plans, place
    from mailcheck.lint.selection import chosen

    own = Plans(run, {}).own_rules()
    report = with_baseline(report, settings.baseline, _scope(loaded, settings, own), settings.limits)
    outdated = chosen((finding for finding in report.findings if finding.rule == OUTDATED), own)
    others = (finding for finding in report.findings if finding.rule != OUTDATED)
    return report._replace(findings=tuple(sorted((*others, *outdated), key=place)))


def _scope(loaded: Loaded, settings: LintSettings, told: Collection[str]) -> Scope:
    from mailcheck.lint.accepted import Scope

    own = set()
    if not (settings.select or settings.ignore):
        own |= {"suppression-expired", "suppression-reason", "suppression-unused"}.intersection(told)
    if settings.max_age is not None:
        own.add("lock-stale")
    return Scope(loaded.zones, not settings.paths, frozenset(own))


def _prepare(configuration: Configuration) -> None:
    """Import what only the run needs."""
    import mailcheck.lint.run  # noqa: F401

    _rules(configuration)


def _rules(configuration: Configuration) -> Mapping[str, AnyRule]:
    """The rules that have something to look at: no plan is judged here, and a spec only where one is written."""
    from mailcheck.lint.registry import installed_rules

    unneeded = ("plan", "host") if configuration.spec.written else ("plan", "host", "spec")
    return installed_rules(*unneeded)


def _stale(lock: LockFile | None, settings: LintSettings) -> tuple[Finding, ...]:
    if lock is None or settings.max_age is None:
        return ()
    from mailcheck.lint.stale_lock import stale_lock

    return tuple(stale_lock(lock, settings.today, settings.max_age))


def snippets(report: Report) -> dict[tuple[str, int], str]:
    """The source lines that the report points at, but none that holds a private key."""
    from mailcheck.grammar.private_key import holds_private_key
    from mailcheck.zonefile.source_lines import source_lines

    lines = source_lines(set(_shown_lines(report)))
    return {place: line for place, line in lines.items() if not holds_private_key(line)}


def _shown_lines(report: Report) -> Iterator[tuple[str, int]]:
    for finding in report.findings:
        for label in finding.labels:
            if not isinstance(label.at.path, HostPath):
                yield label.at.path, label.at.line
    for entry in report.refused:
        yield entry.at.path, entry.at.line
