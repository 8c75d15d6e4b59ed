"""Names to which the zone's own name was added once too often."""

import pytest

from mailcheck.analysis.zone_doubling import doubled_names, without_doubling
from tests.build import zone


@pytest.mark.parametrize(
    ("name", "origin", "meant"),
    [
        ("example.com.example.com.", "example.com.", "example.com."),
        ("_dmarc.example.com.example.com.", "example.com.", "_dmarc.example.com."),
        ("*.example.com.example.com.", "example.com.", "*.example.com."),
        ("a.sub.example.com.sub.example.com.", "example.com.", "a.sub.example.com."),
        ("1.2.0.192.in-addr.arpa.2.0.192.in-addr.arpa.", "2.0.192.in-addr.arpa.", "1.2.0.192.in-addr.arpa."),
        ("a.test.a.test.", "test.", "a.test."),
    ],
)
def test_a_doubled_name(name: str, origin: str, meant: str) -> None:
    assert without_doubling(name, origin) == meant


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        ("example.com.", "example.com."),
        ("www.example.com.", "example.com."),
        ("example.com._report._dmarc.example.com.", "example.com."),
        ("example.com._report._dmarc.example.net.", "example.net."),
        ("example.com.cdn.example.com.", "example.com."),
        ("myexample.com.example.com.", "example.com."),
        ("example.com.example.com.", "example.net."),
        ("test.test.", "test."),
        ("mail.mail.example.com.", "example.com."),
        ("0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.", "8.b.d.0.1.0.0.2.ip6.arpa."),
        ("a.b.", "."),
    ],
)
def test_a_name_that_only_looks_doubled(name: str, origin: str) -> None:
    assert without_doubling(name, origin) is None


def test_owners_are_listed_once_and_targets_where_they_stand() -> None:
    declared = zone(
        "example.com",
        "mail.example.com A 192.0.2.1",
        "mail.example.com AAAA 2001:db8::1",
        "@ MX 10 mail.example.com.example.com.",
        "www CNAME example.net.",
        "note TXT example.com.example.com.",
    )
    owner, target = doubled_names(declared)
    assert (owner.name, owner.type, owner.whole) == (owner.whole, "A", "mail.example.com.example.com.")
    assert owner.at == declared.records[0].owner_at
    assert (target.name, target.type, target.meant) == ("example.com.", "MX", "mail.example.com.")
    assert (target.at.line, target.at.column) == (3, 9)
