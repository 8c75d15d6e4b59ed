"""hosts(5): an address, its canonical name and its aliases."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.grammar.config_lines import Word, numbered_lines, span, words
from mailcheck.model.names import IPAddress


class HostsEntry(NamedTuple):
    """One line. `ip` is None where the address is none; the first of the names is the canonical one."""

    address: Word
    ip: IPAddress | None
    names: tuple[Word, ...]


def parse_hosts(text: str, path: str) -> tuple[HostsEntry, ...]:
    """The entries in the file's order; linear in the text, never raises. Lines without a name are left out."""
    return tuple(_entries(text, path))


def _entries(text: str, path: str) -> Iterator[HostsEntry]:
    for number, line in numbered_lines(text):
        kept = line.partition("#")[0]
        found = words(kept, span(path, number, 0, len(kept)))
        if len(found) > 1:
            yield HostsEntry(found[0], _address(found[0].text), found[1:])


def _address(text: str) -> IPAddress | None:
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
