"""Inline suppressions: which findings they hide, and what is wrong with the suppressions themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from fnmatch import fnmatchcase
from typing import NamedTuple

from mailcheck.lint.own_findings import OWN_RULES
from mailcheck.model.finding import Finding, Label, Subject
from mailcheck.model.zone import Suppression, Zone


class Kept(NamedTuple):
    """The findings left to show, and how many were hidden."""

    findings: tuple[Finding, ...]
    suppressed: int


def apply_suppressions(
    findings: Sequence[Finding], zones: Iterable[Zone], active: AbstractSet[str], today: date
) -> Kept:
    """Hide what valid suppressions name; add findings for expired, unused and unexplained ones.

    A suppression counts as unused only for rules that ran (`active`): a run with `--select` judges
    the rest of them no more than it judges the rest of the zone.
    """
    by_path: dict[str, list[tuple[Zone, Suppression]]] = defaultdict(list)
    for zone in zones:
        for suppression in zone.suppressions:
            by_path[suppression.at.path].append((zone, suppression))
    if not by_path:
        return Kept(tuple(findings), 0)
    used: set[tuple[int, str]] = set()
    shown = [finding for finding in findings if not _hidden(finding, by_path[finding.at.path], used, today)]
    own = [
        finding
        for entries in by_path.values()
        for zone, suppression in entries
        for finding in _judge(zone, suppression, used, active, today)
    ]
    return Kept((*shown, *own), len(findings) - len(shown))


def _holds(suppression: Suppression, today: date) -> bool:
    return bool(suppression.reason and suppression.rules) and (
        suppression.until is None or suppression.until >= today
    )


def _hidden(
    finding: Finding,
    entries: Iterable[tuple[Zone, Suppression]],
    used: set[tuple[int, str]],
    today: date,
) -> bool:
    hidden = False
    for _, suppression in entries:
        if not (suppression.first <= finding.at.line <= suppression.last and _holds(suppression, today)):
            continue
        for glob in suppression.rules:
            if fnmatchcase(finding.rule, glob):
                used.add((id(suppression), glob))
                hidden = True
    return hidden


def _judge(
    zone: Zone, suppression: Suppression, used: set[tuple[int, str]], active: AbstractSet[str], today: date
) -> Iterator[Finding]:
    if not (suppression.reason and suppression.rules):
        yield _own("suppression-reason", zone, suppression, "this suppression does not hold: it gives no reason")
        return
    if not _holds(suppression, today):
        message = f"this suppression ended on {suppression.until}"
        yield _own("suppression-expired", zone, suppression, message)
        return
    for glob in suppression.rules:
        if (id(suppression), glob) not in used and any(fnmatchcase(rule, glob) for rule in active):
            yield _own("suppression-unused", zone, suppression, f"nothing here is hidden by `{glob}`", glob)


def _own(rule: str, zone: Zone, suppression: Suppression, message: str, token: str = "") -> Finding:
    info = OWN_RULES[rule]
    label = Label(suppression.at)
    return Finding(rule, info.severity, message, (label,), Subject(zone.name, zone.name, ""), token=token)
