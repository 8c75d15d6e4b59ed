"""A single fault against the written spec gives a single finding, with the zone's line and the spec's."""

from pathlib import Path

import pytest

from mailcheck.config.find import load_configuration
from mailcheck.model.finding import Finding
from mailcheck.model.settings import Configuration
from tests.lint.healthy import ROOT, SPEC, change, lint_by, under

KEY = "2026a._domainkey        TXT     ("
SPF = "a:mail.example.com a:mail2.example.com a:app.example.com"


def by_spec(zones: Path, before: str, after: str) -> tuple[Finding, ...]:
    """The findings under this repository's spec with one thing changed in it."""
    path = zones.parent / "mailcheck.yaml"
    path.write_text((ROOT / "mailcheck.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    change(path, before, after)
    return lint_by(Configuration(spec=load_configuration(path).spec), zones)


def test_the_examples_keep_what_their_spec_promises(zones: Path) -> None:
    assert lint_by(SPEC, zones) == ()


@pytest.mark.parametrize(
    ("file", "before", "after", "rule", "caret"),
    [
        ("example.com.yaml", "value: 192.0.2.26", "value: 192.0.2.27", "spec-host-address", "192.0.2.27"),
        ("example.com.yaml", "2001:db8::40", "2001:db8::41", "spec-host-address", "2001:db8::41"),
        ("example.com.yaml", "exchange: mail2.", "exchange: www2.", "spec-host-mx", "www2.example.com."),
        ("example.com.yaml", "p=reject\\; rua", "p=none\\; rua", "spec-dmarc-policy", "p=none"),
        ("example.com.yaml", "mailto:dmarc@", "mailto:old@", "spec-dmarc-reports", "mailto:old@example.com"),
        ("example.org.zone", KEY, KEY.replace("2026a", "2026b"), "spec-dkim-selector", "@"),
        ("example.com.yaml", SPF, f"{SPF} ip4:192.0.2.80", "spec-unknown-sender", "ip4:192.0.2.80"),
        ("example.com.yaml", SPF, f"{SPF} include:sendgrid.net", "spec-unknown-sender", "include:sendgrid.net"),
        ("example.net.yaml", "v=spf1 -all", "v=spf1 ~all", "spec-parked", "v=spf1 ~all"),
        ("example.net.yaml", "p=reject", "p=none", "spec-parked", None),
        ("example.net.yaml", "exchange: .", "exchange: mail.example.com.", "spec-parked", None),
        ("example.net.yaml", "'*._domainkey'", "'s1._domainkey'", "spec-parked", None),
        ("2.0.192.in-addr.arpa.zone", "40      PTR     app", "40      PTR     www", "ptr-forward-confirmed", None),
    ],
)
def test_a_fault_in_the_zones(
    zones: Path, file: str, before: str, after: str, rule: str, caret: str | None
) -> None:
    change(zones / file, before, after)
    (finding,) = lint_by(SPEC, zones)
    assert finding.rule == rule, finding.message
    assert caret is None or under(finding) == caret
    if rule.startswith("spec-"):
        assert finding.labels[0].at.path.endswith(file)
        assert finding.labels[1].at.path.endswith("mailcheck.yaml")


@pytest.mark.parametrize("term", ["a:mail2.example.com ", " a:app.example.com"])
def test_a_host_that_spf_leaves_out_is_told_for_each_domain(zones: Path, term: str) -> None:
    change(zones / "example.com.yaml", term, "")
    found = lint_by(SPEC, zones)
    assert [(finding.rule, finding.subject.name) for finding in found] == [
        ("spec-host-spf", "example.com."),
        ("spec-host-spf", "example.org."),
    ]


def test_ipv6_alone_left_out(zones: Path) -> None:
    change(zones / "example.com.yaml", "a:app.example.com", "ip4:192.0.2.40")
    first, second = lint_by(SPEC, zones)
    assert (first.rule, second.rule) == ("spec-host-spf", "spec-host-spf")
    assert "`app.example.com` (2001:db8::40)" in first.message


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        (
            "    mail: full\n    policy: reject\n    reports: dmarc@example.com\n",
            "    mail: full\n    policy: reject\n    users: true\n",
            ["dmarc-reject-users"],
        ),
        ("    selectors: [2026a, 2026e]\n", "    selectors: [2026e]\n", ["dkim-ed25519-only"]),
        ("  app.example.com:\n", "  app.example.com:\n    helo: out.example.com\n", ["ptr-matches-helo"] * 2),
        ("  example.org:\n", "  example.test:\n", ["spec-unlisted-domain"]),
    ],
)
def test_a_fault_in_the_spec(zones: Path, before: str, after: str, rules: list[str]) -> None:
    assert [finding.rule for finding in by_spec(zones, before, after)] == rules


def test_a_record_of_ours_whose_zone_was_not_read_is_nobody_unknown(zones: Path) -> None:
    for path in zones.iterdir():
        if path.name != "example.org.zone":
            path.unlink()
    assert lint_by(SPEC, zones) == ()
