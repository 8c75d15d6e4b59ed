"""Names are absolute and lower case; an escaped dot separates nothing."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.model.names import absolute, address_of_reverse, is_at_or_below, parent, reverse_name, split_labels


def test_absolute() -> None:
    assert absolute("Example.COM") == "example.com."
    assert absolute("example.com.") == "example.com."


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        (".", []),
        ("com.", ["com"]),
        ("a.example.com.", ["a", "example", "com"]),
        (r"first\.last.example.com.", [r"first\.last", "example", "com"]),
        (r"a\\.b.", [r"a\\", "b"]),
    ],
)
def test_labels(name: str, labels: list[str]) -> None:
    assert split_labels(name) == labels


@pytest.mark.parametrize(
    ("name", "above"),
    [("a.b.", "b."), ("b.", "."), (".", "."), (r"first\.last.example.", "example."), (r"a\.b.", ".")],
)
def test_parent(name: str, above: str) -> None:
    assert parent(name) == above


@pytest.mark.parametrize(
    ("name", "ancestor", "expected"),
    [
        ("example.com.", "example.com.", True),
        ("a.example.com.", "example.com.", True),
        ("notexample.com.", "example.com.", False),
        ("com.", "example.com.", False),
        ("anything.", ".", True),
    ],
)
def test_at_or_below(name: str, ancestor: str, expected: bool) -> None:
    assert is_at_or_below(name, ancestor) is expected


@given(st.ip_addresses())
def test_the_reverse_name_leads_back(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    assert address_of_reverse(reverse_name(address)) == address


@pytest.mark.parametrize(
    "name",
    [
        "example.com.",
        "2.0.192.in-addr.arpa.",
        "1.0-63.2.0.192.in-addr.arpa.",
        "300.2.0.192.in-addr.arpa.",
        "x.2.0.192.in-addr.arpa.",
        "8.b.d.0.1.0.0.2.ip6.arpa.",
        "g." + "0." * 31 + "ip6.arpa.",
    ],
)
def test_a_name_that_is_no_address_is_none(name: str) -> None:
    assert address_of_reverse(name) is None
