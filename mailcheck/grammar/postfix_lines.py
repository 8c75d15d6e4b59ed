"""Logical lines of Postfix's configuration files, as main.cf and master.cf share them (postconf(5), master(5))."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.model.location import Location, Piece
from mailcheck.model.patterns import late

SPACE = " \t\n\v\f\r"
_TEMPLATE = late(
    r"(?<![$:({])\{\{[-~]?\s*[A-Za-z_.][^{}=\n]*\}\}"
    r"|\{%(?:(?!\{%|%\}).)*+%\}|<%(?:(?!<%|%>).)*+%>|%%[A-Za-z_][A-Za-z0-9_]*%%"
)


class Problem(NamedTuple):
    """What is wrong with a file: `kind` is one word for rules, `message` and `help` are one sentence each."""

    kind: str
    message: str
    help: str
    at: Location


class LogicalLine(NamedTuple):
    """One line with its continuation lines joined; a piece for each line of the file it came from."""

    path: str
    text: str
    pieces: tuple[Piece, ...]

    def at(self, start: int, end: int) -> Location:
        """The place of the characters `start` up to `end`, with the pieces that map them back to the file."""
        first = self._piece(start)
        last = self._piece(max(start, end - 1))
        opening, closing = self.pieces[first], self.pieces[last]
        pieces: tuple[Piece, ...] = ()
        if last > first:
            head = Piece(0, opening.line, opening.column + start - opening.offset)
            rest = self.pieces[first + 1 : last + 1]
            pieces = (head, *[Piece(piece.offset - start, piece.line, piece.column) for piece in rest])
        return Location(
            self.path,
            opening.line,
            opening.column + start - opening.offset,
            closing.line,
            closing.column + max(end, start + 1) - closing.offset,
            pieces,
        )

    def _piece(self, offset: int) -> int:
        return max(0, bisect_right(self.pieces, (offset, 1 << 60, 0)) - 1)


def logical_lines(path: str, text: str) -> Iterator[LogicalLine]:
    """The logical lines in file order; comments and blank lines vanish, inside a continuation too.

    The first one may begin with white space: then nothing stands before it to be continued.
    """
    parts: list[str] = []
    pieces: list[Piece] = []
    size = 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.removesuffix("\r")
        content = line.lstrip(SPACE)
        if not content or content.startswith("#"):
            continue
        if parts and line[0] not in SPACE:
            yield LogicalLine(path, "".join(parts), tuple(pieces))
            parts, pieces, size = [], [], 0
        pieces.append(Piece(size, number, 1))
        parts.append(line)
        size += len(line)
    if parts:
        yield LogicalLine(path, "".join(parts), tuple(pieces))


def template_problem(path: str, text: str) -> Problem | None:
    """A problem at the first marker of a template language (Jinja, ERB, `%%name%%`) outside of comments."""
    if not any([marker in text for marker in ("{{", "{%", "<%", "%%")]):
        return None
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip(SPACE).startswith("#"):
            continue
        if found := _TEMPLATE.search(line):
            at = Location(path, number, found.start() + 1, number, found.end() + 1)
            message = "the file is a template, not a configuration that Postfix reads"
            return Problem("template", message, "audit the file that the template is turned into", at)
    return None
