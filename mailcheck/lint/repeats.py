"""No fault is told twice: a finding is silent where one that it yields to stands on the same subject."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from mailcheck.model.finding import Finding

WHATEVER = "*"
"""Behind an id in `yields_to`: whatever the tokens are."""


def without_yielding(findings: Sequence[Finding], yields: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    """The findings of one zone without those that yield to another on their subject.

    The subject is the owner name, and the token where both findings have one.
    """
    tokens: dict[tuple[str, str], set[str]] = defaultdict(set)
    for finding in findings:
        tokens[finding.subject.name, finding.rule].add(finding.token)
    for finding in findings:
        if not _yields(finding, yields[finding.rule], tokens):
            yield finding


def without_covered(
    findings: Sequence[Finding], of_host: Sequence[Finding], covers: Mapping[str, tuple[str, ...]]
) -> Iterator[Finding]:
    """The findings on zones and spec without those that a host tells too, and of the same line.

    `covers` names for each rule about hosts the rules whose fault it tells from the other side: a host's finding
    shows both.
    """
    told = {
        (covered, label.at.path, label.at.line)
        for finding in of_host
        for covered in covers.get(finding.rule, ())
        for label in finding.labels
    }
    for finding in findings:
        if not any([(finding.rule, label.at.path, label.at.line) in told for label in finding.labels]):
            yield finding


def without_told(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings without those that another one of their zone tells too, and no less severely.

    One on the change of a zone says that this change does it, and what to put back; one on a record that no
    longer counts says why.
    """
    by_zone: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.tells:
            by_zone[finding.subject.zone].append(finding)
    for finding in findings:
        if not any(_tells(one, finding) for one in by_zone.get(finding.subject.zone, ())):
            yield finding


def without_repeats(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Each thing that is said of one name at one place once.

    A place may stand for several names, where two zones include the same file: each has its finding.
    """
    seen = set()
    for finding in findings:
        said = (finding.rule, finding.subject.name, finding.subject.type, finding.at, finding.message)
        if said not in seen:
            seen.add(said)
            yield finding


def _tells(one: Finding, other: Finding) -> bool:
    return (
        one is not other
        and one.severity >= other.severity
        and any(
            told.type in ("", other.subject.type)
            # a rule may speak of all selectors that a glob fits
            and (not told.name or fnmatchcase(told.name, other.subject.name))
            and any(fnmatchcase(other.rule, rule) for rule in told.rules)
            for told in one.tells
        )
    )


def _yields(finding: Finding, yields_to: tuple[str, ...], tokens: Mapping[tuple[str, str], set[str]]) -> bool:
    for rule in yields_to:
        there = tokens.get((finding.subject.name, rule.removesuffix(WHATEVER)))
        if there and (rule.endswith(WHATEVER) or not finding.token or "" in there or finding.token in there):
            return True
    return False
