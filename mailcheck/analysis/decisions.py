"""Functions of what is not determined, each in one form only, so that equal ones are the same number.

They are ordered binary decision diagrams (Bryant 1986): a variable, and what follows where it is true and where
it is not.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

NEVER, ALWAYS = 0, 1
"""The two functions that ask for nothing."""

V = TypeVar("V", bound=Hashable)


class Decisions(Generic[V]):
    """The functions made so far; variables are ordered as they sort."""

    __slots__ = ("_chosen", "_known", "_nodes")

    def __init__(self) -> None:
        self._nodes: list[tuple[V, int, int]] = []
        self._known: dict[tuple[V, int, int], int] = {}
        self._chosen: dict[tuple[int, int, int], int] = {}

    def variable(self, name: V) -> int:
        """True where the variable is."""
        return self._node(name, ALWAYS, NEVER)

    def both(self, one: int, other: int) -> int:
        """Their conjunction."""
        return self.choice(one, other, NEVER)

    def either(self, one: int, other: int) -> int:
        """Their disjunction."""
        return self.choice(one, ALWAYS, other)

    def only(self, one: int, other: int) -> int:
        """True where the first alone is."""
        return self.choice(other, NEVER, one)

    def choice(self, condition: int, then: int, otherwise: int) -> int:
        """`then` where `condition` is true, `otherwise` where it is not."""
        if condition in (NEVER, ALWAYS) or then == otherwise:
            return then if condition == ALWAYS or then == otherwise else otherwise
        asked = (condition, then, otherwise)
        if asked not in self._chosen:
            first = min(self._nodes[part - 2][0] for part in asked if part > ALWAYS)  # type: ignore[type-var]
            high, low = (self.choice(*(self._under(part, first, side) for part in asked)) for side in (1, 2))
            self._chosen[asked] = self._node(first, high, low)
        return self._chosen[asked]

    def where_all_false(self, function: int) -> bool:
        """What it gives where no variable is true."""
        while function > ALWAYS:
            function = self._nodes[function - 2][2]
        return function == ALWAYS

    def variables(self, function: int) -> set[V]:
        """Those on which it depends."""
        found: set[V] = set()
        seen, waiting = set(), [function]
        while waiting:
            at = waiting.pop()
            if at > ALWAYS and at not in seen:
                seen.add(at)
                name, high, low = self._nodes[at - 2]
                found.add(name)
                waiting += [high, low]
        return found

    def _under(self, function: int, name: V, side: int) -> int:
        if function <= ALWAYS or self._nodes[function - 2][0] != name:
            return function
        node = self._nodes[function - 2]
        return node[1] if side == 1 else node[2]

    def _node(self, name: V, high: int, low: int) -> int:
        if high == low:
            return high
        node = (name, high, low)
        if node not in self._known:
            self._nodes.append(node)
            self._known[node] = len(self._nodes) + 1
        return self._known[node]
