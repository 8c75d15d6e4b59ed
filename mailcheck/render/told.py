"""What people are told of a report: a fault in a line that several names share once, with those names."""

from __future__ import annotations

from typing import NamedTuple

from mailcheck.model.finding import Finding, Report
from mailcheck.model.text import shown_name
from mailcheck.render.style import Style, gravest, not_shown

NAMES = 3


class Told(NamedTuple):
    """A finding, and the other owner names of which the very same is said at the same place."""

    finding: Finding
    others: tuple[str, ...] = ()

    @property
    def also(self) -> str:
        """The other names, a few of them in full; empty where there are none."""
        named = [shown_name(name) for name in self.others[:NAMES]]
        more = len(self.others) - len(named)
        return ", ".join([*named, f"{more:,} more"] if more else named)


def told(report: Report, style: Style) -> tuple[list[Told], list[str]]:
    """What to print, in the report's order and the gravest where it is too much, and a line on the rest."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in report.findings:
        said = (finding.rule, finding.severity, finding.at, finding.message)
        groups.setdefault(said, []).append(finding)
    entries = [_together(group) for group in groups.values()]
    kept = gravest(entries, lambda entry: entry.finding.severity, style.findings)
    return kept, not_shown(len(entries), "findings", style)


def _together(group: list[Finding]) -> Told:
    first = group[0]
    names = dict.fromkeys(finding.subject.name for finding in group)
    return Told(first, tuple(name for name in names if name != first.subject.name))
