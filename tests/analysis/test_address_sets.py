"""Exact sets of addresses."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from hypothesis import given
from hypothesis import strategies as st

from mailcheck.analysis.address_sets import EVERYTHING, AddressSet, address_set

BASE = int(IPv4Address("192.0.2.0"))
networks = st.lists(st.tuples(st.integers(0, 63), st.integers(26, 32)), max_size=6)


def made(drawn: list[tuple[int, int]]) -> tuple[AddressSet, set[int]]:
    members = {
        int(address) for offset, prefix in drawn for address in ip_network((BASE + offset, prefix), strict=False)
    }
    return address_set((IPv4Address(BASE + offset), prefix) for offset, prefix in drawn), members


def members(found: AddressSet) -> set[int]:
    return {address for first, last in found.v4 for address in range(first, last + 1)}


@given(networks, networks)
def test_the_operations_are_those_of_sets(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    (a, as_set), (b, bs_set) = made(one), made(other)
    assert members(a.joined(b)) == as_set | bs_set
    assert members(a.without(b)) == as_set - bs_set
    assert members(a.common(b)) == as_set & bs_set


@given(networks)
def test_networks_are_the_set_and_cannot_be_fewer(drawn: list[tuple[int, int]]) -> None:
    found, expected = made(drawn)
    listed = found.networks()
    assert {int(address) for network in listed for address in network} == expected
    whole = {(int(network.network_address), network.prefixlen) for network in listed}
    assert not any((first ^ (1 << (32 - prefix)), prefix) in whole for first, prefix in whole)


def test_both_families_side_by_side() -> None:
    found = address_set([(ip_address("2001:db8::1"), 32), (ip_address("192.0.2.1"), None)])
    assert [str(network) for network in found.networks()] == ["192.0.2.1/32", "2001:db8::/32"]
    assert [str(network) for network in EVERYTHING.networks()] == ["0.0.0.0/0", "::/0"]
    left = EVERYTHING.without(address_set([(IPv6Address("::"), 1)]))
    assert [str(network) for network in left.networks()] == ["0.0.0.0/0", "8000::/1"]
