"""What the lookup tables of Postfix hold, those written into a setting itself among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_paths import Files, text_of, why_unread
from mailcheck.analysis.postfix_maps import COMPILED, PLAIN
from mailcheck.grammar.config_lines import Word
from mailcheck.grammar.postfix_values import Table, group, parse_table, split_items
from mailcheck.grammar.table import PATTERN_TYPES, TableRow
from mailcheck.grammar.table import parse_table as parse_rows
from mailcheck.model.location import Location
from mailcheck.model.names import absolute
from mailcheck.model.text import shorten

_DEEPEST = 10

Kind = Literal["keys", "patterns", "networks", "any"]


@dataclass(frozen=True, eq=False)
class TableRows:
    """The rows of one table, in its order.

    `kind` tells how a row meets what is looked up: as its key, a pattern, a network, or always (`static:`,
    `randmap:`; keys are empty then).
    """

    kind: Kind
    rows: tuple[TableRow, ...]

    @cached_property
    def values(self) -> Mapping[str, str]:
        """What each key, in lower case, gives; of several rows with one key the first."""
        found: dict[str, str] = {}
        for row in self.rows:
            found.setdefault(row.key.text.lower(), row.value.text)
        return found

    @cached_property
    def domains(self) -> Mapping[str, Location]:
        """The keys that are domains, absolute and lower case; postmap leaves out those without a value."""
        found: dict[str, Location] = {}
        for row in self.rows:
            if "@" not in row.key.text and row.value.text:
                found.setdefault(absolute(row.key.text), row.key.at)
        return found


def table_rows(
    text: str, at: Location, files: Files, default_type: str = ""
) -> tuple[TableRows, ...] | NotDetermined:
    """What `type:name` holds, several tables for `unionmap:` (DATABASE_README).

    Rows from a file have their place there, all others `at`, that of the item. A compiled table is taken to hold
    what its source does. Types that connect, run, or map results on (`pipemap:`) are not determined.
    """
    table = parse_table(text)
    if not table.type and default_type:
        table = table._replace(type=default_type)
    found = list(_read(table, at, files))
    for one in found:
        if isinstance(one, NotDetermined):
            return one
    return tuple([one for one in found if not isinstance(one, NotDetermined)])


def _read(table: Table, at: Location, files: Files, depth: int = 0) -> Iterator[TableRows | NotDetermined]:
    inner = group(table.name)
    if table.type == "static":
        yield TableRows("any", (_row("", table.name if inner is None else inner, at),))
    elif table.type == "fail":
        yield TableRows("keys", ())
    elif inner is not None and table.type == "inline":
        yield _inline(table, inner, at)
    elif inner is not None and table.type in (*PATTERN_TYPES, "cidr"):
        yield _inline_lines(table, inner, at)
    elif inner is not None and table.type == "randmap":
        yield TableRows("any", tuple([_row("", token.text, at) for token in split_items(inner)]))
    elif inner is not None and table.type == "unionmap" and depth < _DEEPEST:
        for token in split_items(inner):
            yield from _read(parse_table(token.text), at, files, depth + 1)
    elif table.type in COMPILED or table.type in PLAIN:
        yield _file(table, files)
    else:
        yield NotDetermined(f"{_shown(table)}: what a table of this type answers is not in a file")


def _file(table: Table, files: Files) -> TableRows | NotDetermined:
    text = text_of(files, table.name)
    if text is None:
        return NotDetermined(f"{_shown(table)}: {why_unread(files, table.name)}")
    return _parsed(text, table.name, table.type)


@lru_cache(maxsize=32)  # many rules look into the same file
def _parsed(text: str, path: str, table_type: str) -> TableRows:
    return TableRows(_kind(table_type), parse_rows(text, path, table_type))


def _inline(table: Table, inner: str, at: Location) -> TableRows | NotDetermined:
    rows = []
    for token in split_items(inner):
        pair = group(token.text)
        key, equals, value = (token.text if pair is None else pair).partition("=")
        if not equals:
            return NotDetermined(f"{_shown(table)}: `{shorten(token.text)}` is no `name=value`")
        rows.append(_row(key.strip(), value.strip(), at))
    return TableRows("keys", tuple(rows))


def _inline_lines(table: Table, inner: str, at: Location) -> TableRows | NotDetermined:
    lines = [group(token.text) for token in split_items(inner)]
    if None in lines:
        return NotDetermined(f"{_shown(table)}: each rule stands in `{{ }}` of its own")
    rows = parse_rows("\n".join([line or "" for line in lines]), "", table.type)
    placed = [TableRow(Word(row.key.text, at), Word(row.value.text, at), row.condition) for row in rows]
    return TableRows(_kind(table.type), tuple(placed))


def _kind(table_type: str) -> Kind:
    if table_type in PATTERN_TYPES:
        return "patterns"
    return "networks" if table_type == "cidr" else "keys"


def _row(key: str, value: str, at: Location) -> TableRow:
    return TableRow(Word(key, at), Word(value, at))


def _shown(table: Table) -> str:
    return shorten(f"{table.type}:{table.name}" if table.type else table.name)
