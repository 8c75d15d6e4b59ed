"""Which TXT records of a zone are taken for DMARC, and in which part."""

from mailcheck.analysis.dmarc_aliases import aliased_dmarc
from mailcheck.analysis.dmarc_coverage import mail_domains_of, organizations, without_policy
from mailcheck.analysis.dmarc_records import (
    dmarc_and_report_records,
    dmarc_detours,
    dmarc_look_alikes,
    dmarc_records,
    policies_and_aliases,
    report_records,
    stray_dmarc_records,
)
from mailcheck.view.overlay import Overlay
from tests.analysis.evaluation import run
from tests.build import zone

ZONE = zone(
    "example.com",
    "@ TXT v=DMARC1; p=none",
    "_dmarc TXT v=DMARC1; p=none; rua=mailto:a@example.com,https://example.net/,mailto:b@example.com",
    "_dmarc TXT v=DMARC1; p=reject; ruf=mailto:a@example.org,bad",
    "_dmarc TXT nv=DMARC1; p=none",
    "_dmarc TXT v=spf1 -all",
    "_dmarc.news CNAME _dmarc.example.com.",
    "example.net._report._dmarc TXT v=DMARC1",
    "*._report._dmarc.reports TXT v=DMARC1",
    "example.org._report._dmarc TXT v=dmarc1",
    "* TXT v=DMARC1; p=none",
    "* TXT note",
    "*.web CNAME example.com.",
    "*._domainkey TXT v=DMARC1",
)


def test_policy_records() -> None:
    records = dmarc_records(ZONE)
    assert [(record.name, record.domain, record.type) for record in records] == [
        ("_dmarc.example.com.", "example.com.", "TXT")
    ] * 2
    assert list(records[0].hosts_beside("example.com.")) == ["example.net."]
    assert list(records[0].mailbox_hosts) == ["example.com."]
    assert list(records[1].hosts_beside("example.net.")) == ["example.org."]
    assert records[0].at.line == 2


def test_report_records() -> None:
    records = report_records(ZONE)
    assert [(record.domain, record.host) for record in records] == [
        ("example.net.", "example.com."),
        ("*.", "reports.example.com."),
    ]
    assert len(dmarc_and_report_records(ZONE)) == 4


def test_what_is_none_of_them() -> None:
    assert [record.name for record in dmarc_look_alikes(ZONE)] == [
        "_dmarc.example.com.",
        "example.org._report._dmarc.example.com.",
    ]
    assert [record.name for record in stray_dmarc_records(ZONE)] == ["example.com."]
    assert [(detour.name, detour.type) for detour in dmarc_detours(ZONE)] == [
        ("_dmarc.news.example.com.", "CNAME"),
        ("*.example.com.", "TXT"),
    ]
    assert [found.domain for found in policies_and_aliases(ZONE)] == [
        "example.com.",
        "example.com.",
        "news.example.com.",
    ]


def test_zones_belong_to_the_topmost_one_above_them() -> None:
    zones = [
        zone(name, "@ TXT note")
        for name in ("com", "a.example.com", "example.com", "example.net", "b.a.example.com", "lists.example.org")
    ]
    tops = organizations(zones)
    assert {top: sorted(below.name for below in found) for top, found in tops.items()} == {
        "example.com.": ["a.example.com.", "b.a.example.com.", "example.com."],
        "example.net.": ["example.net."],
        "lists.example.org.": ["lists.example.org."],
    }
    names = [domain.name for domain in mail_domains_of(tops["example.com."])]
    assert names == ["example.com.", "a.example.com.", "b.a.example.com."]


def test_walks_that_find_nothing() -> None:
    found = run(
        without_policy(("example.com.", "a.example.net.", "cut.example.net.")),
        Overlay([zone("example.com", "_dmarc TXT v=DMARC1"), zone("example.net", "cut NS ns.example.org.")]),
    )
    assert [(walk.domain, walk.undetermined() is not None) for walk in found] == [
        ("a.example.net.", False),
        ("cut.example.net.", True),
    ]


def test_a_star_behind_the_policy_label_is_no_policy_name() -> None:
    declared = zone("example.com", "_dmarc.* TXT v=DMARC1; p=none", "_dmarc.*.x CNAME www")
    assert dmarc_detours(declared) == ()
    assert policies_and_aliases(declared) == ()
    assert [record.name for record in stray_dmarc_records(declared)] == ["_dmarc.*.example.com."]


def test_the_records_that_aliases_lead_to_through_chains_and_zones() -> None:
    aliases = ("_dmarc CNAME a.example.com.", "a CNAME b.example.net.", "www CNAME web.example.net.")
    first = zone("example.com", *aliases, "*.sub CNAME loop.example.com.", "loop CNAME x.sub.example.com.")
    second = zone("example.net", "b CNAME c.example.net.", "c TXT v=DMARC1; p=none", "web TXT v=DMARC1; p=none")
    assert aliased_dmarc([first, second]) == {"c.example.net."}
