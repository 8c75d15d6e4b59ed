"""Zone rules beyond their cases: boundaries, and one fault told by one rule."""

from dataclasses import replace
from importlib import import_module

import pytest

from mailcheck.lint.engine import Engine, Plan
from mailcheck.lint.selection import ActiveRule
from mailcheck.model.finding import Finding
from mailcheck.model.location import whole_line
from mailcheck.model.zone import Remark, RemarkKind, Zone
from tests.build import zone

SIZES = ("spf-record-size", "zone-txt-udp", "zone-txt-length", "zone-txt-oversize")


def findings(declared: Zone, *rule_ids: str) -> list[Finding]:
    rules = []
    for rule_id in rule_ids:
        folder, _, file = rule_id.partition("-")
        rule = import_module(f"mailcheck_rules.{folder}.{file.replace('-', '_')}").RULE
        rules.append(ActiveRule(rule, rule.severity, rule.options()))
    return list(Engine([declared]).run(lambda _: Plan(rules)).findings)


def names(declared: Zone, *rule_ids: str) -> list[str]:
    return [finding.rule for finding in findings(declared, *rule_ids)]


@pytest.mark.parametrize(
    ("first", "octets", "expected"),
    [
        ("v=spf1 -all", 427, []),
        ("v=spf1 -all", 428, ["spf-record-size"]),
        ("v=spf1 -all", 1_300, ["spf-record-size"]),
        ("v=spf1 -all", 4_100, ["zone-txt-length"]),
        ("v=spf1 -all", 70_000, ["zone-txt-oversize"]),
        ("a note here", 1_151, []),
        ("a note here", 1_152, ["zone-txt-udp"]),
        ("a note here", 4_010, ["zone-txt-length"]),
        ("a note here", 65_279, ["zone-txt-length"]),
        ("a note here", 65_280, ["zone-txt-oversize"]),
    ],
)
def test_an_answer_that_is_too_large_is_told_by_one_rule(first: str, octets: int, expected: list[str]) -> None:
    declared = zone("example.com", f"@ TXT {first}", f"@ TXT {'t' * octets}")
    assert names(declared, *SIZES) == expected


def test_many_small_records_make_a_large_answer() -> None:
    declared = zone("example.com", *(f"@ TXT {number}" for number in range(100)))
    assert names(declared, *SIZES) == ["zone-txt-udp"]


def test_a_ttl_that_is_wrong_is_not_said_to_differ_as_well() -> None:
    base = zone(
        "example.com", "@ MX 10 a.example.com.", "@ MX 20 b.example.com.", "@ A 192.0.2.1", "@ A 192.0.2.2"
    )
    ttls = (600, -1, 600, 900)
    records = tuple(record._replace(ttl=ttl) for record, ttl in zip(base.records, ttls, strict=True))
    found = findings(replace(base, records=records), "zone-ttl-range", "zone-rrset-ttl")
    assert [(finding.rule, finding.subject.type) for finding in found] == [
        ("zone-ttl-range", "MX"),
        ("zone-rrset-ttl", "A"),
    ]


def test_signatures_may_have_different_ttls() -> None:
    base = zone("example.com", "@ RRSIG A 13 2 600", "@ RRSIG MX 13 2 900")
    records = tuple(record._replace(ttl=ttl) for record, ttl in zip(base.records, (600, 900), strict=True))
    assert names(replace(base, records=records), "zone-rrset-ttl") == []


def test_an_address_that_cannot_be_read_is_compared_as_written() -> None:
    assert names(zone("example.com", "@ AAAA moo", "@ AAAA moo", "@ AAAA Moo"), "zone-duplicate-record") == [
        "zone-duplicate-record"
    ]


def test_a_repeated_alias_is_a_duplicate_and_no_conflict() -> None:
    declared = zone("example.com", "www CNAME a.example.net.", "www CNAME A.example.net.")
    assert names(declared, "zone-cname-conflict", "zone-duplicate-record") == ["zone-duplicate-record"]


@pytest.mark.parametrize(
    ("kind", "rule_id", "word"),
    [
        ("ambiguous-name", "zone-ambiguous-name", "as 8"),
        ("unescaped-semicolon", "zone-unescaped-semicolon", "refuses"),
        ("double-escaped-semicolon", "zone-unescaped-semicolon", "twice"),
        ("lenient", "zone-lenient", "hides"),
        ("missing-final-dot", "zone-missing-final-dot", "final dot"),
    ],
)
def test_each_remark_has_its_rule(kind: RemarkKind, rule_id: str, word: str) -> None:
    remark = Remark(kind, "www.example.com.", "TXT", whole_line("example.com.yaml", 3), "8")
    declared = replace(zone("example.com"), remarks=(remark,))
    rules = ("zone-ambiguous-name", "zone-unescaped-semicolon", "zone-lenient", "zone-missing-final-dot")
    (finding,) = findings(declared, *rules)
    assert finding.rule == rule_id
    assert word in finding.message
    assert (finding.subject.name, finding.at.line) == ("www.example.com.", 3)


def test_a_zone_without_records_is_empty() -> None:
    (finding,) = findings(zone("example.com"), "zone-empty")
    assert (finding.subject.zone, finding.subject.type) == ("example.com.", "")
    assert names(zone("example.com", "@ TXT x"), "zone-empty") == []
