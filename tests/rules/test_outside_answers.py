"""Rules whose answers come from outside the zones: the same verdicts, places in files alone, and nothing guessed.

Each scenario names one rule, the declared zones, and what the network answers: `fine` and `wrong`, by
`name type`, no value where there is no record. `asked` are the questions that decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple, get_args

import pytest

from mailcheck.lint.engine import Engine, Outcome, Plan
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.selection import ActiveRule
from mailcheck.model.dns import POLICY, STS_RECORD, Absent, Answer, Answers, Present, Question, Reason, Unknown
from mailcheck.model.location import NOWHERE, Location
from mailcheck.model.record import Record
from mailcheck.model.zone import PolicyFile, Zone
from tests.build import zone

Values = Mapping[str, Sequence[str]]
REASONS: tuple[Reason, ...] = get_args(Reason)
TOLD_AS_ASKED = {"timeout", "servfail", "refused", "formerr"}
ONE_ANSWER_TELLS = {"mx-target-cname", "ptr-target-cname", "mta-sts-id-stale"}
"""One absence settles these: no alias was walked, no policy was served."""
ONE_FAMILY_TELLS = {"spf-void-lookups-family"}
LOOKS_AT_OWN_RECORDS_ONLY = {"mx-target-proxied"}


class Outside:
    """Answers as a resolver does: records that no file holds, and Absent for every name it was not given."""

    def __init__(self, values: Values, unknown: Mapping[str, Reason] | None = None, source: str = "live") -> None:
        self._values = values
        self._unknown = unknown or {}
        self._source = source

    def answer(self, questions: AbstractSet[Question]) -> Answers:
        return {question: self._answer(question) for question in questions}

    def _answer(self, question: Question) -> Answer:
        key = f"{question.name} {question.type}"
        if key in self._unknown:
            return Unknown(self._unknown[key], key)
        chain: tuple[str, ...] = ()
        name = question.name
        while question.type != "CNAME" and (target := self._values.get(f"{name} CNAME")):
            chain, name = (*chain, name), target[0]
        values = self._values.get(f"{name} {question.type}")
        if not values:
            known = any(owner.split(" ")[0] == name for owner in self._values)
            return Absent("nodata" if known else "nxdomain", chain, source=self._source)
        records = [Record(name, question.type, 300, text, NOWHERE, NOWHERE) for text in values]
        return Present(tuple(records), chain, source=self._source)


class Scenario(NamedTuple):
    rule: str
    zones: tuple[Zone, ...]
    asked: tuple[str, ...]
    fine: Values
    wrong: Values


def with_policy(declared: Zone, text: str) -> Zone:
    at = Location("zones/mta-sts.example.com.txt", 1, 1, 1, 1)
    policies = {"example.com.": PolicyFile("example.com.", text, at)}
    return Zone(declared.name, declared.path, "master", declared.records, declared.at, policies=policies)


SERVED = "version: STSv1\nmode: enforce\nmx: mx.example.net\nmax_age: 604800\n"
STS = "_mta-sts TXT v=STSv1; id=1"
SENDER = ("@ MX 10 mail.example.com.", "@ TXT v=spf1 mx -all", "mail A 192.0.2.1")
PTR = "25.2.0.192.in-addr.arpa."
MX = zone("example.com", "@ MX 10 mx.example.net.")
HOST = zone("example.com", "@ MX 10 mail.example.com.", "mail A 192.0.2.25")
REPORTS = zone("example.com", "_dmarc TXT v=DMARC1; p=none; rua=mailto:d@reports.example.net")
CONSENT = "example.com._report._dmarc.reports.example.net. TXT"
TLSA = "3 1 1 " + "ab" * 32

SCENARIOS = [
    Scenario(
        "dmarc-present",
        (zone("news.example.com", *SENDER),),
        ("_dmarc.example.com. TXT",),
        {"_dmarc.example.com. TXT": ("v=DMARC1; p=reject",)},
        {},
    ),
    Scenario(
        "dmarc-present",
        (zone("example.com", *SENDER, "_dmarc CNAME d.example.net."),),
        ("d.example.net. TXT",),
        {"d.example.net. TXT": ("v=DMARC1; p=reject",)},
        {"d.example.net. TXT": ("v=spf1 -all",)},
    ),
    Scenario(
        "dmarc-present-nonsending",
        (zone("news.example.com", "www A 192.0.2.80"),),
        ("_dmarc.example.com. TXT",),
        {"_dmarc.example.com. TXT": ("v=DMARC1; p=reject",)},
        {},
    ),
    Scenario(
        "dmarc-wildcard",
        (zone("example.com", "_dmarc CNAME d.example.net."),),
        ("d.example.net. TXT",),
        {"d.example.net. TXT": ("v=DMARC1; p=reject",)},
        {"d.example.net. TXT": ("v=DMARC1; p=reject", "v=DMARC1; p=none")},
    ),
    Scenario(
        "dmarc-report-authorised", (REPORTS,), (CONSENT,), {CONSENT: ("v=DMARC1",)}, {CONSENT: ("v=dmarc1",)}
    ),
    Scenario(
        "dmarc-report-authorised",
        (zone("example.com", "_dmarc CNAME d.example.net."),),
        ("d.example.net. TXT",),
        {"d.example.net. TXT": ("v=DMARC1; p=reject; rua=mailto:a@example.com",)},
        {"d.example.net. TXT": ("v=DMARC1; p=reject; rua=mailto:a@example.org",)},
    ),
    Scenario(
        "dmarc-report-override",
        (REPORTS,),
        (CONSENT,),
        {CONSENT: ("v=DMARC1; rua=mailto:other@reports.example.net",)},
        {CONSENT: ("v=DMARC1; rua=mailto:d@example.org",)},
    ),
    Scenario(
        "dmarc-report-mailbox",
        (REPORTS,),
        ("reports.example.net. MX", "reports.example.net. A", "reports.example.net. AAAA"),
        {"reports.example.net. AAAA": ("2001:db8::1",)},
        {"reports.example.net. MX": ("0 .",)},
    ),
    Scenario(
        "dmarc-subdomain-noop",
        (zone("news.example.com", "_dmarc TXT v=DMARC1; p=none; sp=reject"),),
        ("_dmarc.example.com. TXT",),
        {"_dmarc.example.com. TXT": ("v=DMARC1; p=none; psd=y",)},
        {"_dmarc.example.com. TXT": ("v=DMARC1; p=none",)},
    ),
    Scenario(
        "dkim-cname-target",
        (zone("example.com", "s1._domainkey CNAME s1.example.net."),),
        ("s1.example.net. TXT",),
        {"s1.example.net. TXT": ("v=DKIM1; p=",)},
        {"s1.example.net. TXT": ("hello",)},
    ),
    Scenario(
        "mx-target-resolves",
        (MX,),
        ("mx.example.net. A", "mx.example.net. AAAA"),
        {"mx.example.net. AAAA": ("2001:db8::1",)},
        {},
    ),
    Scenario(
        "mx-target-cname",
        (MX,),
        ("mx.example.net. A", "mx.example.net. AAAA"),
        {"mx.example.net. A": ("192.0.2.1",)},
        {"mx.example.net. CNAME": ("host.example.net.",), "host.example.net. A": ("192.0.2.1",)},
    ),
    Scenario(
        "mx-ipv6-only",
        (MX,),
        ("mx.example.net. A", "mx.example.net. AAAA"),
        {"mx.example.net. A": ("192.0.2.1",)},
        {"mx.example.net. AAAA": ("2001:db8::1",)},
    ),
    Scenario(
        "mx-private-address",
        (MX,),
        ("mx.example.net. A", "mx.example.net. AAAA"),
        {"mx.example.net. A": ("192.0.2.1", "10.0.0.1")},
        {"mx.example.net. A": ("10.0.0.1",)},
    ),
    Scenario(
        "mx-present",
        (
            zone(
                "example.com",
                "sub NS ns.example.net.",
                "_dmarc TXT v=DMARC1; p=none; rua=mailto:a@sub.example.com",
            ),
        ),
        ("sub.example.com. MX", "sub.example.com. A", "sub.example.com. AAAA"),
        {"sub.example.com. MX": ("10 mail.example.net.",)},
        {"sub.example.com. A": ("192.0.2.1",)},
    ),
    Scenario("ptr-present", (HOST,), (f"{PTR} PTR",), {f"{PTR} PTR": ("mail.example.com.",)}, {}),
    Scenario(
        "ptr-forward-confirmed",
        (HOST,),
        (f"{PTR} PTR",),
        {f"{PTR} PTR": ("mail.example.com.",)},
        {f"{PTR} PTR": ("other.example.net.",)},
    ),
    Scenario(
        "ptr-forward-confirmed",
        (HOST, zone("2.0.192.in-addr.arpa", "25 PTR other.example.net.")),
        ("other.example.net. A",),
        {"other.example.net. A": ("192.0.2.25",)},
        {"other.example.net. A": ("192.0.2.26",)},
    ),
    Scenario(
        "ptr-generic",
        (HOST,),
        (f"{PTR} PTR",),
        {f"{PTR} PTR": ("mail.example.com.",)},
        {f"{PTR} PTR": ("192-0-2-25.pool.example.net.",)},
    ),
    Scenario(
        "ptr-multiple",
        (HOST,),
        (f"{PTR} PTR",),
        {f"{PTR} PTR": ("mail.example.com.",)},
        {f"{PTR} PTR": ("mail.example.com.", "www.example.com.")},
    ),
    Scenario(
        "ptr-target-cname",
        (HOST, zone("2.0.192.in-addr.arpa", "25 PTR other.example.net.")),
        ("other.example.net. A", "other.example.net. AAAA"),
        {"other.example.net. A": ("192.0.2.25",)},
        {"other.example.net. CNAME": ("mail.example.com.",)},
    ),
    Scenario(
        "mta-sts-host",
        (zone("example.com", STS, "mta-sts CNAME policy.example.net."),),
        ("policy.example.net. A", "policy.example.net. AAAA"),
        {"policy.example.net. A": ("192.0.2.1",)},
        {},
    ),
    Scenario(
        "mta-sts-served",
        (zone("example.com", STS),),
        (f"example.com. {POLICY}",),
        {f"example.com. {POLICY}": (SERVED,)},
        {f"example.com. {POLICY}": ("<html>",)},
    ),
    Scenario(
        "mta-sts-policy-mx",
        (zone("example.com", STS, "@ MX 10 mx.example.net."),),
        (f"example.com. {POLICY}",),
        {f"example.com. {POLICY}": (SERVED,)},
        {f"example.com. {POLICY}": (SERVED.replace("mx.", "mx2."),)},
    ),
    Scenario(
        "mta-sts-id-stale",
        (with_policy(zone("example.com", STS), SERVED.replace("mx.", "mx2.")),),
        (f"example.com. {POLICY}", f"example.com. {STS_RECORD}"),
        {f"example.com. {POLICY}": (SERVED,), f"example.com. {STS_RECORD}": ("v=STSv1; id=0",)},
        {f"example.com. {POLICY}": (SERVED,), f"example.com. {STS_RECORD}": ("v=STSv1; id=1",)},
    ),
    Scenario(
        "tlsa-unsigned",
        (zone("example.com", f"_25._tcp.mail TLSA {TLSA}"),),
        ("example.com. DS",),
        {"example.com. DS": ("12345 13 2 " + "cd" * 32,)},
        {},
    ),
    Scenario(
        "dnssec-ds",
        (zone("example.com", "@ DNSKEY 257 3 13 abcd"),),
        ("example.com. DS",),
        {"example.com. DS": ("12345 13 2 " + "cd" * 32,)},
        {},
    ),
    Scenario(
        "tlsa-missing-exchange",
        (zone("example.com", "@ MX 10 mx1.example.com.", "@ MX 20 mx.example.net.", f"_25._tcp.mx1 TLSA {TLSA}"),),
        ("_25._tcp.mx.example.net. TLSA",),
        {"_25._tcp.mx.example.net. TLSA": (TLSA,)},
        {},
    ),
    Scenario(
        "caa-mail",
        (zone("example.com", STS, "mta-sts CNAME policy.example.net.", '@ CAA 0 issue ";"'),),
        ("policy.example.net. CAA",),
        {"policy.example.net. CAA": ('0 issue "ca.example.org"',)},
        {},
    ),
    Scenario(
        "spf-include-no-record",
        (zone("example.com", "@ TXT v=spf1 include:i.example.net -all"),),
        ("i.example.net. TXT",),
        {"i.example.net. TXT": ("v=spf1 ip4:192.0.2.1 -all",)},
        {},
    ),
    Scenario(
        "spf-include-loop",
        (zone("example.com", "@ TXT v=spf1 include:i.example.net -all"),),
        ("i.example.net. TXT",),
        {"i.example.net. TXT": ("v=spf1 ip4:192.0.2.1 -all",)},
        {"i.example.net. TXT": ("v=spf1 include:example.com -all",)},
    ),
    Scenario(
        "spf-include-depth",
        (zone("example.com", "@ TXT v=spf1 include:i0.example.net -all"),),
        ("i0.example.net. TXT",),
        {"i0.example.net. TXT": ("v=spf1 ip4:192.0.2.1 -all",)},
        {
            "i0.example.net. TXT": ("v=spf1 include:i1.example.net -all",),
            "i1.example.net. TXT": ("v=spf1 include:i2.example.net -all",),
            "i2.example.net. TXT": ("v=spf1 include:i3.example.net -all",),
            "i3.example.net. TXT": ("v=spf1 include:i4.example.net -all",),
            "i4.example.net. TXT": ("v=spf1 include:i5.example.net -all",),
            "i5.example.net. TXT": ("v=spf1 include:i6.example.net -all",),
            "i6.example.net. TXT": ("v=spf1 ip4:192.0.2.1 -all",),
        },
    ),
    Scenario(
        "spf-lookup-limit",
        (zone("example.com", "@ TXT v=spf1 include:i.example.net -all"),),
        ("i.example.net. TXT",),
        {"i.example.net. TXT": ("v=spf1 ip4:192.0.2.1 -all",)},
        {
            "i.example.net. TXT": (
                "v=spf1 exists:e0.example.net exists:e1.example.net exists:e2.example.net exists:e3.example.net exists:e4.example.net exists:e5.example.net exists:e6.example.net exists:e7.example.net exists:e8.example.net exists:e9.example.net exists:e10.example.net -all",
            )
        },
    ),
    Scenario(
        "spf-lookup-budget",
        (zone("example.com", "@ TXT v=spf1 include:i.example.net -all"),),
        ("i.example.net. TXT",),
        {"i.example.net. TXT": ("v=spf1 ip4:192.0.2.1 -all",)},
        {
            "i.example.net. TXT": (
                "v=spf1 exists:e0.example.net exists:e1.example.net exists:e2.example.net exists:e3.example.net exists:e4.example.net exists:e5.example.net exists:e6.example.net exists:e7.example.net -all",
            )
        },
    ),
    Scenario(
        "spf-void-lookups",
        (zone("example.com", "@ TXT v=spf1 a:a0.example.net a:a1.example.net a:a2.example.net -all"),),
        (
            "a0.example.net. A",
            "a0.example.net. AAAA",
            "a1.example.net. A",
            "a1.example.net. AAAA",
            "a2.example.net. A",
            "a2.example.net. AAAA",
        ),
        {
            "a0.example.net. A": ("192.0.2.1",),
            "a0.example.net. AAAA": ("2001:db8::1",),
            "a1.example.net. A": ("192.0.2.1",),
            "a1.example.net. AAAA": ("2001:db8::1",),
            "a2.example.net. A": ("192.0.2.1",),
            "a2.example.net. AAAA": ("2001:db8::1",),
        },
        {},
    ),
    Scenario(
        "spf-void-lookups-family",
        (zone("example.com", "@ TXT v=spf1 a:a0.example.net a:a1.example.net a:a2.example.net -all"),),
        (
            "a0.example.net. A",
            "a0.example.net. AAAA",
            "a1.example.net. A",
            "a1.example.net. AAAA",
            "a2.example.net. A",
            "a2.example.net. AAAA",
        ),
        {
            "a0.example.net. A": ("192.0.2.1",),
            "a0.example.net. AAAA": ("2001:db8::1",),
            "a1.example.net. A": ("192.0.2.1",),
            "a1.example.net. AAAA": ("2001:db8::1",),
            "a2.example.net. A": ("192.0.2.1",),
            "a2.example.net. AAAA": ("2001:db8::1",),
        },
        {
            "a0.example.net. A": ("192.0.2.1",),
            "a1.example.net. A": ("192.0.2.1",),
            "a2.example.net. A": ("192.0.2.1",),
        },
    ),
    Scenario(
        "spf-unresolvable-a-mx",
        (zone("example.com", "@ TXT v=spf1 a:a0.example.net -all"),),
        ("a0.example.net. A", "a0.example.net. AAAA"),
        {"a0.example.net. A": ("192.0.2.1",)},
        {},
    ),
    Scenario(
        "spf-mx-implicit",
        (zone("example.com", "@ TXT v=spf1 mx:m.example.net -all"),),
        ("m.example.net. MX",),
        {"m.example.net. MX": ("10 x.example.net.",)},
        {"m.example.net. MX": ("0 .",)},
    ),
    Scenario(
        "spf-mx-limit",
        (zone("example.com", "@ TXT v=spf1 mx:m.example.net -all"),),
        ("m.example.net. MX",),
        {"m.example.net. MX": ("10 x.example.net.",)},
        {
            "m.example.net. MX": (
                "10 x0.example.net.",
                "10 x1.example.net.",
                "10 x2.example.net.",
                "10 x3.example.net.",
                "10 x4.example.net.",
                "10 x5.example.net.",
                "10 x6.example.net.",
                "10 x7.example.net.",
                "10 x8.example.net.",
                "10 x9.example.net.",
                "10 x10.example.net.",
            )
        },
    ),
    Scenario(
        "spf-exp-target",
        (zone("example.com", "@ TXT v=spf1 -all exp=e.example.net"),),
        ("e.example.net. TXT",),
        {"e.example.net. TXT": ("No mail",)},
        {"e.example.net. TXT": ("a", "b")},
    ),
    Scenario(
        "spf-present",
        (zone("example.com", "s1._domainkey.sub TXT v=DKIM1; p=abc", "sub CNAME sub.example.net."),),
        ("sub.example.net. TXT",),
        {"sub.example.net. TXT": ("v=spf1 -all",)},
        {"sub.example.net. TXT": ("v=spf1.0 -all",)},
    ),
    Scenario(
        "spf-wrong-name",
        (zone("example.com", "_spf.sub TXT v=spf1 -all", "sub CNAME sub.example.net."),),
        ("sub.example.net. TXT",),
        {"sub.example.net. TXT": ("v=spf1 -all",)},
        {},
    ),
    Scenario(
        "bimi-needs-enforcement",
        (
            zone(
                "example.com",
                "default._bimi TXT v=BIMI1; l=https://example.com/logo.svg",
                "_dmarc CNAME d.example.net.",
            ),
        ),
        ("d.example.net. TXT",),
        {"d.example.net. TXT": ("v=DMARC1; p=reject",)},
        {"d.example.net. TXT": ("v=DMARC1; p=none",)},
    ),
]

each = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: f"{scenario.rule} {scenario.asked[0]}")


def lint(scenario: Scenario, outside: Outside) -> Outcome:
    rule = installed_rules()[scenario.rule]
    plan = Plan((ActiveRule(rule, rule.severity, rule.options()),))
    outcome = Engine(scenario.zones, outside).run(lambda _: plan)
    assert all(label.at.path.startswith("zones/") for finding in outcome.findings for label in finding.labels)
    return outcome


@each
@pytest.mark.parametrize("source", ["live", "lock"])
def test_answers_that_are_fine_leave_nothing_to_say(scenario: Scenario, source: str) -> None:
    assert lint(scenario, Outside(scenario.fine, source=source)) == Outcome((), ())


@each
def test_answers_that_are_wrong_are_told_at_places_in_files(scenario: Scenario) -> None:
    outcome = lint(scenario, Outside(scenario.wrong))
    assert {finding.rule for finding in outcome.findings} == {scenario.rule}
    assert outcome.skipped == ()


@each
@pytest.mark.parametrize("reason", REASONS)
def test_what_is_not_known_is_neither_wrong_nor_fine(scenario: Scenario, reason: Reason) -> None:
    outcome = lint(scenario, Outside({}, dict.fromkeys(scenario.asked, reason)))
    assert outcome.findings == ()
    if scenario.rule == "mta-sts-id-stale" and reason == "not_asked":  # nothing was before: nothing is stale
        assert outcome.skipped == ()
    else:
        assert outcome.skipped != ()
        assert {skip.asked for skip in outcome.skipped} == {reason in TOLD_AS_ASKED}
        assert {skip.rule for skip in outcome.skipped} == {scenario.rule}


@each
@pytest.mark.parametrize("reason", ["timeout", "not_asked"])
def test_one_answer_that_is_missing_is_not_made_up_for_by_absence(scenario: Scenario, reason: Reason) -> None:
    for missing in scenario.asked:
        for values in ({}, scenario.fine):
            if scenario.rule in ONE_FAMILY_TELLS and not values:
                continue
            others = {key: said for key, said in values.items() if key != missing}
            assert lint(scenario, Outside(others, {missing: reason})).findings == ()
        if len(scenario.asked) > 1 and scenario.rule not in ONE_ANSWER_TELLS | ONE_FAMILY_TELLS:
            outcome = lint(scenario, Outside({}, {missing: reason}))
            assert [skip.asked for skip in outcome.skipped] == [reason == "timeout"]


def test_every_rule_that_asks_says_so_and_has_a_scenario() -> None:
    rules = installed_rules()
    asking = {
        rule_id
        for rule_id, rule in rules.items()
        if "dns" in rule.needs and rule.stage == "zone" and not rule_id.startswith("zone-")
    }
    assert asking == {scenario.rule for scenario in SCENARIOS} | LOOKS_AT_OWN_RECORDS_ONLY
