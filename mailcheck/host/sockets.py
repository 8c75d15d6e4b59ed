"""The addresses and listening sockets of the running host, as /proc/net lists them (proc(5))."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator
from itertools import pairwise

from mailcheck.host.tree import Tree
from mailcheck.model.names import IPAddress
from mailcheck.model.patterns import late

MAX_TABLE = 8_000_000
"""Octets of one table of /proc/net."""

_LISTENING = "0A"
_ACCEPTS = 0x10000
"""The flag of a Unix socket that listen(2) was called on."""
_LEAF = late(r"\s*\|--\s(\d+\.\d+\.\d+\.\d+)\Z")


def interface_addresses(tree: Tree) -> tuple[IPAddress, ...] | None:
    """Those of the interfaces but for loopback and link; None where /proc tells nothing."""
    tries, six = _table(tree, "/proc/net/fib_trie"), _table(tree, "/proc/net/if_inet6")
    if tries is None and six is None:
        return None
    found = {*_local_leaves(tries or ""), *_six(six or "")}
    usable = [each for each in found if not (each.is_loopback or each.is_link_local or each.is_unspecified)]
    return tuple(sorted(usable, key=lambda each: (each.version, int(each))))


def unix_listeners(tree: Tree) -> frozenset[str] | None:
    """Paths as they were bound: relative ones (Postfix's own) to the folder of their process, chroots likewise."""
    table = _table(tree, "/proc/net/unix")
    if table is None:
        return None
    return frozenset(_unix(table))


def tcp_listeners(tree: Tree) -> frozenset[str] | None:
    """Addresses and ports, `127.0.0.1:25` and `[::]:25`."""
    tables = [_table(tree, f"/proc/net/{name}") for name in ("tcp", "tcp6")]
    if tables[0] is None:
        return None
    return frozenset([listener for table in tables for listener in _tcp(table or "")])


def _table(tree: Tree, path: str) -> str | None:
    octets = tree.octets(path, MAX_TABLE)
    return None if octets is None else octets.decode("utf-8", "surrogateescape")


def _local_leaves(tries: str) -> Iterator[IPAddress]:
    """A leaf is followed by a line for each of its routes: `/32 host LOCAL` is an address of an interface."""
    address = ""
    for line in tries.split("\n"):
        found = _LEAF.match(line)
        if found:
            address = found[1]
        elif line.split() == ["/32", "host", "LOCAL"] and address:
            yield ipaddress.IPv4Address(address)


def _six(table: str) -> Iterator[IPAddress]:
    for line in table.split("\n"):
        digits = line.split(" ", 1)[0]
        if len(digits) == 32:
            yield ipaddress.IPv6Address(bytes.fromhex(digits))


def _unix(table: str) -> Iterator[str]:
    """`Num RefCount Protocol Flags Type St Inode Path`; a name with `@` is none of a file."""
    for line in table.split("\n")[1:]:
        fields = line.split(maxsplit=7)
        if len(fields) == 8 and int(fields[3], 16) & _ACCEPTS and not fields[7].startswith("@"):
            yield fields[7]


def _tcp(table: str) -> Iterator[str]:
    """`sl local_address rem_address st ...`."""
    for line in table.split("\n")[1:]:
        fields = line.split(maxsplit=4)
        if len(fields) > 4 and fields[3] == _LISTENING:
            address, port = fields[1].split(":")
            yield f"{_shown(address)}:{int(port, 16)}"


def _shown(digits: str) -> str:
    """The kernel prints words of 32 bits as numbers of this machine."""
    starts = range(0, len(digits) + 1, 8)
    words = [int(digits[start:end], 16).to_bytes(4, sys.byteorder) for start, end in pairwise(starts)]
    address = ipaddress.ip_address(b"".join(words))
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or f"[{address}]")
    return str(address)
