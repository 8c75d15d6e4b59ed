"""A baseline held against a report: what it hides, and which of its entries nothing answers to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mailcheck.lint.baseline import Baseline, Entry, entry_of
from mailcheck.lint.known import sort_out
from mailcheck.lint.own_findings import OWN_RULES
from mailcheck.lint.registry import installed_ids
from mailcheck.lint.run import place
from mailcheck.model.finding import Finding, Label, Report, Subject
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone

OUTDATED = "baseline-outdated"


class Scope(NamedTuple):
    """What a run looked at: all that is declared (`whole`) or some paths of it, and with which own rules."""

    zones: Sequence[Zone]
    whole: bool
    own_rules: frozenset[str]


def acceptable(report: Report) -> tuple[Entry, ...]:
    """The findings of a report as a baseline holds them."""
    return tuple(entry_of(finding) for finding in report.findings)


def accepted(report: Report, baseline: Baseline, scope: Scope) -> tuple[Report, dict[int, Entry]]:
    """The report without the findings that the baseline holds, and the entries that are gone, by line.

    An entry is gone where its rule ran, its zone was read, the check came to a verdict, and there was no such
    finding. Each is told as a finding of its own.
    """
    found = sort_out(report.findings, ((entry.fingerprint, entry.message) for entry in baseline.entries.values()))
    lines: dict[tuple[str, str], list[int]] = defaultdict(list)
    for line, entry in baseline.entries.items():
        lines[entry.fingerprint, entry.message].append(line)
    judged = _Judged(report, scope)
    unmatched = {line: baseline.entries[line] for line in sorted(lines[known].pop() for known in found.gone)}
    gone = {line: entry for line, entry in unmatched.items() if judged(entry)}
    outdated = _outdated(baseline, gone)
    return report._replace(
        findings=tuple(sorted((*found.new, *outdated), key=place)), baseline=len(found.known)
    ), gone


class _Judged:
    """Whether a run would have come to the finding of an entry, if it were still there."""

    def __init__(self, report: Report, scope: Scope) -> None:
        self._ran = report.ran | scope.own_rules
        self._known = installed_ids() | OWN_RULES.keys()
        self._zones = {zone.name: zone for zone in scope.zones}
        self._all_read = scope.whole and not report.refused
        self._skipped = {(skip.rule, skip.name) for skip in report.skipped}

    def __call__(self, entry: Entry) -> bool:
        if entry.rule in self._known and entry.rule not in self._ran:
            return False
        if (entry.rule, entry.name) in self._skipped:
            return False
        zone = self._zones.get(entry.zone)
        return self._all_read or not entry.zone if zone is None else not zone.may_hold_more(entry.name)


def _outdated(baseline: Baseline, gone: dict[int, Entry]) -> Iterator[Finding]:
    for line, entry in gone.items():
        yield Finding(
            OUTDATED,
            OWN_RULES[OUTDATED].severity,
            f"{entry.rule} is no longer found" + (f" at {shown_name(entry.name)}" if entry.name else ""),
            (Label(baseline.at(line)),),
            Subject("", entry.name, entry.type),
            help="--prune-baseline takes out what is no longer found",
            token=entry.fingerprint,
        )
