"""Special-purpose networks, and the names under which examples may use documentation networks."""

from ipaddress import ip_address

import pytest

from mailcheck.analysis.networks import is_reserved_name, special_network, unusable_network


@pytest.mark.parametrize(
    ("address", "prefix", "purpose"),
    [
        ("0.0.0.0", None, "this network"),
        ("10.255.255.255", None, "private"),
        ("172.31.0.0", 16, "private"),
        ("192.168.7.9", 24, "private"),
        ("127.0.0.1", None, "loopback"),
        ("169.254.169.254", None, "link-local"),
        ("100.64.0.1", None, "shared by carrier-grade NAT"),
        ("203.0.113.0", 24, "documentation"),
        ("224.0.0.251", None, "multicast"),
        ("255.255.255.255", None, "reserved"),
        ("::", None, "unspecified"),
        ("::1", None, "loopback"),
        ("::ffff:192.0.2.1", None, "IPv4-mapped"),
        ("2001:db8:ffff::", 48, "documentation"),
        ("3fff:0:1::", 48, "documentation"),
        ("fd12:3456::1", None, "private"),
        ("fe80::1", 64, "link-local"),
        ("ff02::1", None, "multicast"),
    ],
)
def test_special_networks_are_named(address: str, prefix: int | None, purpose: str) -> None:
    found = special_network(ip_address(address), prefix)
    assert found is not None
    assert found.purpose == purpose


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("9.255.255.255", None),
        ("11.0.0.0", None),
        ("172.15.255.255", None),
        ("172.32.0.0", None),
        ("192.0.1.1", None),
        ("198.20.0.0", 16),
        ("223.255.255.255", None),
        ("::2", None),
        ("2001:200::1", None),
        ("2001:db9::", 32),
        ("2606:4700::1", None),
    ],
)
def test_public_addresses_are_not_special(address: str, prefix: int | None) -> None:
    assert special_network(ip_address(address), prefix) is None


def test_a_network_that_reaches_beyond_a_block_is_not_inside_it() -> None:
    assert special_network(ip_address("10.0.0.0"), 7) is None
    assert special_network(ip_address("0.0.0.0"), 0) is None
    assert special_network(ip_address("::"), 0) is None


def test_host_bits_do_not_matter() -> None:
    found = special_network(ip_address("192.168.1.77"), 16)
    assert found is not None
    assert found.text == "192.168.0.0/16"


@pytest.mark.parametrize(
    "name",
    [
        "example.com.",
        "mail.example.net.",
        "_spf.example.org.",
        "example.",
        "a.b.example.",
        "x.test.",
        "y.invalid.",
    ],
)
def test_names_reserved_for_examples(name: str) -> None:
    assert is_reserved_name(name)


@pytest.mark.parametrize("name", ["example.co.uk.", "myexample.com.", "test.com.", "com.", ".", "example.com.au."])
def test_other_names_are_not_reserved(name: str) -> None:
    assert not is_reserved_name(name)


def test_documentation_networks_pass_under_reserved_names_only() -> None:
    address = ip_address("192.0.2.1")
    assert unusable_network(address, None, "mail.example.com.") is None
    assert unusable_network(address, None, "mail.example.co.uk.") is not None
    assert unusable_network(ip_address("10.0.0.1"), None, "mail.example.com.") is not None
    assert unusable_network(ip_address("8.8.8.8"), None, "mail.example.co.uk.") is None
