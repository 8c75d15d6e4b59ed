"""What DNS did not answer is skipped by the MX and PTR rules: neither a finding nor a pass."""

from collections.abc import Mapping
from importlib import import_module

import pytest

from mailcheck.lint.engine import Engine, Plan
from mailcheck.lint.selection import ActiveRule
from mailcheck.model.dns import Absent, Answer, DnsView, Present, Unknown
from mailcheck.model.finding import Finding, Skipped
from mailcheck.model.zone import Zone
from tests.analysis.evaluation import Scripted
from tests.build import record, zone

OUTSIDE = zone("example.com", "@ MX 10 mx.example.net.", "@ MX 20 mx2.example.net.")
OURS = zone("example.com", "@ MX 10 mail.example.com.", "mail A 192.0.2.25")
PTR = "25.2.0.192.in-addr.arpa."


def verdict(
    rule_id: str, zones: list[Zone], answers: Mapping[tuple[str, str], Answer] | None
) -> list[Finding | Skipped]:
    """What one rule says; `answers` is what a resolver would give, None where there is none."""
    folder, _, file = rule_id.partition("-")
    rule = import_module(f"mailcheck_rules.{folder}.{file.replace('-', '_')}").RULE
    plan = Plan((ActiveRule(rule, rule.severity, rule.options()),))
    outside: DnsView | None = None if answers is None else Scripted(answers)
    outcome = Engine(zones, outside).run(lambda _: plan)
    return [*outcome.findings, *outcome.skipped]


def live(name: str, rtype: str, text: str) -> Present:
    return Present((record(name, "live", 1, f"@ {rtype} {text}"),), source="live")


@pytest.mark.parametrize(
    "rule_id", ["mx-target-resolves", "mx-target-cname", "mx-ipv6-only", "mx-private-address"]
)
def test_an_exchange_elsewhere_is_skipped_once(rule_id: str) -> None:
    assert verdict(rule_id, [OUTSIDE], None) == [
        Skipped(rule_id, "example.com.", "not asked: mx.example.net A", asked=False)
    ]


@pytest.mark.parametrize(
    "rule_id", ["mx-target-resolves", "mx-target-cname", "mx-ipv6-only", "mx-private-address"]
)
def test_a_timeout_is_told_before_what_was_never_asked(rule_id: str) -> None:
    timeout = Unknown("timeout", "mx2.example.net A")
    answers = {("mx2.example.net.", rtype): timeout for rtype in ("A", "AAAA")}
    assert verdict(rule_id, [OUTSIDE], answers) == [
        Skipped(rule_id, "example.com.", "timeout: mx2.example.net A", asked=True)
    ]


@pytest.mark.parametrize(
    "rule_id", ["mx-target-resolves", "mx-target-cname", "mx-ipv6-only", "mx-private-address"]
)
def test_a_resolver_that_answers_well_leaves_nothing_to_say(rule_id: str) -> None:
    answers: dict[tuple[str, str], Answer] = {}
    for name in ("mx.example.net.", "mx2.example.net."):
        answers[name, "A"] = live(name, "A", "192.0.2.25")
        answers[name, "AAAA"] = Absent("nodata", source="live")
    assert verdict(rule_id, [OUTSIDE], answers) == []


def test_an_alias_seen_by_a_resolver_is_a_finding_without_a_second_place() -> None:
    name = "mx.example.net."
    chain = (name,)
    answers: dict[tuple[str, str], Answer] = {
        (name, "A"): Present(live("host.example.net.", "A", "192.0.2.25").records, chain, source="live"),
        (name, "AAAA"): Absent("nodata", chain, source="live"),
        (name, "CNAME"): live(name, "CNAME", "host.example.net."),
    }
    (finding,) = verdict("mx-target-cname", [zone("example.com", "@ MX 10 mx.example.net.")], answers)
    assert isinstance(finding, Finding)
    assert finding.message == "the exchange `mx.example.net` is an alias of `host.example.net`"
    assert len(finding.labels) == 1


