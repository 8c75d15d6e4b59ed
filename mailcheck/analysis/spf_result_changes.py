"""Which clients get another SPF result in one state than in another, known or not determined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mailcheck.analysis.address_sets import AddressSet, Ranges
from mailcheck.analysis.conditional_sets import by_default, common
from mailcheck.analysis.decisions import Decisions
from mailcheck.analysis.senders import Senders
from mailcheck.analysis.spf_results import ELSEWHERE, Results, spf_results
from mailcheck.analysis.spf_variables import Variable
from mailcheck.model.diff import NOT_DETERMINED, ValueChange

_Pair = tuple[str, str]


class ResultChanges(NamedTuple):
    """What two states give to the clients, if nothing that is not determined lets anyone pass or keeps anyone out.

    - `passing`: who gets `pass` in the first state, and in the second.
    - `gained`, `lost`: who gets `pass` in the second state alone, and in the first alone.
    - `everyone_else`: the change for the bulk of the clients, of one IP version where the other differs.
    - `others`: the networks that change between other results than `pass`, otherwise than everyone else.
    - `depends_on`: what is not determined and may change results beside these.
    """

    passing: tuple[AddressSet, AddressSet]
    gained: AddressSet
    lost: AddressSet
    everyone_else: tuple[ValueChange, ...]
    others: tuple[ValueChange, ...]
    depends_on: tuple[str, ...]


def result_changes(before: Senders, after: Senders) -> ResultChanges:
    """Compare two states of one name; nothing changes where its own record is not determined in either."""
    decisions: Decisions[Variable] = Decisions()
    old = spf_results(before.name, before.found, decisions)
    new = spf_results(after.name, after.found, decisions)
    if not old or not new or old == new:
        return ResultChanges((AddressSet(), AddressSet()), AddressSet(), AddressSet(), (), (), ())
    gained, lost = AddressSet(), AddressSet()
    changed: dict[_Pair, AddressSet] = {}
    open_now: set[str] = set()
    for pair, function, clients in _differences(decisions, old, new):
        if decisions.where_all_false(function):
            gained = gained.joined(clients) if pair[1] == "pass" else gained
            lost = lost.joined(clients) if pair[0] == "pass" else lost
            changed[pair] = changed.get(pair, AddressSet()).joined(clients)
        else:
            open_now.update(label for label, _ in decisions.variables(function))
        if "pass" not in pair:
            open_now.update(result.removeprefix(ELSEWHERE) for result in pair if result.startswith(ELSEWHERE))
    bulk = _bulk(decisions, old, new)
    return ResultChanges(
        (_passing(decisions, old), _passing(decisions, new)),
        gained,
        lost,
        tuple(_everyone_else(bulk)),
        tuple(_others(changed, bulk)),
        tuple(sorted(open_now)),
    )


def _passing(decisions: Decisions[Variable], results: Results) -> AddressSet:
    return by_default(decisions, results["pass"]) if "pass" in results else AddressSet()


def _differences(
    decisions: Decisions[Variable], old: Results, new: Results
) -> Iterator[tuple[_Pair, int, AddressSet]]:
    for before, those in old.items():
        for after, these in new.items():
            if before != after:
                for function, clients in common(decisions, those, these).items():
                    yield (before, after), function, clients


def _bulk(decisions: Decisions[Variable], old: Results, new: Results) -> Mapping[int, _Pair]:
    """By IP version what most clients get in either state."""
    sides = [{result: by_default(decisions, clients) for result, clients in side.items()} for side in (old, new)]
    most4 = [_most({result: clients.v4 for result, clients in side.items()}) for side in sides]
    most6 = [_most({result: clients.v6 for result, clients in side.items()}) for side in sides]
    return {4: (most4[0], most4[1]), 6: (most6[0], most6[1])}


def _most(clients: Mapping[str, Ranges]) -> str:
    """The result that most of them get; of two equal parts the one that is not `pass`."""
    return max(clients, key=lambda result: (size(clients[result]), result != "pass", result))


def size(ranges: Ranges) -> int:
    """How many addresses there are."""
    return sum(last - first + 1 for first, last in ranges)


def _everyone_else(bulk: Mapping[int, _Pair]) -> Iterator[ValueChange]:
    if bulk[4] == bulk[6]:
        yield from _change("everyone else", bulk[4])
    else:
        for version, pair in bulk.items():
            yield from _change(f"everyone else over IPv{version}", pair)


def _others(changed: Mapping[_Pair, AddressSet], bulk: Mapping[int, _Pair]) -> Iterator[ValueChange]:
    for pair, clients in sorted(changed.items()):
        if "pass" not in pair:
            v4 = () if bulk[4] == pair else clients.v4
            v6 = () if bulk[6] == pair else clients.v6
            for network in AddressSet(v4, v6).networks():
                yield from _change(str(network), pair)


def _change(what: str, pair: _Pair) -> Iterator[ValueChange]:
    before, after = (NOT_DETERMINED if result.startswith(ELSEWHERE) else result for result in pair)
    if before != after:
        yield ValueChange(what, before, after)
