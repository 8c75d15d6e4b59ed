"""YAML nodes with their places in the file, and the list of what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailcheck.grammar.yaml_scalars import Scalar
from mailcheck.model.finding import Refused
from mailcheck.model.location import Location
from mailcheck.model.text import shorten

if TYPE_CHECKING:
    from yaml.error import Mark

_SHOWN = 60


class Mapping:
    """Keys and values in the order of the file."""

    __slots__ = ("items", "start")

    def __init__(self, start: Mark) -> None:
        self.start = start
        self.items: dict[str, tuple[Scalar, Node]] = {}


class Sequence:
    """The items of a list."""

    __slots__ = ("items", "start")

    def __init__(self, start: Mark) -> None:
        self.start = start
        self.items: list[Node] = []


Node = Scalar | Mapping | Sequence | Refused
"""A `Refused` stands where a node could not be read, while everything around it could."""


class Refusals:
    """What was refused, each once and at most `most`; beyond that they are only counted."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[Refused, None] = {}
        self._left_out = 0

    def add(self, refused: Refused) -> None:
        """Keep one more."""
        if len(self._kept) < self._most:
            self._kept[refused] = None
        elif refused not in self._kept:
            self._left_out += 1

    def all(self) -> tuple[Refused, ...]:
        """In their order, with one last entry that counts what was left out."""
        kept = tuple(self._kept)
        if not self._left_out:
            return kept
        message = f"{self._left_out} more entries were refused and are not listed"
        return (*kept, Refused("too-many-refused", kept[-1].at, message))


def point(mark: Mark) -> Location:
    """The one character that a mark points at."""
    line, column = mark.line + 1, mark.column + 1
    return Location(mark.name, line, column, line, column + 1)


def start_of(node: Node) -> Location:
    """Where a node starts."""
    if isinstance(node, Refused):
        return node.at
    return point(node.start_mark if isinstance(node, Scalar) else node.start)


def repeated(key: Scalar, first_line: int) -> Refused:
    """A key that the same mapping has already, in `first_line` (1-based)."""
    message = f"`{shorten(key.value)}` stands here again, first in line {first_line}"
    return Refused("yaml-duplicate-key", point(key.start_mark), message, "keep one of the two, or merge them")
