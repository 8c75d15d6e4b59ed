"""What changes in who may send between two states of one domain, graded by what it does to mail."""

from __future__ import annotations

from collections.abc import Sequence

from mailcheck.analysis.address_sets import AddressSet
from mailcheck.analysis.change_meaning import spf_terms
from mailcheck.analysis.diff_state import DomainState
from mailcheck.analysis.senders import Senders
from mailcheck.analysis.spf_node import LIMIT, VOID_LIMIT
from mailcheck.analysis.spf_result_changes import ResultChanges, result_changes, size
from mailcheck.analysis.together import Outcome
from mailcheck.model.diff import NOT_DETERMINED, SpfDiff, ValueChange
from mailcheck.model.finding import Severity
from mailcheck.model.text import shown_name

_STATES = {"found": "one record", "none": "no record", "several": "several records", "unknown": NOT_DETERMINED}
_RESULTS = ("fail", "softfail", "neutral", "none", "permerror", "pass")
"""From what keeps most out to what lets all in."""
_MANY = (2**20, 2**104)
"""A /12 of IPv4, a /24 of IPv6: more than the largest mail services have, be it one network or several."""
_TOO_MANY = (2**24, 2**112)
"""A /8 of IPv4, a /16 of IPv6: the whole internet, or not far from it."""


def spf_diff(old: Outcome[DomainState], new: Outcome[DomainState]) -> SpfDiff | None:
    """Who may send; where the record itself is not determined on either side, nothing is held against it."""
    before, after = old.result.spf, new.result.spf
    known = "unknown" not in (before.state, after.state)
    results = result_changes(before, after)
    changes = (
        *(ValueChange("record", _STATES[side[0]], _STATES[side[1]]) for side in _states(before, after)),
        *(results.everyone_else if before.state == after.state == "found" else ()),
        *(results.others if before.state == after.state == "found" else ()),
    )
    lookups, voids = (before.lookups, after.lookups), (before.voids, after.voids)
    more_broken, less_broken = _apart(before.broken, after.broken) if known else ((), ())
    more_unbounded, less_unbounded = _apart(before.unbounded, after.unbounded) if results.depends_on else ((), ())
    named = more_broken or less_broken
    counted = known and (lookups[0], voids[0]) != (lookups[1], voids[1])
    if not (changes or results.gained != results.lost or named or counted or results.depends_on):
        return None
    old_terms, new_terms = _terms(before), _terms(after)
    found = SpfDiff(
        Severity.INFO,
        _networks(results.gained),
        _networks(results.lost),
        changes,
        _only(new_terms, old_terms),
        _only(old_terms, new_terms),
        more_unbounded,
        less_unbounded,
        more_broken,
        less_broken,
        results.depends_on,
        lookups,
        voids,
    )
    return found._replace(severity=_severity(found, results))


def _states(before: Senders, after: Senders) -> list[tuple[str, str]]:
    return [(before.state, after.state)] if before.state != after.state else []


def _terms(spf: Senders) -> tuple[str, ...]:
    """The terms of the records below it that declared zones hold; `all` is told otherwise."""
    found: dict[str, None] = {}
    for name, held in sorted(spf.found.held.items(), key=lambda item: (item[0] != spf.name, item[0])):
        whose = "" if name == spf.name else f"{shown_name(name)}: "
        for record in held.records if held.declared else ():
            for term in map(str.lower, spf_terms(record.text)):
                if term.lstrip("+-~?") != "all":
                    found[whose + term.removeprefix("+")] = None
    return tuple(found)


def _severity(found: SpfDiff, results: ResultChanges) -> Severity:
    lookups, voids = found.lookups, found.voids
    if (
        found.broken_gained
        or any(change.after in (_STATES["none"], _STATES["several"], "permerror") for change in found.changes)
        or _comes_to(results, _TOO_MANY)
        or (lookups[1] > LIMIT and lookups[1] > lookups[0])
        or (voids[1] > VOID_LIMIT and voids[1] > voids[0])
    ):
        return Severity.ERROR
    told = [change for change in found.changes if change.what != "record"]
    laxer = any(_rank(change.after) > _rank(change.before) for change in told)
    singled_out = any(change in results.others and change.before != "permerror" for change in told)
    wide = _comes_to(results, _MANY)
    unclear = any(change.after == NOT_DETERMINED and change.before == _STATES["found"] for change in found.changes)
    graver = found.depends_on or found.lost or laxer or singled_out or wide or unclear
    return Severity.WARNING if graver else Severity.INFO


def _comes_to(results: ResultChanges, counts: tuple[int, int]) -> bool:
    """Whether so many more may send, or so many now that it was fewer before."""
    before, after = results.passing
    return _reaches(results.gained, counts) or (_reaches(after, counts) and not _reaches(before, counts))


def _reaches(addresses: AddressSet, counts: tuple[int, int]) -> bool:
    """Whether there are so many of IPv4 or of IPv6."""
    return size(addresses.v4) >= counts[0] or size(addresses.v6) >= counts[1]


def _networks(addresses: AddressSet) -> tuple[str, ...]:
    return tuple(str(network) for network in addresses.networks())


def _apart(before: Sequence[str], after: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What comes, and what goes."""
    return _only(after, before), _only(before, after)


def _only(these: Sequence[str], those: Sequence[str]) -> tuple[str, ...]:
    return tuple(value for value in these if value not in those)


def _rank(result: str) -> float:
    """Where a result stands; one that is not determined is neither better nor worse than any."""
    return _RESULTS.index(result) if result in _RESULTS else float("nan")
