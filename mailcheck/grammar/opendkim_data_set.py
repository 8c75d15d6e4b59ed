"""Data sets of OpenDKIM: what the value of an option names, and rows of flat files (opendkim(8), DATA SETS)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from mailcheck.grammar.config_lines import Word, fields, list_items, numbered_lines, span, stripped
from mailcheck.model.location import Location

_PREFIX = re.compile(r"(file|refile|csl|db|dsn|ldap|ldaps|ldapi|lua|memcache|erlang|mdb):", re.IGNORECASE)
_ROW = re.compile(r"[ \t]*([^ \t]+)(?:[ \t]+(.*))?")

DataSetKind = Literal["list", "file", "refile", "query"]


class Entry(NamedTuple):
    """One member of a set: its key and, in a table, its value."""

    key: Word
    value: Word | None = None

    def fields(self, count: int) -> tuple[Word, ...]:
        """What stands between the colons of the value, at most `count` parts; the last one keeps its colons."""
        return fields(self.value.text, self.value.at, ":", count) if self.value else ()


class DataSet(NamedTuple):
    """What an option names.

    `kind` is `list` (its entries stand in the option), `file` and `refile` (rows of the file `path`, of `refile`
    with `*` as wildcard), `query` (a database, a program: never asked here, so nothing is known of it).
    """

    kind: DataSetKind
    path: str
    at: Location
    entries: tuple[Entry, ...] = ()


class KeyRow(NamedTuple):
    """A row of a KeyTable. `key_file` is empty where the key itself stands in the row, which is never kept."""

    name: Word
    domain: Word
    selector: Word
    key_file: Word


def parse_data_set(value: str, at: Location) -> DataSet:
    """What the value of an option at `at` names."""
    found = _PREFIX.match(value)
    scheme = found[1].lower() if found else ""
    start = found.end() if found else 0
    rest = value[start:]
    place = at.within(start, len(value))
    if scheme in {"file", "refile"}:
        return DataSet("refile" if scheme == "refile" else "file", rest, place)
    if scheme not in {"", "csl"} or (not scheme and rest.endswith(".db")):
        return DataSet("query", "", at)
    if not scheme and rest.startswith("/"):
        return DataSet("file", rest, place)
    return DataSet("list", "", place, tuple([_member(item) for item in list_items(rest, place)]))


@lru_cache(maxsize=8)  # several rules look into the same file
def parse_rows(text: str, path: str) -> tuple[Entry, ...]:
    """The rows of a flat file; linear in the text, never raises."""
    return tuple(_rows(text, path))


def key_row(entry: Entry) -> KeyRow | None:
    """The row of a KeyTable `NAME DOMAIN:SELECTOR:KEY`; None where it lacks a part (all mail for it fails)."""
    parts = entry.fields(3)
    if len(parts) < 3:
        return None
    domain, selector, key = parts
    if not key.text.startswith(("/", "./", "../")):
        key = Word("", key.at)
    return KeyRow(entry.key, domain, selector, key)


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern of a refile matches the whole text; `*` is any text, case does not count."""
    parts = pattern.lower().split("*")
    text = text.lower()
    if len(parts) == 1:
        return text == parts[0]
    first, *middle, last = parts
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _member(item: Word) -> Entry:
    equals = item.text.find("=")
    if equals < 0:
        return Entry(item)
    return Entry(stripped(item.text, 0, equals, item.at), stripped(item.text, equals + 1, len(item.text), item.at))


def _rows(text: str, path: str) -> Iterator[Entry]:
    for number, line in numbered_lines(text):
        if not (found := _ROW.fullmatch(line.partition("#")[0].rstrip())):
            continue
        key = Word(found[1], span(path, number, *found.span(1)))
        yield Entry(key, Word(found[2], span(path, number, *found.span(2))) if found[2] else None)
