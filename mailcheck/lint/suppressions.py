"""Inline suppressions: which findings they hide, and what is wrong with the suppressions themselves."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from fnmatch import fnmatchcase
from typing import NamedTuple

from mailcheck.lint.own_findings import OWN_RULES
from mailcheck.lint.selection import chosen
from mailcheck.model.finding import Finding, Label, Severity, Subject
from mailcheck.model.text import shorten
from mailcheck.model.zone import Suppression, Zone

_AS_DECLARED: Mapping[str, Severity] = {rule_id: info.severity for rule_id, info in OWN_RULES.items()}


class Kept(NamedTuple):
    """The findings left to show, and how many were hidden."""

    findings: tuple[Finding, ...]
    suppressed: int


def apply_suppressions(
    findings: Sequence[Finding],
    zones: Iterable[Zone],
    today: date,
    *,
    active: AbstractSet[str],
    known: AbstractSet[str],
    own_rules: Callable[[Zone], Mapping[str, Severity]] = lambda zone: _AS_DECLARED,
) -> Kept:
    """Hide what valid suppressions name; add findings for expired, unused and unexplained ones.

    A suppression counts as unused only for rules that ran (`active`): a run with `--select` judges
    the rest of them no more than it judges the rest of the zone. One for a rule that does not exist
    (`known` are those that do) is always told. Of these findings `own_rules` of the zone are told, with
    their severity.
    """
    declared: dict[Suppression, Zone] = {}
    for zone in zones:
        for suppression in zone.suppressions:
            declared.setdefault(suppression, zone)  # a file that two zones include has its comments once
    if not declared:
        return Kept(tuple(findings), 0)
    by_path: dict[str, list[Suppression]] = defaultdict(list)
    for suppression in declared:
        if _holds(suppression, today):
            by_path[suppression.at.path].append(suppression)
    files = {path: _File(found) for path, found in by_path.items()}
    used: set[tuple[Suppression, str]] = set()
    shown = [finding for finding in findings if not _hidden(finding, files, used)]
    own = [
        finding
        for suppression, zone in declared.items()
        for finding in chosen(_judge(zone, suppression, used, today, active=active, known=known), own_rules(zone))
    ]
    return Kept((*shown, *own), len(findings) - len(shown))


class _File:
    """The suppressions of one file, found by line without looking at all of them."""

    def __init__(self, suppressions: Iterable[Suppression]) -> None:
        self._sorted = sorted(suppressions, key=lambda suppression: suppression.first)
        self._firsts = [suppression.first for suppression in self._sorted]
        self._longest = max(suppression.last - suppression.first for suppression in self._sorted)

    def at_line(self, line: int) -> Iterator[Suppression]:
        start = bisect_left(self._firsts, line - self._longest)
        end = bisect_right(self._firsts, line)
        return (suppression for suppression in self._sorted[start:end] if line <= suppression.last)


def _holds(suppression: Suppression, today: date) -> bool:
    return bool(suppression.reason and suppression.rules and not suppression.bad_date) and (
        suppression.until is None or suppression.until >= today
    )


def _hidden(finding: Finding, files: Mapping[str, _File], used: set[tuple[Suppression, str]]) -> bool:
    file = files.get(finding.at.path)
    hidden = False
    for suppression in file.at_line(finding.at.line) if file else ():
        for glob in suppression.rules:
            if fnmatchcase(finding.rule, glob):
                used.add((suppression, glob))
                hidden = True
    return hidden


def _judge(
    zone: Zone,
    suppression: Suppression,
    used: AbstractSet[tuple[Suppression, str]],
    today: date,
    *,
    active: AbstractSet[str],
    known: AbstractSet[str],
) -> Iterator[Finding]:
    if suppression.bad_date and suppression.rules:
        message = f"this suppression does not hold: `{shorten(suppression.bad_date)}` is no date like 2027-03-01"
        at = suppression.at._replace(column=suppression.at.end_column - len(suppression.bad_date))
        yield _own("suppression-reason", zone, suppression._replace(at=at), message)
        return
    if not (suppression.reason and suppression.rules):
        what = "reason" if suppression.rules else "rule"
        yield _own("suppression-reason", zone, suppression, f"this suppression does not hold: it gives no {what}")
        return
    if not _holds(suppression, today):
        message = f"this suppression ended on {suppression.until}"
        yield _own("suppression-expired", zone, suppression, message)
        return
    for glob in suppression.rules:
        if not any(fnmatchcase(rule, glob) for rule in known):
            yield _own("suppression-unused", zone, suppression, f"there is no rule `{glob}`", glob)
        elif (suppression, glob) not in used and any(fnmatchcase(rule, glob) for rule in active):
            yield _own("suppression-unused", zone, suppression, f"nothing here is hidden by `{glob}`", glob)


def _own(rule: str, zone: Zone, suppression: Suppression, message: str, token: str = "") -> Finding:
    info = OWN_RULES[rule]
    label = Label(suppression.at)
    return Finding(rule, info.severity, message, (label,), Subject(zone.name, zone.name, ""), token=token)
