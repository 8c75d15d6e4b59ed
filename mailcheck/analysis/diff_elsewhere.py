"""What two states leave open alike, but at another place: behind another alias, or with other name servers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mailcheck.model.dns import Answer, Present, Question, Unknown
from mailcheck.model.names import parent
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone

Servers = frozenset[str]
MovedCuts = Mapping[str, tuple[Servers, Servers]]
_NOT_READ = "unread"


def end_of(question: Question, answer: Answer) -> str:
    """The name that answers, or would."""
    if not answer.chain:
        return question.name
    return answer.records[0].name if isinstance(answer, Present) else answer.target or question.name


def moved_cuts(before: Sequence[Zone], after: Sequence[Zone]) -> MovedCuts:
    """By delegated name its servers in either state, where none stays: one that does serves the same zone."""
    old, new = _cuts(before), _cuts(after)
    return {name: (old[name], new[name]) for name in old.keys() & new.keys() if old[name].isdisjoint(new[name])}


def elsewhere(question: Question, old: Unknown, new: Unknown, cuts: MovedCuts) -> str:
    """Where the answer stands in either state, in words; empty where that is the same place."""
    if _NOT_READ in (old.reason, new.reason):
        return ""
    ends = end_of(question, old), end_of(question, new)
    if ends[0] != ends[1]:
        return f"at {shown_name(ends[0])} before and at {shown_name(ends[1])} after"
    cut = cut_above(ends[0], cuts)
    if cut is None:
        return ""
    was, now = (", ".join(map(shown_name, sorted(servers))) for servers in cuts[cut])
    return f"with {was} before and with {now} after"


def cut_above(name: str, cuts: MovedCuts) -> str | None:
    """The nearest of the delegations that `name` lies at or below."""
    while cuts and name != ".":
        if name in cuts:
            return name
        name = parent(name)
    return None


def _cuts(zones: Sequence[Zone]) -> Mapping[str, Servers]:
    return {
        found.name: frozenset(record.text.lower() for record in found.records)
        for zone in zones
        for found in zone.record_sets("NS")
        if found.name != zone.name
    }
