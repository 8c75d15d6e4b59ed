"""What changes between two states of one domain, each part graded by what it does to mail.

An error loses mail or protection, a warning takes something away, everything else is told only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mailcheck.analysis.change_meaning import spf_terms
from mailcheck.analysis.diff_state import NULL_MX, DomainState
from mailcheck.analysis.fcrdns import ReverseDns
from mailcheck.analysis.senders import Senders
from mailcheck.analysis.together import Outcome
from mailcheck.grammar.spf import is_spf
from mailcheck.model.diff import NOT_DETERMINED, MxDiff, PtrDiff, SpfDiff, ValueChange
from mailcheck.model.dns import Answers, Present
from mailcheck.model.finding import Severity
from mailcheck.model.text import shown_name

MAX_LOOKUPS, MAX_VOIDS = 10, 2
_STATES = {"found": "one record", "none": "no record", "several": "several records", "unknown": NOT_DETERMINED}
_RESULTS = ("fail", "softfail", "neutral", "none", "pass")
"""From what keeps most out to what lets all in."""


def spf_diff(old: Outcome[DomainState], new: Outcome[DomainState]) -> SpfDiff | None:
    """Who may send; where the record itself is not determined on either side, nothing is held against it."""
    before, after = old.result.spf, new.result.spf
    changes = [ValueChange("record", _STATES[before.state], _STATES[after.state])]
    known = "unknown" not in (before.state, after.state)
    empty = before if known else before._replace(addresses=after.addresses)
    if known and before.state == after.state == "found":
        changes.append(ValueChange("everyone else", old.result.otherwise, new.result.otherwise))
    changes = [change for change in changes if change.before != change.after]
    gained = _networks(after.addresses.without(empty.addresses).networks())
    lost = _networks(empty.addresses.without(after.addresses).networks())
    lookups, voids = (before.lookups, after.lookups), (before.voids, after.voids)
    more_unbounded, less_unbounded, more_broken, less_broken = (_only(*pair) for pair in _pairs(before, after))
    named = more_unbounded or less_unbounded or more_broken or less_broken
    counted = known and (lookups[0], voids[0]) != (lookups[1], voids[1])
    reopened = known and dict(before.open).keys() != dict(after.open).keys()
    if not (changes or gained or lost or named or counted or reopened):
        return None
    old_terms, new_terms = _terms(before.name, old.answers), _terms(after.name, new.answers)
    found = SpfDiff(
        Severity.INFO,
        gained,
        lost,
        tuple(changes),
        _only(new_terms, old_terms),
        _only(old_terms, new_terms),
        more_unbounded,
        less_unbounded,
        more_broken,
        less_broken,
        lookups,
        voids,
    )
    return found._replace(severity=_spf_severity(found, reopened=reopened))


def _terms(domain: str, answers: Answers) -> tuple[str, ...]:
    """The terms of the records that declared zones hold; `all` is told otherwise."""
    found: dict[str, None] = {}
    for question, answer in sorted(answers.items(), key=lambda item: (item[0].name != domain, item[0])):
        if question.type != "TXT" or not isinstance(answer, Present) or answer.source != "zones":
            continue
        texts = [record.text for record in answer.records if is_spf(record.text)]
        whose = "" if question.name == domain else f"{shown_name(question.name)}: "
        for term in (term.lower() for text in texts for term in spf_terms(text)):
            if term.lstrip("+-~?") != "all":
                found[whose + term.removeprefix("+")] = None
    return tuple(found)


def _pairs(before: Senders, after: Senders) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    if "unknown" in (before.state, after.state):
        yield from [((), ())] * 4
        return
    yield after.unbounded, before.unbounded
    yield before.unbounded, after.unbounded
    yield after.broken, before.broken
    yield before.broken, after.broken


def _spf_severity(found: SpfDiff, *, reopened: bool) -> Severity:
    """`reopened`: other questions are open now, so that more may be gained or lost than is known."""
    said = {change.what: change for change in found.changes}
    lookups, voids = found.lookups, found.voids
    record, otherwise = said.get("record"), said.get("everyone else")
    if (
        found.broken_gained
        or (record and record.after in (_STATES["none"], _STATES["several"]))
        or (otherwise and otherwise.after == "pass")
        or (lookups[1] > MAX_LOOKUPS and lookups[1] > lookups[0])
        or (voids[1] > MAX_VOIDS and voids[1] > voids[0])
    ):
        return Severity.ERROR
    laxer = otherwise and _rank(_RESULTS, otherwise.after) > _rank(_RESULTS, otherwise.before)
    return Severity.WARNING if reopened or found.lost or found.unbounded_gained or laxer else Severity.INFO


def mx_diff(before: Mapping[str, str] | None, after: Mapping[str, str] | None) -> MxDiff | None:
    """The exchanges that come, go, and get another preference; nothing where they are not determined."""
    if before is None or after is None or before == after:
        return None
    added = tuple(_exchange(name, after) for name in sorted(after.keys() - before.keys()))
    removed = tuple(_exchange(name, before) for name in sorted(before.keys() - after.keys()))
    moved = tuple(
        ValueChange(shown_name(name), before[name], after[name])
        for name in sorted(before.keys() & after.keys())
        if before[name] != after[name]
    )
    accepts = bool(after.keys() - {NULL_MX})
    stops = not accepts and bool(before.keys() - {NULL_MX})
    fewer = bool(before.keys() - after.keys() - {NULL_MX}) or (bool(removed) and not accepts)
    severity = Severity.ERROR if stops else Severity.WARNING if fewer else Severity.INFO
    return MxDiff(severity, added, removed, moved, accepts)


def _exchange(name: str, preferences: Mapping[str, str]) -> str:
    return "null MX" if name == NULL_MX else f"{preferences[name]} {shown_name(name)}"


def ptr_diff(before: ReverseDns, after: ReverseDns) -> PtrDiff | None:
    """Whether the address is led back to from its names on one side alone."""
    old, new = before.confirming, after.confirming
    if bool(old) == bool(new) or before.open or after.open:
        return None
    names = tuple(name.shown for name in old or new)
    if new:
        return PtrDiff(Severity.INFO, "gained", str(before.address), names)
    return PtrDiff(Severity.WARNING, "lost", str(before.address), names)


def _networks(networks: Sequence[object]) -> tuple[str, ...]:
    return tuple(str(network) for network in networks)


def _only(these: Sequence[str], those: Sequence[str]) -> tuple[str, ...]:
    return tuple(value for value in these if value not in those)


def _rank(order: Sequence[str], value: str) -> float:
    """Where a value stands; one that is not determined is neither better nor worse than any."""
    return order.index(value) if value in order else float("nan")
