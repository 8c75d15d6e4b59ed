"""What a domain does with mail, read from its records."""

import pytest

from mailcheck.analysis.mail_role import mail_domains, mail_roles
from mailcheck.analysis.spf_intent import authorises
from mailcheck.model.spec import MailRole
from tests.build import zone

SENDS = MailRole(sends=True)
RECEIVES = MailRole(receives=True)
BOTH = MailRole(sends=True, receives=True)
PARKED = MailRole(parked=True)
NOTHING = MailRole()


@pytest.mark.parametrize(
    ("lines", "role"),
    [
        (["@ A 192.0.2.1"], NOTHING),
        (["@ MX 10 mail.example.com."], BOTH),
        (["@ MX 10 mail.example.com.", "@ TXT v=spf1 -all"], RECEIVES),
        (["@ MX 10 mail.example.com.", "@ TXT v=spf1 mx -all"], BOTH),
        (["@ TXT v=spf1 ip4:192.0.2.1 -all"], SENDS),
        (["@ TXT v=spf1 redirect=_spf.example.net"], SENDS),
        (["@ TXT v=spf1 +all"], SENDS),
        (["@ TXT v=spf1 ?all"], SENDS),
        (["@ TXT v=spf1 -ip4:192.0.2.1 -all"], PARKED),
        (["@ TXT v=spf1 ~all"], PARKED),
        (["@ TXT v=spf1 -all", "@ MX 0 ."], PARKED),
        (["@ MX 0 ."], PARKED),
        (["@ TXT v=spf1 -all", "s1._domainkey TXT v=DKIM1; p=AAAA"], SENDS),
        (["s1._domainkey CNAME s1.vendor.example."], SENDS),
        (["@ TXT v=spf1 -all", "*._domainkey TXT v=DKIM1; p="], PARKED),
        (["@ TXT v=spf1 -all", "s1._domainkey TXT v=DKIM1; p= ; t=s"], PARKED),
        (["_dmarc TXT v=DMARC1; p=reject"], NOTHING),
        (["note._domainkey TXT o=~"], NOTHING),
    ],
)
def test_role_of_the_apex(lines: list[str], role: MailRole) -> None:
    assert mail_roles(zone("example.com", *lines))["example.com."] == role


def names(*lines: str, origin: str = "example.com") -> list[str]:
    return [domain.name for domain in mail_domains(zone(origin, *lines))]


def test_owner_names_with_mail_data_are_domains_of_their_own() -> None:
    assert names(
        "www A 192.0.2.1",
        "shop MX 10 mail.example.com.",
        "mail TXT v=spf1 a -all",
        "_dmarc.app TXT v=DMARC1; p=none",
        "s1._domainkey.news TXT v=DKIM1; p=AAAA",
    ) == ["example.com.", "shop.example.com.", "mail.example.com.", "app.example.com.", "news.example.com."]


def test_a_zone_without_records_has_no_domain() -> None:
    assert names() == []


def test_what_only_serves_others_is_no_domain() -> None:
    assert names(
        "_spf TXT v=spf1 ip4:192.0.2.1 -all",
        "* MX 10 mail.example.com.",
        "_dmarc.* TXT v=DMARC1; p=none",
        "alias CNAME www.example.net.",
        "txt TXT hello",
    ) == ["example.com."]


def test_a_reverse_zone_has_no_apex_domain() -> None:
    assert names("1 PTR mail.example.com.", origin="2.0.192.in-addr.arpa") == []
    assert names("1 PTR mail.example.com.", origin="8.b.d.0.1.0.0.2.ip6.arpa") == []


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["@ TXT v=spf1 -all", "@ MX 0 ."], 2),
        (["@ TXT hello", "@ TXT v=spf1 -all"], 2),
        (["@ TXT hello", "@ A 192.0.2.1"], 1),
        (["www A 192.0.2.1"], 1),
    ],
)
def test_a_finding_points_at_the_record_that_stands_for_the_domain(lines: list[str], line: int) -> None:
    assert mail_domains(zone("example.com", *lines))[0].at.line == line


@pytest.mark.parametrize(
    "text",
    [
        "v=spf1 ip4:10.0.0.300 -all",
        "v=spf1 ipv4:192.0.2.1 -all",
        "v=spf1 192.0.2.1 -all",
        "v=spf1 a: -all",
        "v=spf1 include -all",
        "v=spf1 inclde:_spf.example.net -all",
        "v=spf1 redirect=",
        "v=spf1 redirect:_spf.example.net",
        "v=spf1 ip4=192.0.2.1 -all",
        "v=spf1 INCLUDE=_spf.example.net -all",
        "v=spf1 all; -mx",
        "v=spf1 \xa0mx -all",
        "v=spf1mx -all",
        "v=spf mx -all",
        " v=spf1 mx -all",
        "token=1 v=spf1 mx -all",
        "ip4:192.0.2.1 -all",
    ],
)
def test_a_record_that_was_meant_to_let_someone_send_counts_though_it_is_broken(text: str) -> None:
    assert authorises(text)


@pytest.mark.parametrize(
    "text",
    [
        "v=spf1",
        "v=spf1 -al",
        "v=spf1 - all",
        "v=spf1 -",
        "v=spf1 -all;",
        'v=spf1 "-all"',
        "v=spf1 ~all.",
        "v=spf1 all-",
        "v=spf1 \xe2\x80\x93all",
        "v=spf1 \x96all",
        "v=spf1 -ip4:10.0.0.300 -all",
        "v=spf1 -all exp=why.example.com",
        "v=spf1 all=-",
        "v=spf1;",
        "v=spf1,-all",
        "v=spf1-all",
        " v=spf1 -all",
        "-all",
        "hello",
    ],
)
def test_a_broken_record_that_was_meant_to_deny_lets_nobody_send(text: str) -> None:
    assert not authorises(text)


def test_each_of_several_records_counts_and_so_does_one_of_the_obsolete_type() -> None:
    assert mail_roles(zone("example.com", "@ TXT v=spf1 -all", "@ TXT v=spf1 a -all"))["example.com."] == SENDS
    assert mail_roles(zone("example.com", "@ SPF v=spf1 a -all"))["example.com."] == SENDS


def test_another_standards_record_at_a_selector_is_no_key() -> None:
    declared = zone("example.com", "@ TXT v=spf1 -all", "s1._domainkey TXT v=DMARC1; p=none")
    assert mail_roles(declared)["example.com."] == PARKED
