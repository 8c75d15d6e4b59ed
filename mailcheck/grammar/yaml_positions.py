"""From a character of a YAML scalar back to the character of the file that denotes it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Final

from mailcheck.grammar.yaml_scalars import Scalar
from mailcheck.model.location import Location, Piece, Span
from mailcheck.model.patterns import late

Segment = tuple[int, int]
"""From the first offset on, a text runs along with another text from the second offset on.

Two that are the same say where the escape before them ends.
"""

LONGEST_MAPPED: Final = 1 << 18

_WHITE = " \t\n\r\x85\u2028\u2029"
_BREAK = "\r\n|[\n\r\x85\u2028\u2029]"
_KEPT_BREAKS = "\u2028\u2029"
_BREAKS: Final = late(_BREAK)
_TEXT_LINE: Final = late("\n")
_PROPERTY: Final = late(rf"[!&][^{_WHITE}]*|[ \t]+|{_BREAK}|#[^\n\r]*")
_SPACING = rf"(?P<blank>[ \t]+)|(?P<brk>{_BREAK})"
_PLAIN: Final = late(rf"{_SPACING}|(?P<run>[^{_WHITE}]+)")
_SINGLE: Final = late(rf"{_SPACING}|(?P<run>[^{_WHITE}']+)|(?P<escape>'')")
_DOUBLE: Final = late(
    rf"{_SPACING}|(?P<run>[^{_WHITE}\\]+)|\\(?:(?P<join>{_BREAK})|(?P<escape>x..|u.{{4}}|U.{{8}}|.))"
)


def scalar_location(texts: Mapping[str, str], scalar: Scalar) -> Location:
    """Where the scalar's value stands in its file, without its quotes; `texts` holds files by path."""
    start, end = scalar.start_mark, scalar.end_mark
    path = start.name
    column, end_column = start.column + 1, end.column + 1
    length = end_column - column
    if scalar.style:
        column, end_column = column + 1, end_column - 1
    if end_column - column == len(scalar.value) and length == end.index - start.index:
        line = start.line + 1
        # Every record has two or three of these: without the detour over a Span they cost half.
        return tuple.__new__(Location, (path, line, column, line, end_column, ()))
    return from_pieces(path, scalar_pieces(texts[path], scalar), len(scalar.value))


def scalar_pieces(text: str, scalar: Scalar) -> tuple[Piece, ...]:
    """How the offsets of the scalar's value map to lines and columns of the file `text`; never empty.

    What stands for a folded line is mapped to the line break, an escaped character to its backslash.
    Values of over `LONGEST_MAPPED` characters, which no record can hold, have their start only.
    """
    start = scalar.start_mark
    if len(scalar.value) > LONGEST_MAPPED:
        return (Piece(0, start.line + 1, start.column + 1),)
    raw = text[start.index : scalar.end_mark.index]
    skipped = _properties_length(raw)
    runs = _runs(raw, skipped, scalar)
    segments = runs.segments if runs.length == len(scalar.value) and runs.segments else [(0, skipped)]
    line_starts = [0, *(found.end() for found in _TEXT_LINE.finditer(raw))]
    pieces = []
    for offset, raw_offset in segments:
        line = bisect_right(line_starts, raw_offset) - 1
        column = raw_offset - line_starts[line] + (1 if line else start.column + 1)
        pieces.append(Piece(offset, start.line + 1 + line, column))
    return tuple(pieces)


def remapped(at: Location, segments: Sequence[Segment], length: int) -> Location:
    """The location of a text of `length` characters that was made out of the value at `at`.

    `segments` (ascending, the first at 0) say which part of the value each part of the text is.
    """
    if not at.pieces:
        line, column = at.line, at.column
        first = column + segments[0][1]
        start, base = segments[-1]
        end = column + base + max(0, length - start)
        if len(segments) == 1:
            return Location(at.path, line, first, line, end)
        on_line = tuple([Piece(start, line, column + base) for start, base in segments])
        return Location(at.path, line, first, line, end, on_line)
    pieces: list[Piece] = []
    ends = [start for start, _ in segments[1:]] + [length]
    for (start, base), end in zip(segments, ends, strict=True):
        pieces.append(Piece(start, *at.position(base)))
        first = bisect_right(at.pieces, (base, 1 << 60, 0))
        last = bisect_right(at.pieces, (base + end - start, 1 << 60 if end == length else 0, 0))
        pieces.extend(Piece(start + offset - base, line, column) for offset, line, column in at.pieces[first:last])
    return from_pieces(at.path, tuple(pieces), length)


def from_pieces(path: str, pieces: tuple[Piece, ...], length: int) -> Location:
    """The location of a value of `length` characters; a single piece needs no mapping."""
    first = pieces[0]
    last = pieces[bisect_right(pieces, (max(0, length - 1), 1 << 60, 0)) - 1]
    span = Span(first.line, first.column, last.line, last.column + max(0, length - last.offset))
    if pieces[-2:] == (pieces[-1],) * 2 and pieces[-1].offset == length:
        span = span._replace(end_line=pieces[-1].line, end_column=pieces[-1].column)
    return Location(path, *span, pieces if len(pieces) > 1 else ())


