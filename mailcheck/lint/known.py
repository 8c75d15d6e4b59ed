"""Which findings are known already: to a baseline, or to another run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mailcheck.model.finding import Finding

Known = tuple[str, str]
"""Fingerprint and message of a finding."""


class Sorted(NamedTuple):
    """Findings told apart, and what of the known was not found again."""

    new: tuple[Finding, ...]
    known: tuple[Finding, ...]
    gone: tuple[Known, ...]


def sort_out(findings: Sequence[Finding], known: Iterable[Known]) -> Sorted:
    """Tell the findings that are known from those that are new.

    Each of the known stands for one finding of its fingerprint, first for one that says the same: where a
    fault is there once more than is known, one finding is new.
    """
    left = Counter(known)
    unmatched = []
    found: set[int] = set()
    for at, finding in enumerate(findings):
        key = (finding.fingerprint, finding.message)
        if left[key]:
            left[key] -= 1
            found.add(at)
        else:
            unmatched.append(at)
    otherwise: dict[str, list[Known]] = defaultdict(list)
    for key in left.elements():
        otherwise[key[0]].append(key)
    for at in unmatched:
        if same := otherwise[findings[at].fingerprint]:
            left[same.pop()] -= 1
            found.add(at)
    return Sorted(
        tuple(finding for at, finding in enumerate(findings) if at not in found),
        tuple(finding for at, finding in enumerate(findings) if at in found),
        tuple(left.elements()),
    )
