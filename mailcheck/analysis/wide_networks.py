"""Networks that hold more clients than a host can know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_paths import Files, text_of
from mailcheck.analysis.networks import DOCUMENTATION, special_network
from mailcheck.analysis.postfix_access import rows_for_all
from mailcheck.analysis.postfix_domains import words_of_file
from mailcheck.analysis.postfix_settings import Item
from mailcheck.analysis.postfix_tables import TableRows, table_rows
from mailcheck.grammar.postfix_values import parse_table
from mailcheck.model.text import shorten

_DOCKER = ip_network("172.17.0.0/16")
_LONGEST = {4: 29, 6: 64}


_DEEPEST = 10
_EVERYBODY = "0.0.0.0/0"

Network = IPv4Network | IPv6Network


def wide_items(items: Iterable[Item], files: Files) -> Iterator[tuple[Item, str] | NotDetermined]:
    """The items of `mynetworks` that hold strangers, each with who they are; its tables and files read.

    The first item that an address matches decides (postconf(5)): what `!` took out before does not count.
    """
    taken_out: list[Network] = []
    for item in _flat(items, files):
        if isinstance(item, NotDetermined):
            yield item
            continue
        text = item.text.lstrip("!")
        network = _network(text)
        if network is not None and any([_is_within(network, other) for other in taken_out]):
            continue
        if (len(item.text) - len(text)) % 2 == 1:
            taken_out += [network] if network is not None else []
        elif fault := why_wide(text):
            yield item, fault


def _flat(items: Iterable[Item], files: Files, depth: int = 0) -> Iterator[Item | NotDetermined]:
    """The networks that items stand for, those to be excluded behind `!`."""
    for item in items:
        text = item.text.lstrip("!")
        mark = "!" * (len(item.text) - len(text))
        if text.startswith("/"):
            content = text_of(files, text)
            if content is None or depth > _DEEPEST:
                file = files.get(text)
                yield NotDetermined(
                    f"the networks in {text} are not known: {(file and file.why) or 'it was not read'}"
                )
                continue
            inner = [word._replace(text=mark + word.text) for word in words_of_file(content, text)]
            yield from _flat(inner, files, depth + 1)
        elif parse_table(text).type:
            tables = table_rows(text, item.at, files)
            if isinstance(tables, NotDetermined):
                yield NotDetermined(f"the networks in {shorten(text)} are not known: {tables.why}")
                continue
            for table in tables:
                yield from _of_table(table, mark, item)
        else:
            yield item


def _of_table(table: TableRows, mark: str, item: Item) -> Iterator[Item | NotDetermined]:
    """A table holds what it answers, whatever the answer is; one of single addresses holds no network."""
    if table.kind == "networks":
        for row in table.rows:
            if row.key.text.startswith("!"):
                yield Item(mark + _EVERYBODY, row.key.at)
            elif not row.condition:
                yield Item(mark + row.key.text, row.key.at)
    elif table.kind != "keys":
        everybody = list(rows_for_all(table))
        yield from [Item(mark + _EVERYBODY, row.key.at) for row in everybody[:1]]
        if not everybody and table.rows:
            yield NotDetermined(f"the networks in {shorten(item.text)} are not known: it holds patterns")


def _network(text: str) -> Network | None:
    try:
        return ip_network(text.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return None


def _is_within(network: Network, other: Network) -> bool:
    return network.version == other.version and network.prefixlen >= other.prefixlen and network[0] in other


def why_wide(text: str) -> str:
    """Who is in an item of `mynetworks` that should not be, "" where nobody is known to.

    Private networks are the administrator's own, except Docker's. Names, tables and what `!` takes out give "".
    """
    network = _network(text)
    if network is None:
        return ""
    if network.prefixlen == 0:
        return f"`{shorten(text)}`, the whole world"
    if isinstance(network, IPv4Network) and network.prefixlen < 32 and network.overlaps(_DOCKER):
        return f"`{shorten(text)}`, where all clients of a port that Docker publishes may come from"
    if network.prefixlen >= _LONGEST[network.version] or _is_special(network):
        return ""
    return f"`{shorten(text)}`, the many hosts of a public network"


def _is_special(network: IPv4Network | IPv6Network) -> bool:
    """Whether it lies in one block of private, loopback or other addresses that nobody outside has."""
    special = special_network(network[0])
    return special is not None and special.purpose != DOCUMENTATION and special == special_network(network[-1])
