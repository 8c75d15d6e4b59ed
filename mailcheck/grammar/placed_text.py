"""Values put together from characters of a file that do not stand side by side: quotes, escapes, joined lines."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from mailcheck.model.location import Location, Piece


class Places:
    """Lines and columns of the characters of one file."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._starts = [0]
        at = text.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = text.find("\n", at + 1)
        self._begins = frozenset(self._starts)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of the file's character at `offset`."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def stretch(self, start: int, end: int) -> Location:
        """The file's characters `start` up to `end`; at least one character wide."""
        end_line, end_column = self.position(max(start, end - 1))
        return Location(self._path, *self.position(start), end_line, end_column + 1)

    def value(self, offsets: Sequence[int], start: int, end: int) -> Location:
        """The place of a value read from `start` up to `end` whose characters stand at `offsets` of the file."""
        at = self.stretch(start, end)
        if not offsets:
            return at
        pieces = [
            Piece(number, *self.position(offset))
            for number, offset in enumerate(offsets)
            if number == 0 or offset != offsets[number - 1] + 1 or offset in self._begins
        ]
        return at if pieces == [Piece(0, at.line, at.column)] else at._replace(pieces=tuple(pieces))
