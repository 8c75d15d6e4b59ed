"""What access tables answer (access(5)), and whom an answer concerns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_network
from typing import Final

from mailcheck.analysis.postfix import Postfix, Service
from mailcheck.analysis.postfix_relay import guard, read_restrictions
from mailcheck.analysis.postfix_settings import Item
from mailcheck.analysis.postfix_tables import TableRows
from mailcheck.grammar.table import TableRow
from mailcheck.model.location import Location

_TAKE_TEXT: Final = frozenset((
    "BCC", "DEFER", "DEFER_IF_PERMIT", "DEFER_IF_REJECT", "DISCARD", "DUNNO", "FILTER", "HOLD", "INFO", "PREPEND",
    "REDIRECT", "REJECT", "WARN",
))  # fmt: skip
"""Actions with what follows them as their argument; words other than these are restrictions."""
_MATCH_ALL: Final = frozenset(
    ("", "^", "$", ".", "^.", ".$", ".*", "^.*", ".*$", "^.*$", ".+", "^.+", ".+$", "^.+$")
)
_LONGEST: Final = {4: 7, 6: 15}
"""The longest prefix of a network that is a good part of the world."""


def permits_all(action: str, postfix: Postfix, service: Service | None, at: Location) -> bool:
    """Whether what an access table answers ends the list and lets the mail pass.

    An answer that is no action is a list of restrictions, such as `permit` or the name of a restriction class.
    """
    words = action.replace(",", " ").split()
    if not words or words[0].upper() in _TAKE_TEXT or _is_reply(words[0]):
        return False
    if words[0].upper() in ("OK", "RELAY") or action.strip().isdigit():
        return True
    items = [Item(word, at) for word in words]
    return guard(read_restrictions(postfix, items, service)).permit is not None


def permitting_rows(
    tables: Iterable[TableRows], postfix: Postfix, service: Service | None, at: Location, *, everyone: bool
) -> Iterator[TableRow]:
    """The rows that let mail pass, as `permits_all` says; with `everyone` only those that answer everybody."""
    for table in tables:
        for row in rows_for_all(table) if everyone else table.rows:
            if not row.condition and permits_all(row.value.text, postfix, service, at):
                yield row


def rows_for_all(table: TableRows) -> Iterator[TableRow]:
    """The rows that answer everybody, or everybody but a few, up to the first that leaves nobody for the next."""
    if table.kind == "keys":
        return
    depth = 0
    for row in table.rows:
        if row.condition:
            depth += 1 if row.condition == "if" else -1
        elif row.value.text and depth <= 0 and _is_for_all(row.key.text, table):
            yield row
            if table.kind != "any" and not row.key.text.startswith("!"):
                return


def _is_for_all(key: str, table: TableRows) -> bool:
    if table.kind == "any":
        return True
    bare = key.lstrip("!").lstrip()
    excludes = (len(key) - len(key.lstrip("!"))) % 2 == 1
    matches = _network_is_wide(bare) if table.kind == "networks" else _pattern_is_wide(bare)
    return matches is (not excludes)


def _network_is_wide(text: str) -> bool | None:
    try:
        network = ip_network(text.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return None
    return network.prefixlen <= _LONGEST[network.version]


def _pattern_is_wide(pattern: str) -> bool:
    return len(pattern) > 1 and pattern[1:].rpartition(pattern[0])[0] in _MATCH_ALL


def _is_reply(word: str) -> bool:
    """A reply code of SMTP, or an enhanced status code."""
    return word[0] in "45" and ((len(word) == 3 and word.isdigit()) or word[1:2] == ".")