def test_an_alias_that_is_not_told_apart_is_skipped() -> None:
    name = "mx.example.net."
    answers: dict[tuple[str, str], Answer] = {
        (name, "A"): Absent("nodata", (name,), source="live"),
        (name, "AAAA"): Absent("nodata", (name,), source="live"),
        (name, "CNAME"): Unknown("servfail"),
    }
    assert verdict("mx-target-cname", [zone("example.com", "@ MX 10 mx.example.net.")], answers) == [
        Skipped("mx-target-cname", "example.com.", "servfail: mx.example.net CNAME", asked=True)
    ]


def test_an_mx_that_is_not_answered_is_skipped_by_mx_present() -> None:
    declared = zone(
        "example.com", "sub NS ns.example.net.", "_dmarc TXT v=DMARC1; p=none; rua=mailto:a@sub.example.com"
    )
    assert verdict("mx-present", [declared], None) == [
        Skipped("mx-present", "example.com.", "not asked: sub.example.com MX", asked=False)
    ]


@pytest.mark.parametrize(
    "rule_id", ["ptr-present", "ptr-forward-confirmed", "ptr-generic", "ptr-multiple", "ptr-target-cname"]
)
def test_reverse_dns_that_is_not_answered_is_skipped(rule_id: str) -> None:
    skipped = [Skipped(rule_id, "example.com.", f"servfail: {PTR.rstrip('.')} PTR", asked=True)]
    assert verdict(rule_id, [OURS], {(PTR, "PTR"): Unknown("servfail")}) == skipped


@pytest.mark.parametrize("rule_id", ["ptr-forward-confirmed", "ptr-target-cname"])
def test_a_ptr_name_that_is_not_answered_is_skipped(rule_id: str) -> None:
    reverse = zone("2.0.192.in-addr.arpa", "25 PTR mx.provider.example.")
    assert verdict(rule_id, [OURS, reverse], None) == [
        Skipped(rule_id, "example.com.", "not asked: mx.provider.example A", asked=False)
    ]


def test_an_alias_of_the_ptr_name_that_is_not_told_apart_is_skipped() -> None:
    reverse = zone("2.0.192.in-addr.arpa", "25 PTR mx.provider.example.")
    name = "mx.provider.example."
    answers: dict[tuple[str, str], Answer] = {
        (name, "A"): Present(live(name, "A", "192.0.2.25").records, (name,), source="live"),
        (name, "AAAA"): Absent("nodata", (name,), source="live"),
        (name, "CNAME"): Unknown("timeout"),
    }
    assert verdict("ptr-target-cname", [OURS, reverse], answers) == [
        Skipped("ptr-target-cname", "example.com.", "timeout: mx.provider.example CNAME", asked=True)
    ]


def test_a_second_ptr_name_that_is_not_answered_may_be_an_alias() -> None:
    reverse = zone("2.0.192.in-addr.arpa", "25 PTR mail.example.com.", "25 PTR mx.provider.example.")
    answers = {("mx.provider.example.", rtype): Unknown("timeout", f"mx {rtype}") for rtype in ("A", "AAAA")}
    assert verdict("ptr-target-cname", [OURS, reverse], answers) == [
        Skipped("ptr-target-cname", "example.com.", "timeout: mx A", asked=True)
    ]


def test_reverse_dns_seen_by_a_resolver_points_to_the_forward_zone_alone() -> None:
    name = "192-0-2-25.pool.example.net."
    answers: dict[tuple[str, str], Answer] = {
        (PTR, "PTR"): Present(
            tuple(record(PTR, "live", 1, f"@ PTR {target}") for target in (name, "old.example.net.")),
            source="live",
        ),
        (name, "A"): live(name, "A", "192.0.2.25"),
        (name, "AAAA"): Absent("nodata", source="live"),
        ("old.example.net.", "A"): Absent("nxdomain", source="live"),
        ("old.example.net.", "AAAA"): Absent("nxdomain", source="live"),
    }
    for rule_id in ("ptr-generic", "ptr-multiple"):
        (finding,) = verdict(rule_id, [OURS], answers)
        assert isinstance(finding, Finding)
        assert [label.at.path for label in finding.labels] == ["zones/example.com.zone"]
    answers[name, "A"] = Absent("nodata", source="live")
    (finding,) = verdict("ptr-forward-confirmed", [OURS], answers)
    assert isinstance(finding, Finding)
    assert [label.at.path for label in finding.labels] == ["zones/example.com.zone"]
