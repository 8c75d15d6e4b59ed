"""A single fault in healthy zones gives a single finding: the right rule, the caret under the very fault."""

from pathlib import Path

import pytest

from tests.lint.healthy import change, lint, under

MX = """\
  - exchange: mail2.example.com.
    preference: 20
"""
APEX_SPF = "  value: v=spf1 include:_spf.example.com ~all"
HOSTS_SPF = "v=spf1 a:mail.example.com a:mail2.example.com a:app.example.com ~all"
KEY_END = "\n2026e._domainkey"


@pytest.mark.parametrize(
    ("file", "before", "after", "rule", "caret"),
    [
        ("example.com.yaml", "a:app.example.com", "ip4:10.0.0.300", "spf-syntax", "10.0.0.300"),
        ("example.com.yaml", "a:app.example.com", "inclde:x.example.com", "spf-syntax", "inclde"),
        (
            "example.com.yaml",
            "v=spf1 include:_spf.example.com",
            "v=spf1include:_spf.example.com",
            "spf-misspelt-version",
            "v=spf1include:_spf.example.com",
        ),
        ("example.com.yaml", "\napp:", "\napp.example.com:", "zone-doubled-origin", "app.example.com"),
        ("example.com.yaml", "\nmail:", "\nmail.example.com:", "zone-doubled-origin", "mail.example.com"),
        ("example.com.yaml", "\n_spf:", "\n_spf.example.com:", "zone-doubled-origin", "_spf.example.com"),
        ("example.com.yaml", "id=20261101", "id=2026-1101", "mta-sts-syntax", "2026-1101000000"),
        ("example.com.yaml", "v=DMARC1\\; p=reject", "nv=DMARC1\\; p=reject", "dmarc-misspelt", "nv"),
        ("example.com.yaml", "p=reject\\;", "p=reject\\; sp=none\\;", "dmarc-policy-weak", "sp=none"),
        (
            "example.org.zone",
            '"v=DMARC1; p=reject',
            '"v=DMARC1; p=reject; sp=none',
            "dmarc-policy-weak",
            "sp=none",
        ),
        ("example.org.zone", "NS      ns2.example.com.", "CNAME   web.example.com.", "zone-cname-conflict", None),
        (
            "example.com.yaml",
            "example.net._report._dmarc:",
            "other._report._dmarc:",
            "dmarc-report-authorised",
            None,
        ),
        ("2.0.192.in-addr.arpa.zone", "mail2.example.com.", "mail3.example.com.", "ptr-forward-confirmed", None),
    ],
)
def test_one_fault(zones: Path, file: str, before: str, after: str, rule: str, caret: str | None) -> None:
    change(zones / file, before, after)
    found = lint(zones)
    assert [finding.rule for finding in found] == [rule], [finding.message for finding in found]
    if caret is not None:
        assert under(found[0]) == caret


def test_a_key_with_one_character_lost(zones: Path) -> None:
    path = zones / "example.com.yaml"
    text = path.read_text(encoding="utf-8")
    at = text.index(KEY_END) - 40
    path.write_text(text[:at] + text[at + 1 :], encoding="utf-8")
    found = lint(zones)
    assert [finding.rule for finding in found] == ["dkim-key-invalid"]
    assert under(found[0]).startswith("MII")


def test_two_spf_records(zones: Path) -> None:
    path = zones / "example.com.yaml"
    text = path.read_text(encoding="utf-8")
    two = "  values:\n  - v=spf1 include:_spf.example.com ~all\n  - v=spf1 mx -all"
    path.write_text(text.replace(APEX_SPF, two, 1), encoding="utf-8")
    assert [finding.rule for finding in lint(zones)] == ["spf-single-record"]


def test_a_cname_beside_mx(zones: Path) -> None:
    path = zones / "example.net.yaml"
    text = path.read_text(encoding="utf-8")
    beside = "shop:\n- type: CNAME\n  value: web.example.com.\n- type: MX\n  value: {exchange: ., preference: 0}\n"
    path.write_text(text + beside, encoding="utf-8")
    assert [finding.rule for finding in lint(zones)] == ["zone-cname-conflict"]


def test_a_typo_in_one_of_several_texts_in_every_style(zones: Path) -> None:
    path = zones / "example.com.yaml"
    text = path.read_text(encoding="utf-8")
    wrong = HOSTS_SPF.replace("a:app.example.com", "ip4:192.0.2.400")
    for style in (
        f"- {wrong}",
        f'- "{wrong}"',
        f"- '{wrong}'",
        f"- >-\n    {wrong.replace(' ip4', chr(10) + '    ip4')}",
        f"- |-\n    {wrong}",
        f'- "v=spf1 a:mail.example.com \\x61:mail2.example.com {wrong.partition("mail2.example.com ")[2]}"',
    ):
        several = f"values:\n  - site-verification=abc\n  {style}"
        path.write_text(text.replace(f"value: {HOSTS_SPF}", several, 1), encoding="utf-8")
        found = lint(zones)
        assert [finding.rule for finding in found] == ["spf-syntax"], style
        assert under(found[0]) == "192.0.2.400", style


def test_consent_for_reports_needs_no_policy(zones: Path) -> None:
    assert "_report._dmarc" in (zones / "example.com.yaml").read_text(encoding="utf-8")
    assert lint(zones) == ()
