"""MX records are read as mail servers read them."""

import ipaddress

import pytest

from mailcheck.analysis.mx_records import Exchange, mx_sets
from mailcheck.model.zone import Zone
from tests.build import zone


def only(declared: Zone) -> Exchange:
    (mx,) = mx_sets(declared)
    (exchange,) = mx.exchanges
    return exchange


def test_every_owner_is_a_set_with_its_exchanges_in_order() -> None:
    declared = zone(
        "example.com", "@ MX 20 b.example.com.", "@ MX 10 A.example.com.", "sub MX 5 c.example.", "www A 192.0.2.1"
    )
    apex, sub = mx_sets(declared)
    assert (apex.name, apex.type, sub.name) == ("example.com.", "MX", "sub.example.com.")
    assert [(exchange.preference, exchange.name) for exchange in apex.exchanges] == [
        (20, "b.example.com."),
        (10, "a.example.com."),
    ]


def test_a_repeated_exchange_is_one_host() -> None:
    (mx,) = mx_sets(zone("example.com", "@ MX 10 mail.example.com.", "@ MX 20 MAIL.example.com."))
    assert len(mx.exchanges) == 2
    assert [exchange.name for exchange in mx.hosts] == ["mail.example.com."]


def test_preference_and_exchange_have_their_own_places() -> None:
    exchange = only(zone("example.com", "@ MX 10 mail.example.com."))
    assert exchange.preference_at.span[1::2] == (6, 8)
    assert exchange.at.span[1::2] == (9, 26)


@pytest.mark.parametrize(
    ("text", "preference"),
    [("0", 0), ("65535", 65535), ("65536", None), ("x", None), ("٣", None), ("9" * 30, None)],
)
def test_a_preference_is_a_number_of_sixteen_bits(text: str, preference: int | None) -> None:
    assert only(zone("example.com", f"@ MX {text} mail.example.com.")).preference == preference


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        (".", "null"),
        ("mail.example.com.", "host"),
        ("mail.example.com", "host"),
        ("localhost.", "local"),
        ("LOCALHOST.", "local"),
        ("localhost.localdomain.", "local"),
        ("mail.localhost.", "local"),
        ("mail", "local"),
        ("localhost.example.com.", "host"),
        ("192.0.2.25.", "address"),
        ("192.0.2.25", "address"),
        ("2001:db8::25.", "address"),
        ("[192.0.2.25].", "address"),
        ("[IPv6:2001:db8::25].", "address"),
        ("192.0.2.25.example.com.", "address"),
        ("192.0.2.25.sub.example.com.", "address"),
        ("2001:db8::25.example.com.", "address"),
        ("192.0.2.25.rev.example.net.", "host"),
        ("192.0.2.256.", "host"),
        ("25.example.com.", "host"),
        ("192-0-2-25.example.com.", "host"),
        ("[mail].example.com.", "host"),
    ],
)
def test_kinds_of_exchange(target: str, kind: str) -> None:
    assert only(zone("example.com", f"@ MX 10 {target}")).kind == kind


def test_an_address_is_told_as_written() -> None:
    exchange = only(zone("example.com", "@ MX 10 2001:db8::25.example.com."))
    assert exchange.address == ipaddress.ip_address("2001:db8::25")


def test_a_declared_host_may_be_called_like_an_address() -> None:
    declared = zone("example.com", "@ MX 10 192.0.2.25.example.com.", "192.0.2.25 A 192.0.2.25")
    assert only(declared).kind == "host"


@pytest.mark.parametrize(
    ("records", "is_null"),
    [(["@ MX 0 ."], True), (["@ MX 10 ."], True), (["@ MX 0 .", "@ MX 10 mail.example.com."], False)],
)
def test_the_null_mx_is_null_only_alone(records: list[str], is_null: bool) -> None:
    (mx,) = mx_sets(zone("example.com", *records))
    assert mx.is_null is is_null


def test_a_value_without_an_exchange_is_no_exchange() -> None:
    (mx,) = mx_sets(zone("example.com", "@ MX 10"))
    assert mx.exchanges == ()
    assert not mx.is_null


def test_names_are_shown_without_their_dot_and_short() -> None:
    assert only(zone("example.com", "@ MX 0 .")).shown == "."
    assert only(zone("example.com", "@ MX 10 mail.example.com.")).shown == "mail.example.com"
    long = only(zone("example.com", f"@ MX 10 {'a' * 63}.example.com.")).shown
    assert len(long) == 60
    assert long.endswith("…")
