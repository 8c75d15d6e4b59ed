"""SPF rules beyond their cases: fixes, skips, who is silent for whom, and large records."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import pytest

from mailcheck.lint.engine import Engine, Plan
from mailcheck.lint.selection import ActiveRule
from mailcheck.model.dns import Absent, DnsView, Unknown
from mailcheck.model.finding import Finding, Skipped
from mailcheck.model.zone import Zone
from mailcheck.zonefile.edit import edited
from tests.analysis.evaluation import Scripted
from tests.build import zone


def active(rule_id: str, options: Mapping[str, Any]) -> ActiveRule:
    folder, _, file = rule_id.partition("-")
    rule = import_module(f"mailcheck_rules.{folder}.{file.replace('-', '_')}").RULE
    return ActiveRule(rule, rule.severity, rule.options(**options))


def said(
    declared: Zone, *rule_ids: str, outside: DnsView | None = None, **options: Any
) -> list[Finding | Skipped]:
    plan = Plan(active(rule_id, options) for rule_id in rule_ids)
    outcome = Engine([declared], outside).run(lambda _: plan)
    return [*outcome.findings, *outcome.skipped]


def spf(terms: str) -> Zone:
    return zone("example.com", f"@ TXT v=spf1 {terms}")


def findings(declared: Zone, *rule_ids: str) -> list[Finding]:
    return [item for item in said(declared, *rule_ids) if isinstance(item, Finding)]


def fixed(declared: Zone, rule_id: str) -> str:
    """The record's text once the fix of the one finding is applied."""
    (finding,) = findings(declared, rule_id)
    assert finding.fix is not None
    assert finding.fix.safe
    edits = [(edit.start, edit.end, edit.replacement) for edit in finding.fix.edits]
    return edited(declared.records[0].text, edits)


def test_the_fix_for_host_bits_writes_the_network() -> None:
    assert fixed(spf("~ip4:192.0.2.17/24 -all"), "spf-host-bits") == "v=spf1 ~ip4:192.0.2.0/24 -all"
    assert fixed(spf("a ip6:2001:DB8::1/32"), "spf-host-bits") == "v=spf1 a ip6:2001:db8::/32"


def test_the_fix_for_case_lowers_keywords_only() -> None:
    assert (
        fixed(spf("-IP4:192.0.2.1 Exists:%{I}.Example.NET +A Redirect=X.example.net"), "spf-case")
        == "v=spf1 -ip4:192.0.2.1 exists:%{I}.Example.NET +a redirect=X.example.net"
    )


def test_a_dmarc_policy_that_is_not_known_leaves_the_verdict_open() -> None:
    declared = zone("example.com", "@ TXT v=spf1 a ~all", "_dmarc NS ns.example.net.")
    (skip,) = said(declared, "spf-all-qualifier", require="fail")
    assert skip == Skipped("spf-all-qualifier", "example.com.", "not asked: _dmarc.example.com TXT")
    asked = Scripted(
        {("_dmarc.example.com.", "TXT"): Unknown("timeout"), ("_dmarc.com.", "TXT"): Absent("nxdomain")}
    )
    (skip,) = said(declared, "spf-all-qualifier", outside=asked, require="fail")
    assert isinstance(skip, Skipped)
    assert skip.asked


@pytest.mark.parametrize(
    ("terms", "rule_ids", "expected"),
    [
        ("a ?all", ["spf-all-neutral", "spf-all-qualifier"], "spf-all-neutral"),
        ("exists:%{p}.example.net -all", ["spf-ptr-mechanism", "spf-macro-unbounded"], "spf-ptr-mechanism"),
        ("ip4:192.0.2.1/0 -all", ["spf-cidr-zero", "spf-host-bits", "spf-too-wide"], "spf-cidr-zero"),
        ("a all=-", ["spf-unknown-modifier", "spf-all-missing"], "spf-unknown-modifier"),
        ("a -all mx mx", ["spf-after-all", "spf-duplicate-term"], "spf-after-all"),
        ("a -all redirect=a.example", ["spf-after-all", "spf-all-missing"], "spf-after-all"),
    ],
)
def test_one_fault_is_told_once(terms: str, rule_ids: list[str], expected: str) -> None:
    assert [finding.rule for finding in findings(spf(terms), *rule_ids)] == [expected]


def test_the_required_end_replaces_the_word_on_neutral() -> None:
    rules = Plan([active("spf-all-neutral", {}), active("spf-all-qualifier", {"require": "softfail"})])
    outcome = Engine([spf("a ?all")]).run(lambda _: rules)
    assert [finding.rule for finding in outcome.findings] == ["spf-all-qualifier"]


def test_an_invalid_term_is_left_to_the_syntax_rule() -> None:
    wrong = spf("ip4:192.0.2.300/0 a/99 include:%{x}.example.net PTR: moo +al")
    rules = [
        "all-missing", "all-qualifier", "after-all", "case", "cidr-zero", "duplicate-modifier",
        "duplicate-term", "host-bits", "macro-unbounded", "ptr-mechanism", "too-wide", "unknown-modifier",
    ]  # fmt: skip
    assert findings(wrong, *(f"spf-{rule}" for rule in rules)) == []


def test_networks_inside_slash_zero_are_left_to_its_rule() -> None:
    assert findings(spf("ip4:0.0.0.0/0 ip4:192.0.2.1 -all"), "spf-duplicate-term") == []


def test_an_exception_behind_its_network_is_named_as_unreachable() -> None:
    (finding,) = findings(spf("ip4:192.0.2.0/24 -ip4:192.0.2.9 -all"), "spf-duplicate-term")
    assert "never reached" in finding.message
    assert finding.token == "-ip4:192.0.2.9"


def test_a_private_address_of_a_real_domain_and_of_an_example() -> None:
    assert len(findings(spf("ip4:10.0.0.1 -all"), "spf-too-wide")) == 1
    real = zone("mailcheck.invalid-tld", "@ TXT v=spf1 ip4:192.0.2.1 -all")
    (finding,) = findings(real, "spf-too-wide")
    assert "192.0.2.0/24 (documentation)" in finding.message


def test_the_same_record_twice_is_not_several_records() -> None:
    twice = zone("example.com", "@ TXT v=spf1 -all", "@ TXT v=spf1 -all")
    assert findings(twice, "spf-single-record") == []
    (finding,) = findings(zone("example.com", "@ TXT v=spf1 -all", "@ TXT v=spf1 ~all"), "spf-single-record")
    assert [label.at.line for label in finding.labels] == [2, 1]


def test_thousands_of_terms_are_compared() -> None:
    many = [f"ip4:198.{18 + number // 62_500}.{number // 250 % 250}.{number % 250}" for number in range(4_000)]
    assert len(findings(spf(" ".join([*many, *many, "-all"])), "spf-duplicate-term")) == 4_000
