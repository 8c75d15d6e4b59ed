"""Sets of addresses that depend on what is not determined."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mailcheck.analysis.address_sets import AddressSet
from mailcheck.analysis.decisions import ALWAYS, NEVER, Decisions

ConditionalSet = Mapping[int, AddressSet]
"""By the function under which they belong to it the addresses; each address once, `NEVER` and empty sets left out.

Two of one `Decisions` are equal where they are the same whatever turns out.
"""

NOBODY: ConditionalSet = {}


def always(addresses: AddressSet) -> ConditionalSet:
    """The addresses, whatever turns out."""
    return under(ALWAYS, addresses)


def under(function: int, addresses: AddressSet) -> ConditionalSet:
    """The addresses, where the function is true."""
    return {} if addresses == AddressSet() or function == NEVER else {function: addresses}


def joined(decisions: Decisions[tuple[str, str]], one: ConditionalSet, other: ConditionalSet) -> ConditionalSet:
    """What is in either."""
    return _combined(decisions.either, one, other) if one and other else one or other


def common(decisions: Decisions[tuple[str, str]], one: ConditionalSet, other: ConditionalSet) -> ConditionalSet:
    """What is in both."""
    return _combined(decisions.both, one, other) if one and other else NOBODY


def without(decisions: Decisions[tuple[str, str]], one: ConditionalSet, other: ConditionalSet) -> ConditionalSet:
    """What is in the first alone."""
    return _combined(decisions.only, one, other) if one and other else one


def by_default(decisions: Decisions[tuple[str, str]], found: ConditionalSet) -> AddressSet:
    """The addresses in it where nothing that is not determined holds."""
    addresses = AddressSet()
    for function, those in found.items():
        if decisions.where_all_false(function):
            addresses = addresses.joined(those)
    return addresses


def _combined(
    combine: Callable[[int, int], int], one: ConditionalSet, other: ConditionalSet
) -> dict[int, AddressSet]:
    found: dict[int, AddressSet] = {}

    def add(function: int, addresses: AddressSet) -> None:
        if function != NEVER and addresses != AddressSet():
            found[function] = found[function].joined(addresses) if function in found else addresses

    covered = AddressSet()
    for function, addresses in one.items():
        left = addresses
        for another, those in other.items():
            shared = left.common(those)
            if shared != AddressSet():
                add(combine(function, another), shared)
                left = left.without(those)
        add(combine(function, NEVER), left)
        covered = covered.joined(addresses)
    for another, those in other.items():
        add(combine(NEVER, another), those.without(covered))
    return found
