"""A single fault in healthy DMARC, MX and transport records gives a single finding."""

from pathlib import Path

import pytest

from mailcheck.lint.registry import installed_rules
from mailcheck.lint.run import RunSettings, run_rules
from mailcheck.model.limits import Limits
from mailcheck.model.progress import Silent
from mailcheck.zonefile.load import load_zones
from tests.lint.healthy import change, lint, under

MX = "MX      10 mail.example.com."
SECOND_MX = "                        MX      20 mail2.example.com.\n"
POLICY = "v=DMARC1; p=reject; rua=mailto:dmarc@example.org"


@pytest.mark.parametrize(
    ("before", "after", "rule", "caret"),
    [
        (MX, "MX 10 nothing.example.com.", "mx-target-resolves", "nothing.example.com."),
        (MX, "MX 10 mail.example.com", "mx-target-resolves", "mail.example.com"),
        (MX, "MX 10 www.example.com.", "mx-target-cname", "www.example.com."),
        (MX, "MX 10 ma_il.example.com.", "mx-hostname-syntax", "ma_il"),
        (MX, "MX 10 localhost.", "mx-localhost", "localhost."),
        (MX, "MX 10 192.0.2.25", "mx-target-address", "192.0.2.25"),
        (MX, "MX 10 app.example.com.", "mta-sts-policy-mx", "app.example.com."),
        (SECOND_MX, "", "mx-single", "mail.example.com."),
        (POLICY, POLICY.replace("rua", "rau"), "dmarc-no-reports", "rau"),
        (POLICY, POLICY.replace("mailto:", "mailto://"), "dmarc-syntax", "//"),
        (POLICY, POLICY + '"\n_dmarc TXT "v=DMARC1; p=none', "dmarc-single-record", "v=DMARC1"),
        (POLICY, POLICY.replace("p=reject", "p:reject"), "dmarc-policy-assumed", None),
        ("id=2026", "id:2026", "mta-sts-syntax", "id:20261101000000"),
        ("v=TLSRPTv1; rua=", "v=TLSRPTv1; rua:", "tls-rpt-syntax", "rua:mailto:tls-reports@example.org"),
        ('~all"', '~all"\n 60 TXT "note"', "zone-rrset-ttl", "60"),
    ],
)
def test_one_fault(zones: Path, before: str, after: str, rule: str, caret: str | None) -> None:
    change(zones / "example.org.zone", before, after)
    found = lint(zones)
    assert [finding.rule for finding in found] == [rule], [finding.message for finding in found]
    if caret is not None:
        assert under(found[0]) == caret


def test_another_unknown_tag_is_told_beside_missing_reports(zones: Path) -> None:
    change(zones / "example.org.zone", POLICY, "v=DMARC1; p=reject; foo=bar")
    assert [finding.rule for finding in lint(zones)] == ["dmarc-no-reports", "dmarc-unknown-tag"]


def test_an_exchange_that_was_refused_is_not_missed(zones: Path) -> None:
    change(zones / "example.org.zone", MX, "MX 70000 mail.example.com.")
    loaded = load_zones([zones], limits=Limits(), include_root=None, progress=Silent())
    report = run_rules(loaded.zones, loaded.refused, RunSettings(), installed_rules())
    assert [entry.code for entry in report.refused] == ["master-bad-rdata"]
    assert report.findings == ()
