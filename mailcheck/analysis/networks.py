"""Networks that no mail host on the public internet can have (RFC 6890 and the IANA registries it set up)."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from typing import NamedTuple

from mailcheck.model.names import IPAddress

DOCUMENTATION = "documentation"

_IPV4 = (
    ("0.0.0.0/8", "this network"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "shared by carrier-grade NAT"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "IETF protocol assignments"),
    ("192.0.2.0/24", DOCUMENTATION),
    ("192.31.196.0/24", "AS112"),
    ("192.52.193.0/24", "multicast tunnelling"),
    ("192.88.99.0/24", "6to4 relay"),
    ("192.168.0.0/16", "private"),
    ("192.175.48.0/24", "AS112"),
    ("198.18.0.0/15", "benchmarking"),
    ("198.51.100.0/24", DOCUMENTATION),
    ("203.0.113.0/24", DOCUMENTATION),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
)
_IPV6 = (
    ("::/128", "unspecified"),
    ("::1/128", "loopback"),
    ("::ffff:0:0/96", "IPv4-mapped"),
    ("64:ff9b::/96", "IPv4/IPv6 translation"),
    ("64:ff9b:1::/48", "IPv4/IPv6 translation"),
    ("100::/64", "discard-only"),
    ("100:0:0:1::/64", "dummy prefix"),
    ("2001::/23", "IETF protocol assignments"),
    ("2001:db8::/32", DOCUMENTATION),
    ("2002::/16", "6to4"),
    ("2620:4f:8000::/48", "AS112"),
    ("3fff::/20", DOCUMENTATION),
    ("5f00::/16", "segment routing"),
    ("fc00::/7", "private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
)
_RESERVED_LABELS = frozenset({"example", "test", "invalid"})
_RESERVED_DOMAINS = frozenset({"example.com.", "example.net.", "example.org."})


class SpecialNetwork(NamedTuple):
    """A block of the special-purpose registries: its text, what it is for, first and last address as integers."""

    text: str
    purpose: str
    first: int
    last: int


def special_network(address: IPAddress, prefix: int | None = None) -> SpecialNetwork | None:
    """The special-purpose block that holds all of `address/prefix`, or None.

    `prefix` None is the single address; host bits are ignored.
    """
    version = address.version
    host_bits = 0 if prefix is None else (32 if version == 4 else 128) - prefix
    first = int(address) >> host_bits << host_bits
    blocks, starts = _blocks(version)
    at = bisect_right(starts, first) - 1
    if at >= 0 and first + (1 << host_bits) - 1 <= blocks[at].last:
        return blocks[at]
    return None


def unusable_network(address: IPAddress, prefix: int | None, owner: str) -> SpecialNetwork | None:
    """As `special_network`, but documentation networks pass under names that are reserved for examples."""
    found = special_network(address, prefix)
    if found and found.purpose == DOCUMENTATION and is_reserved_name(owner):
        return None
    return found


def is_reserved_name(name: str) -> bool:
    """Whether absolute `name` is kept for examples and tests (RFC 2606, RFC 6761): nothing real is below it."""
    labels = name.rstrip(".").rsplit(".", 2)
    return labels[-1] in _RESERVED_LABELS or ".".join(labels[-2:]) + "." in _RESERVED_DOMAINS


@cache
def _blocks(version: int) -> tuple[tuple[SpecialNetwork, ...], tuple[int, ...]]:
    """The blocks of one family, which do not overlap, and their first addresses, both ascending."""
    from ipaddress import ip_network

    networks = [(ip_network(text), purpose) for text, purpose in (_IPV4 if version == 4 else _IPV6)]
    blocks = [
        SpecialNetwork(str(network), purpose, int(network.network_address), int(network.broadcast_address))
        for network, purpose in networks
    ]
    blocks.sort(key=lambda block: block.first)
    return tuple(blocks), tuple(block.first for block in blocks)
