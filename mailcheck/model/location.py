"""Where a value stands in its file, down to the single character."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from mailcheck.model.plain import sent_plain


class HostPath(str):
    """The path of a file of the audited host, absolute as that host knows it; all other paths are ours."""

    __slots__ = ()


class Span(NamedTuple):
    """A stretch of a file: 1-based lines and columns in characters, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@sent_plain
class Piece(NamedTuple):
    """From `offset` of the value on, each character of the value is one column of `line`."""

    offset: int
    line: int
    column: int


@sent_plain
class Location(NamedTuple):
    """A span of a file and the way from an offset in the value read there back to the file.

    `pieces` (ascending offsets, the first at 0) map the value where it differs from the file's
    text: escapes, folded lines, several strings, a value put together from several fields. Two pieces that are
    the same say where the escape before them ends, be it the last of the value.
    Empty pieces: the value begins at the span's start and runs on character for character.

    Flat, since a run holds one for every record of every zone.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    pieces: tuple[Piece, ...] = ()

    @property
    def span(self) -> Span:
        return Span(self.line, self.column, self.end_line, self.end_column)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of the value's character at `offset` (0-based)."""
        if not self.pieces:
            return self.line, self.column + offset
        piece = self.pieces[max(0, bisect_right(self.pieces, (offset, 1 << 60, 0)) - 1)]
        return piece.line, piece.column + offset - piece.offset

    def within(self, start: int, end: int) -> Location:
        """The part of this location that holds the value's characters `start` up to `end`.

        An empty stretch gives a span one column wide, so that a caret can stand there.
        """
        line, column = self.position(start)
        end_line, end_column = self._end_of(max(start, end - 1))
        return Location(self.path, line, column, end_line, end_column)

    def _end_of(self, offset: int) -> tuple[int, int]:
        """Line and column behind the value's character at `offset`."""
        following = bisect_left(self.pieces, (offset + 1, 0, 0))
        first, *second = self.pieces[following : following + 2] or (None,)
        if first is not None and first.offset == offset + 1 and second == [first]:
            return first.line, first.column
        line, column = self.position(offset)
        return line, column + 1


def whole_line(path: str, line: int = 1) -> Location:
    """A location that names a line of a file and nothing narrower."""
    return Location(path, line, 1, line, 1)


NOWHERE = Location("", 0, 0, 0, 0)
"""The place of a record that no file holds: a resolver's answer, a policy fetched over HTTPS."""
