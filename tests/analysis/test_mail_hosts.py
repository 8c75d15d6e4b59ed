"""Which hosts carry mail, and which of their addresses are judged where."""

import pytest

from mailcheck.analysis.mail_hosts import MailAddress, mail_addresses
from mailcheck.model.zone import Zone
from tests.build import zone

HOSTS = ("mail A 192.0.2.25", "mail AAAA 2001:db8::25", "app A 192.0.2.40", "www A 192.0.2.80", "@ A 192.0.2.1")


def judged(*zones: Zone) -> dict[str, list[tuple[str, str]]]:
    """By zone the host (or the SPF record's owner) and the text of each address to judge."""
    return {
        name: [(found.name.partition(".")[0], str(found.address)) for found in addresses]
        for name, addresses in mail_addresses(zones).items()
    }


def of_example_com(*lines: str) -> list[str]:
    found = judged(zone("example.com", *lines, *HOSTS))
    return [address for _, address in found.get("example.com.", [])]


def only(declared: Zone) -> MailAddress:
    ((found,),) = mail_addresses([declared]).values()
    return found


def test_both_families_of_an_exchange_are_judged() -> None:
    assert of_example_com("@ MX 10 MAIL.example.com.") == ["192.0.2.25", "2001:db8::25"]


def test_hosts_and_single_addresses_of_spf_are_judged() -> None:
    assert of_example_com("@ TXT v=spf1 a:app.example.com ip4:192.0.2.41/32 ip6:2001:db8::41 -all") == [
        "192.0.2.40",
        "192.0.2.41",
        "2001:db8::41",
    ]


def test_a_alone_names_the_owner() -> None:
    assert of_example_com("@ TXT v=spf1 a -all") == ["192.0.2.1"]


@pytest.mark.parametrize(
    "line",
    [
        "@ MX 0 .",
        "@ MX 10 192.0.2.25.",
        "@ MX 10 localhost.",
        "@ MX 10",
        "@ MX 10 mx.provider.example.",
        "@ TXT v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/64 mx -all",
        "@ TXT v=spf1 -ip4:192.0.2.66 ?a:app.example.com ~a -all",
        "@ TXT v=spf1 a:%{d} include:app.example.com exists:app.example.com -all",
        "@ TXT v=DMARC1; p=none",
    ],
)
def test_what_names_no_host_of_ours_adds_none(line: str) -> None:
    assert of_example_com(line) == []


def test_a_host_is_judged_in_its_own_zone_whoever_names_it() -> None:
    users = [zone(name, "@ MX 10 mail.example.com.") for name in ("example.net", "example.org")]
    home = zone("example.com", "mail A 192.0.2.25")
    assert judged(*users, home) == {"example.com.": [("mail", "192.0.2.25")]}


def test_an_address_that_a_host_has_is_judged_there_and_not_at_the_term() -> None:
    user = zone("example.net", "@ TXT v=spf1 ip4:192.0.2.25 ip4:192.0.2.41 -all")
    home = zone("example.com", "@ MX 10 mail.example.com.", "mail A 192.0.2.25")
    assert judged(user, home) == {
        "example.com.": [("mail", "192.0.2.25")],
        "example.net.": [("example", "192.0.2.41")],
    }


def test_an_address_of_two_hosts_is_judged_once() -> None:
    declared = zone(
        "example.com", "@ MX 10 a.example.com.", "@ MX 10 b.example.com.", "a A 192.0.2.25", "b A 192.0.2.25"
    )
    assert judged(declared) == {"example.com.": [("a", "192.0.2.25")]}


def test_the_deepest_declared_zone_holds_a_host() -> None:
    above = zone("example.com", "@ MX 10 mail.sub.example.com.", "mail.sub A 192.0.2.1")
    below = zone("sub.example.com", "mail A 192.0.2.25")
    assert judged(above, below) == {"sub.example.com.": [("mail", "192.0.2.25")]}


def test_a_host_points_to_its_address_record() -> None:
    found = only(zone("example.com", "@ MX 10 mail.example.com.", "mail A 192.0.2.25"))
    assert (found.name, found.type, found.at.line) == ("mail.example.com.", "A", 2)


def test_a_bare_address_points_to_its_term() -> None:
    found = only(zone("example.com", "@ TXT v=spf1 ip4:192.0.2.40 -all"))
    assert (found.name, found.type) == ("example.com.", "TXT")
    assert found.at.span[1::2] == (14, 28)


def test_addresses_without_public_reverse_dns_are_left_out() -> None:
    lines = ("mail A 10.0.0.25", "mail A no address", "mail AAAA fe80::1")
    assert not judged(zone("example.com", "@ MX 10 mail.example.com.", *lines))
    assert not judged(zone("corp.internal", "@ TXT v=spf1 ip4:192.0.2.25 -all"))
