"""`mailcheck lint`: zone files in, a report out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from mailcheck.config.find import load_configuration
from mailcheck.errors import UsageError
from mailcheck.grammar.private_key import holds_private_key
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.run import RunSettings, run_rules
from mailcheck.model.finding import Report
from mailcheck.model.limits import Limits
from mailcheck.model.progress import Progress
from mailcheck.model.settings import Configuration
from mailcheck.zonefile.load import load_zones, source_lines

DEFAULT_ZONES = Path("zones")


@dataclass(frozen=True, slots=True)
class LintSettings:
    """What the command line asks for; empty `paths` and None leave it to `mailcheck.yaml`."""

    paths: tuple[Path, ...] = ()
    config: Path | None = None
    profile: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    include_root: Path | None = None
    limits: Limits = field(default_factory=Limits)
    today: date = field(default_factory=date.today)


def lint(settings: LintSettings, progress: Progress) -> Report:
    """Judge all given zones together as the proposed world, offline.

    Raises UsageError where there is nothing to lint or the configuration cannot be followed.
    """
    root = settings.include_root
    if root is not None and not root.is_dir():
        raise UsageError(f"--include-root: {root} is no folder")
    configuration = load_configuration(settings.config)
    loaded = load_zones(
        _paths(settings, configuration),
        limits=settings.limits,
        include_root=root,
        progress=progress,
    )
    run = RunSettings(configuration, settings.profile, settings.select, settings.ignore, settings.today)
    report = run_rules(loaded.zones, loaded.refused, run, installed_rules(), progress=progress)
    return report._replace(snippets=_snippets(report))


def _paths(settings: LintSettings, configuration: Configuration) -> tuple[Path, ...]:
    if settings.paths:
        return settings.paths
    if configuration.zones:
        base = Path(configuration.path).parent
        return tuple(base / pattern for pattern in configuration.zones)
    if DEFAULT_ZONES.is_dir():
        return (DEFAULT_ZONES,)
    raise UsageError(
        "nothing to lint: no path given, no `zones:` in mailcheck.yaml, no folder zones/",
        hint="name a folder or file of zones: mailcheck lint PATH",
    )


def _snippets(report: Report) -> dict[tuple[str, int], str]:
    """The source lines that the report points at, but none that holds a private key."""
    lines = source_lines(set(_shown_lines(report)))
    return {place: line for place, line in lines.items() if not holds_private_key(line)}


def _shown_lines(report: Report) -> Iterator[tuple[str, int]]:
    for finding in report.findings:
        for label in finding.labels:
            yield label.at.path, label.at.line
    for entry in report.refused:
        yield entry.at.path, entry.at.line
