"""Exact sets of IPv4 and IPv6 addresses."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import NamedTuple

from mailcheck.model.names import IPAddress

IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
Ranges = tuple[tuple[int, int], ...]
"""First and last addresses as integers, ascending, neither overlapping nor touching."""

_LAST = {4: 2**32 - 1, 6: 2**128 - 1}


class AddressSet(NamedTuple):
    """The addresses of both families; `everything` is all there are."""

    v4: Ranges = ()
    v6: Ranges = ()

    def joined(self, other: AddressSet) -> AddressSet:
        """What is in either."""
        return AddressSet(_merged([*self.v4, *other.v4]), _merged([*self.v6, *other.v6]))

    def without(self, other: AddressSet) -> AddressSet:
        """What is in this one alone."""
        return AddressSet(_without(self.v4, other.v4), _without(self.v6, other.v6))

    def common(self, other: AddressSet) -> AddressSet:
        """What is in both."""
        return self.without(self.without(other))

    def networks(self) -> tuple[IPNetwork, ...]:
        """The fewest networks that are this set, IPv4 first, ascending."""
        v4 = [
            network
            for first, last in self.v4
            for network in ipaddress.summarize_address_range(
                ipaddress.IPv4Address(first), ipaddress.IPv4Address(last)
            )
        ]
        v6 = [
            network
            for first, last in self.v6
            for network in ipaddress.summarize_address_range(
                ipaddress.IPv6Address(first), ipaddress.IPv6Address(last)
            )
        ]
        return (*v4, *v6)


EVERYTHING = AddressSet(((0, _LAST[4]),), ((0, _LAST[6]),))


def network_range(address: IPAddress, prefix: int | None) -> tuple[int, int]:
    """First and last address of `address/prefix`, host bits cleared; None is the single address."""
    longest = address.max_prefixlen
    host_bits = longest - (longest if prefix is None else prefix)
    first = int(address) >> host_bits << host_bits
    return first, first + (1 << host_bits) - 1


def address_set(networks: Iterable[tuple[IPAddress, int | None]]) -> AddressSet:
    """The union of addresses with prefix lengths."""
    ranges: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
    for address, prefix in networks:
        ranges[address.version].append(network_range(address, prefix))
    return AddressSet(_merged(ranges[4]), _merged(ranges[6]))


def union(sets: Iterable[AddressSet]) -> AddressSet:
    """What is in any of them."""
    found = list(sets)
    return AddressSet(
        _merged([part for each in found for part in each.v4]),
        _merged([part for each in found for part in each.v6]),
    )


def network_set(networks: Iterable[str]) -> AddressSet:
    """The union of networks in CIDR notation."""
    parsed = [ipaddress.ip_network(text) for text in networks]
    return address_set([(network.network_address, network.prefixlen) for network in parsed])


def _merged(ranges: list[tuple[int, int]]) -> Ranges:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def _without(ranges: Ranges, others: Ranges) -> Ranges:
    left: list[tuple[int, int]] = []
    at = 0
    for start, last in ranges:
        first = start
        while at < len(others) and others[at][1] < first:
            at += 1
        index = at
        while index < len(others) and others[index][0] <= last:
            if others[index][0] > first:
                left.append((first, others[index][0] - 1))
            first = others[index][1] + 1
            index += 1
        if first <= last:
            left.append((first, last))
    return tuple(left)
