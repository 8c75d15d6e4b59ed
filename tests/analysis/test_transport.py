"""What a zone says of TLS for mail, as the rules are given it."""

from dataclasses import replace

import pytest

from mailcheck.analysis.transport import (
    Declaration,
    announces_sts,
    bimi_records,
    exchange_hosts,
    forbids_certificates,
    has_tls_reports,
    relevant_caa,
    smtp_tlsa_sets,
    sts_declarations,
    sts_domains,
    sts_policies,
    tls_rpt_declarations,
    tlsa_hosts,
    tlsa_records,
)
from mailcheck.model.dns import POLICY
from mailcheck.model.location import whole_line
from mailcheck.model.zone import PolicyFile, Zone
from tests.build import zone

DIGEST = "ab" * 32


def with_policy(text: str, *lines: str) -> Zone:
    file = PolicyFile("example.com.", text, whole_line("zones/mta-sts.example.com.txt"))
    return replace(zone("example.com", *lines), policies={"example.com.": file})


def lines(declared: tuple[Declaration, ...]) -> list[int]:
    return [item.at.line for item in declared]


def test_records_that_senders_discard_are_listed_only_where_no_other_stands() -> None:
    both = zone("example.com", "_mta-sts TXT note", "_mta-sts TXT v=STSv1; id=1", "_mta-sts.sub TXT note")
    assert lines(sts_declarations(both)) == [2, 3]
    both = zone("example.com", "_smtp._tls TXT note", "_smtp._tls TXT v=TLSRPTv1;", "_smtp._tls.sub TXT note")
    assert lines(tls_rpt_declarations(both)) == [2, 3]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_fault_of_a_policy_stands_on_its_own_line(end: str) -> None:
    declared = with_policy(end.join(["version: STSv1", "mode: none", "max_age: long", ""]))
    (declaration,) = sts_declarations(declared)
    (fault,) = declaration.faults
    at = declaration.at.within(fault.start, fault.end)
    assert (at.path, *at.span) == ("zones/mta-sts.example.com.txt", 3, 10, 3, 14)
    assert (declaration.name, declaration.type) == ("example.com.", POLICY)


def test_policies_are_read_once_with_their_domain() -> None:
    (policy,) = sts_policies(with_policy("version: STSv1\nmode: testing\nmax_age: 1\nmx: a.example\n"))
    assert policy.policy.mode == "testing"
    assert policy.policy is policy.policy
    assert sts_policies(zone("example.com", "@ A 192.0.2.1")) == ()


def test_domains_that_announce_mta_sts() -> None:
    declared = zone(
        "example.com",
        "_mta-sts TXT note",
        "_mta-sts TXT v=STSv1; id=1",
        "_mta-sts.a CNAME _mta-sts.example.net.",
        "_mta-sts.b TXT note",
        "_mta-sts.c A 192.0.2.1",
        "www A 192.0.2.1",
    )
    assert [(domain.domain, domain.type, domain.at.line) for domain in sts_domains(declared)] == [
        ("example.com.", "TXT", 2),
        ("a.example.com.", "CNAME", 3),
    ]
    assert announces_sts(declared, "b.example.com.")
    assert not announces_sts(declared, "c.example.com.")
    assert not announces_sts(declared, "d.example.com.")


def test_tls_reports() -> None:
    declared = zone("example.com", "_smtp._tls TXT x", "_smtp._tls.a CNAME b.example.", "_smtp._tls.c A 192.0.2.1")
    asked = [has_tls_reports(declared, f"{label}example.com.") for label in ("", "a.", "c.", "d.")]
    assert asked == [True, True, False, False]


def test_tlsa_of_every_port_and_of_mail() -> None:
    declared = zone("example.com", f"_25._tcp.mail TLSA 3 1 1 {DIGEST}", f"_443._tcp.www TLSA 1 1 1 {DIGEST}")
    assert [(item.is_smtp, item.tree.usage.value) for item in tlsa_records(declared)] == [(True, 3), (False, 1)]
    assert [found.name for found in smtp_tlsa_sets(declared)] == ["_25._tcp.mail.example.com."]


def test_hosts_with_tlsa_in_any_zone() -> None:
    zones = [
        zone("example.com", f"_25._tcp.mail TLSA 3 1 1 {DIGEST}", "_25._tcp.two CNAME _25._tcp.mail.example.com."),
        zone("example.net", "_25._tcp.no TXT x", f"_443._tcp.www TLSA 3 1 1 {DIGEST}"),
    ]
    assert tlsa_hosts(zones) == {"mail.example.com.", "two.example.com."}


def test_exchanges_of_all_zones_and_what_they_are_aliases_of() -> None:
    zones = [
        zone("example.com", "@ MX 10 mx.example.net.", "@ MX 20 192.0.2.1.", "null MX 0 ."),
        zone(
            "example.net",
            "mx CNAME Host.example.net.",
            "www CNAME web.example.net.",
            "_25._tcp.mx CNAME _25._tcp.keys.example.net.",
        ),
    ]
    assert exchange_hosts(zones) == {"mx.example.net.", "host.example.net.", "keys.example.net."}


def test_relevant_caa_is_the_first_on_the_way_up() -> None:
    declared = zone("example.com", '@ CAA 0 issue "a.example"', '*.b CAA 0 issue ";"', "c.d CAA 0 issue ;")
    assert [record.text for record in relevant_caa(declared, "x.c.d.example.com.")] == ["0 issue ;"]
    assert [record.text for record in relevant_caa(declared, "mail.example.com.")] == ['0 issue "a.example"']
    assert relevant_caa(declared, "example.net.") == ()


@pytest.mark.parametrize(
    ("texts", "forbidden"),
    [
        (['0 issue ";"'], True),
        (["0 issue ;"], True),
        (['0 issue ""'], True),
        (['128 ISSUE "; x=y"'], True),
        (['0 issue ";"', '0 issue "a.example; x=y"'], False),
        (['0 issuewild ";"'], False),
        (['0 iodef "mailto:a@example.com"'], False),
        (["0 issue"], False),
        ([], False),
    ],
)
def test_caa_that_lets_nobody_issue(texts: list[str], forbidden: bool) -> None:
    declared = zone("example.com", *(f"@ CAA {text}" for text in texts))
    assert forbids_certificates(declared.at_name("example.com.", "CAA")) is forbidden


def test_bimi_records_need_a_selector() -> None:
    declared = zone("example.com", "default._bimi TXT v=BIMI1; l=", "_bimi TXT v=BIMI1; l=", "a.b._bimi.c TXT x")
    assert [(bimi.name, bimi.domain) for bimi in bimi_records(declared)] == [
        ("default._bimi.example.com.", "example.com."),
        ("a.b._bimi.c.example.com.", "c.example.com."),
    ]
