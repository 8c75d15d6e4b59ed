"""Source text of Postfix's lookup tables (postmap(1), regexp_table(5), pcre_table(5), cidr_table(5))."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from mailcheck.grammar.config_lines import Word
from mailcheck.grammar.continued_lines import LogicalLine, logical_lines
from mailcheck.grammar.placed_text import Places

PATTERN_TYPES = frozenset({"regexp", "pcre"})

_QUOTED = re.compile(r'\s*"((?:[^"\\]|\\.)*+)"(?=\s|\Z)')
_KEY = re.compile(r"\s*(\S+)")
_CONDITION = re.compile(r"\s*(if|endif)(?=\s|/|!|\Z)", re.IGNORECASE)


class TableRow(NamedTuple):
    """A row. `condition` is `if` or `endif` (then `key` is all that follows it), else empty.

    A pattern keeps its delimiters and flags. An empty `value` has no text: Postfix skips such a row.
    """

    key: Word
    value: Word
    condition: str = ""


@lru_cache(maxsize=8)  # several rules look into the same file
def parse_table(text: str, path: str, kind: str = "hash") -> tuple[TableRow, ...]:
    """The rows of a table of type `kind`; linear in the text, never raises."""
    places = Places(path, text)
    return tuple([row for line in logical_lines(text) for row in _row(line, places, kind)])


def _row(line: LogicalLine, places: Places, kind: str) -> Iterator[TableRow]:
    length = len(line.text)
    if kind in PATTERN_TYPES or kind == "cidr":
        if found := _CONDITION.match(line.text):
            nothing = line.part(length, length, places)
            yield TableRow(line.part(found.end(), length, places), nothing, found[1].lower())
            return
        if kind in PATTERN_TYPES:
            end = _end_of_pattern(line.text)
            yield TableRow(line.part(0, end, places), line.part(end, length, places))
            return
    found = _QUOTED.match(line.text) or _KEY.match(line.text)
    assert found is not None
    yield TableRow(line.part(*found.span(1), places), line.part(found.end(), length, places))


def _end_of_pattern(text: str) -> int:
    """Past the closing delimiter and the flags; where there is none, past the first word."""
    at = len(text) - len(text.lstrip(" \t!"))
    delimiter = text[at : at + 1]
    at += 1
    while at < len(text) and text[at] != delimiter:
        at += 2 if text[at] == "\\" else 1
    if at >= len(text):
        found = _KEY.match(text)
        return found.end() if found else len(text)
    while at < len(text) and not text[at].isspace():
        at += 1
    return at
