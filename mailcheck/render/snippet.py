"""A line of a file as a terminal shows it, and where the marks below it stand."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from mailcheck.model.location import Span
from mailcheck.render import escape

WIDTH = 100
"""Columns of a line that are shown; a longer line is cut around its span."""
TAB = "    "


class Snippet(NamedTuple):
    """A line ready for output, and the stretch of its columns to mark (`length` 0: nothing)."""

    text: str
    start: int
    length: int


class _Cell(NamedTuple):
    text: str
    width: int


def snippet(line: str, span: Span) -> Snippet:
    """The part of `line` that shows `span`, at most WIDTH columns wide.

    A span that ends on a later line is marked up to the end of this one. A span without width in
    column 1 names the whole line: nothing is marked.
    """
    line = line.rstrip("\r\n")
    start = min(span.column - 1, len(line))
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    names_line = start == end == 0
    before = _cells(line, max(0, start - WIDTH), start)
    marked = _cells(line, start, min(end, start + WIDTH, len(line)))
    after = _cells(line, start + len(marked), min(len(line), start + len(marked) + WIDTH))

    middle = _fitting(marked, WIDTH)
    if len(middle) < len(marked):
        after = []
    room = WIDTH - _width(middle)
    right = _fitting(after, max(room // 2, room - _width(before)))
    left = _fitting(before[::-1], room - _width(right))[::-1]

    cut_left = len(left) < start
    cut_right = start + len(middle) + len(right) < len(line)
    text = "".join(cell.text for cell in (*left, *middle, *right))
    return Snippet(
        ("…" if cut_left else "") + (text + "…" if cut_right else text.rstrip()),
        cut_left + _width(left),
        0 if names_line else max(1, _width(middle)),
    )


def _fitting(cells: list[_Cell], room: int) -> list[_Cell]:
    """As many cells from the front as fit in `room` columns."""
    for count, cell in enumerate(cells):
        room -= cell.width
        if room < 0:
            return cells[:count]
    return cells


def _width(cells: list[_Cell]) -> int:
    return sum(cell.width for cell in cells)


def _cells(line: str, start: int, end: int) -> list[_Cell]:
    return [_cell(line, at) for at in range(start, end)]


def _cell(line: str, at: int) -> _Cell:
    """What stands for one character, and its columns on a terminal."""
    char = line[at]
    if char == "\t":
        return _Cell(TAB, len(TAB))
    if not char.isprintable() or (char == "#" and escape.starts_log_command(line, at)):
        shown = escape.visible_character(char)
        return _Cell(shown, len(shown))
    if char.isascii():
        return _Cell(char, 1)
    if unicodedata.category(char) in ("Mn", "Me"):
        return _Cell(char, 0)
    return _Cell(char, 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1)