class _Runs:
    """The segments of a scalar's value in its source, as they are found."""

    __slots__ = ("_expected", "length", "segments")

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.length = 0
        self._expected = -1

    def add(self, at: int, count: int = 1, *, source: int = 1) -> None:
        """`count` characters of the value are those at `at`; `source` is a single one's length there."""
        if at != self._expected:
            self.segments.append((self.length, at))
        self.length += count
        self._expected = at + (count if source == 1 else source)
        if source > 1:
            self.segments += [(self.length, self._expected)] * 2

    def add_break(self, at: int) -> None:
        """A character of the value is a line break, or stands for one."""
        self.add(at)
        self._expected = -1

    def add_gap(self, raw: str, blanks: tuple[int, int] | None, breaks: list[int], joined: bool) -> None:
        """What parts two words: blanks, or line breaks, of which the first folds away.

        A single break stands for a space; `joined` where an escaped line break came before.
        """
        if len(breaks) > 1 and not joined and raw[breaks[0]] not in _KEPT_BREAKS:
            breaks = breaks[1:]
        for at in breaks:
            self.add_break(at)
        if blanks is not None:
            self.add(*blanks)


def _runs(raw: str, start: int, scalar: Scalar) -> _Runs:
    if scalar.style in ("|", ">"):
        return _block(raw, start, scalar)
    if scalar.style == "'":
        return _flow(raw, start + 1, len(raw) - 1, _SINGLE)
    if scalar.style == '"':
        return _flow(raw, start + 1, len(raw) - 1, _DOUBLE)
    return _flow(raw, start, len(raw), _PLAIN)


def _properties_length(raw: str) -> int:
    """How much of a scalar's source is its tag, its anchor and what parts them from the value."""
    at = 0
    if raw[:1] in ("!", "&"):
        while (found := _PROPERTY.match(raw, at)) is not None:
            at = found.end()
    return at


def _flow(raw: str, start: int, end: int, tokens: re.Pattern[str]) -> _Runs:
    """Plain and quoted scalars, in which blanks around line breaks fold."""
    runs = _Runs()
    blanks: tuple[int, int] | None = None
    breaks: list[int] = []
    joined = False
    for found in tokens.finditer(raw, start, end):
        kind, at = found.lastgroup, found.start()
        if kind == "brk":
            breaks.append(at)
            blanks = None
        elif kind == "blank":
            blanks = None if breaks or joined else (at, found.end() - at)
        else:
            runs.add_gap(raw, blanks, breaks, joined)
            blanks, breaks, joined = None, [], kind == "join"
            if kind == "run":
                runs.add(at, found.end() - at)
            elif kind == "escape":
                runs.add(at, source=found.end() - at)
    runs.add_gap(raw, blanks, breaks, joined)
    return runs


def _block(raw: str, start: int, scalar: Scalar) -> _Runs:
    """Literal and folded scalars, line by line below the header."""
    value = scalar.value
    runs = _Runs()
    lines = _lines(raw, start)[1:]
    content = value.lstrip("\n" + _KEPT_BREAKS)
    blank_lines = len(value) - len(content)
    if blank_lines >= len(lines):
        return runs
    indent = _spaces(raw, *lines[blank_lines]) - _spaces(content, 0, len(content)) if content else len(raw)
    pending: int | None = None
    breaks: list[int] = []
    after_blank = False
    for line_start, line_end in lines:
        if (
            _spaces(raw, line_start, min(line_end, line_start + indent)) < indent
            or line_end == line_start + indent
        ):
            breaks.append(line_end)
            continue
        blank = raw[line_start + indent] in " \t"
        folds = scalar.style == ">" and not after_blank and not blank
        if pending is not None and not (folds and breaks and raw[pending] not in _KEPT_BREAKS):
            runs.add_break(pending)
        for at in breaks:
            runs.add_break(at)
        runs.add(line_start + indent, line_end - line_start - indent)
        pending, breaks, after_blank = line_end, [], blank
    for at in [*([] if pending is None else [pending]), *breaks]:
        if runs.length < len(value):
            runs.add_break(at)
    return runs


def _lines(raw: str, start: int) -> list[tuple[int, int]]:
    """Start and end of each line, without its break."""
    lines = []
    for found in _BREAKS.finditer(raw, start):
        lines.append((start, found.start()))
        start = found.end()
    lines.append((start, len(raw)))
    return lines


def _spaces(text: str, start: int, end: int) -> int:
    """How many spaces `text` has from `start` on, before `end`."""
    at = start
    while at < end and text[at] == " ":
        at += 1
    return at - start
