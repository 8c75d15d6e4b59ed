"""What is known of all declared zones together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from mailcheck.model.zone import Zone

Part = TypeVar("Part")
T = TypeVar("T")


class Index(Generic[Part, T]):
    """Something that is known of all zones: what each of them says by itself, and how that is joined.

    `of_zone` is called once for every zone, in whichever process has that zone at hand. What it answers is
    sent to the others, so it is small: text, numbers and tuples of them. `join` gets all zones and, to be
    read once, what each of them says, in the same order; to look into a zone again costs as much as to
    ask it first.
    """

    __slots__ = ("join", "of_zone")

    def __init__(
        self, of_zone: Callable[[Zone], Part], join: Callable[[Sequence[Zone], Iterable[Part]], T]
    ) -> None:
        self.of_zone = of_zone
        self.join = join

    def __call__(self, zones: Sequence[Zone]) -> T:
        return self.join(zones, map(self.of_zone, zones))


def all_names(_: Sequence[Zone], parts: Iterable[Iterable[str]]) -> frozenset[str]:
    """The names that any zone says: the `join` of many an index."""
    return frozenset().union(*parts)
