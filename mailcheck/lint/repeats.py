"""No fault is told twice: a finding is silent where one that it yields to stands on the same subject."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from mailcheck.model.finding import Finding


def without_repeats(findings: Sequence[Finding], yields: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    """The findings of one zone without those that yield, and without exact repetitions.

    The subject is the owner name, and the token where both findings have one.
    """
    tokens: dict[tuple[str, str], set[str]] = defaultdict(set)
    for finding in findings:
        tokens[finding.subject.name, finding.rule].add(finding.token)
    seen = set()
    for finding in findings:
        key = (finding.rule, finding.at, finding.message)
        if key not in seen and not _yields(finding, yields[finding.rule], tokens):
            yield finding
        seen.add(key)


def _yields(finding: Finding, yields_to: tuple[str, ...], tokens: Mapping[tuple[str, str], set[str]]) -> bool:
    for rule in yields_to:
        there = tokens.get((finding.subject.name, rule))
        if there and (not finding.token or "" in there or finding.token in there):
            return True
    return False
