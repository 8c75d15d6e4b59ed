"""DMARC rules and what lies outside the declared zones: other organizations' records, silence, many hosts."""

import pytest

from mailcheck.lint.engine import Engine, Outcome, Plan
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.selection import ActiveRule
from mailcheck.model.dns import Absent, Answer, Present, Unknown
from mailcheck.model.zone import Zone
from tests.analysis.evaluation import Scripted
from tests.build import record, zone

SENDER = ("@ MX 10 mail.example.com.", "@ TXT v=spf1 mx -all", "mail A 192.0.2.1")
POLICY = "_dmarc TXT v=DMARC1; p=none; rua=mailto:dmarc@example.net"
CONSENT = ("example.com._report._dmarc.example.net.", "TXT")


def lint(rule_id: str, *zones: Zone, outside: dict[tuple[str, str], Answer] | None = None) -> Outcome:
    rule = installed_rules()[rule_id]
    plan = Plan((ActiveRule(rule, rule.severity, rule.options()),))
    return Engine(zones, Scripted(outside) if outside is not None else None).run(lambda _: plan)


def txt(text: str) -> Present:
    return Present((record(".", "", 1, f"x TXT {text}"),), source="live")


@pytest.mark.parametrize("rule_id", ["dmarc-report-authorised", "dmarc-report-mailbox"])
def test_ten_hosts_are_looked_at_and_the_rest_is_said_to_be_unchecked(rule_id: str) -> None:
    hosts = ",".join(f"mailto:a@h{number}.example.com" for number in range(12))
    policy = f"_dmarc TXT v=DMARC1; p=none; rua={hosts}"
    strangers = [f"_dmarc.h{number} TXT v=DMARC1; p=none; psd=n" for number in range(12)]
    outcome = lint(rule_id, zone("example.com", policy, *strangers))
    assert len(outcome.findings) == 10
    assert [(skip.why, skip.asked) for skip in outcome.skipped] == [
        ("not checked: 2 more report hosts after the first 10", False)
    ]


@pytest.mark.parametrize(
    ("rule_id", "asked"),
    [
        ("dmarc-report-authorised", "example.com._report._dmarc.example.net TXT"),
        ("dmarc-report-mailbox", "example.net MX"),
    ],
)
def test_a_host_that_nobody_asked_for_is_no_finding(rule_id: str, asked: str) -> None:
    outcome = lint(rule_id, zone("example.com", POLICY))
    assert outcome.findings == ()
    assert [(skip.why, skip.asked) for skip in outcome.skipped] == [(f"not asked: {asked}", False)]


def test_a_host_that_did_not_answer_is_inconclusive() -> None:
    answers: dict[tuple[str, str], Answer] = {
        ("_dmarc.com.", "TXT"): Absent("nodata"),
        CONSENT: Unknown("timeout"),
    }
    outcome = lint("dmarc-report-authorised", zone("example.com", POLICY), outside=answers)
    assert outcome.findings == ()
    assert [(skip.why, skip.asked) for skip in outcome.skipped] == [
        ("timeout: example.com._report._dmarc.example.net TXT", True)
    ]


def test_a_host_outside_that_refuses_is_a_finding() -> None:
    answers: dict[tuple[str, str], Answer] = {
        ("_dmarc.com.", "TXT"): Absent("nodata"),
        CONSENT: Absent("nxdomain"),
    }
    (finding,) = lint("dmarc-report-authorised", zone("example.com", POLICY), outside=answers).findings
    assert finding.message.startswith("example.net has not agreed to take the reports on example.com")


def test_an_override_at_another_organization_is_told_at_the_policy() -> None:
    answers: dict[tuple[str, str], Answer] = {("_dmarc.com.", "TXT"): Absent("nodata")}
    answers[CONSENT] = txt("v=DMARC1; rua=mailto:a@example.net,mailto:b@example.org")
    (finding,) = lint("dmarc-report-override", zone("example.com", POLICY), outside=answers).findings
    assert finding.message.startswith("example.net hands the reports on to example.org")
    assert finding.subject.name == "_dmarc.example.com."


@pytest.mark.parametrize(("tag", "findings"), [("rua", 1), ("ruf", 0)])
def test_an_override_counts_for_the_kind_of_report_that_is_sent_there(tag: str, findings: int) -> None:
    answers: dict[tuple[str, str], Answer] = {("_dmarc.com.", "TXT"): Absent("nodata")}
    answers[CONSENT] = txt(f"v=DMARC1; {tag}=mailto:b@example.org")
    said = lint("dmarc-report-override", zone("example.com", POLICY), outside=answers)
    assert len(said.findings) == findings


def test_an_override_in_a_declared_zone_is_told_where_it_stands() -> None:
    host = zone("example.net", "example.com._report._dmarc TXT v=DMARC1; rua=mailto:b@example.org")
    (finding,) = lint("dmarc-report-override", zone("example.com", POLICY), host).findings
    assert finding.subject.name == CONSENT[0]


@pytest.mark.parametrize(
    ("answer", "findings"),
    [(Absent("nodata"), 1), (txt("v=DMARC1; p=reject; psd=y"), 0), (Unknown("servfail"), 0)],
)
def test_a_registry_is_heard_where_it_was_asked(answer: Answer, findings: int) -> None:
    outcome = lint("dmarc-present", zone("example.com", *SENDER), outside={("_dmarc.com.", "TXT"): answer})
    assert len(outcome.findings) == findings
    assert [skip.why for skip in outcome.skipped] == (
        ["servfail: _dmarc.com TXT"] if isinstance(answer, Unknown) else []
    )


def test_a_hosted_record_is_followed() -> None:
    answers: dict[tuple[str, str], Answer] = {("hosted.example.net.", "TXT"): txt("v=DMARC1; p=reject")}
    declared = zone("example.com", *SENDER, "_dmarc CNAME hosted.example.net.")
    assert lint("dmarc-present", declared, outside=answers) == Outcome((), ())
    answers["hosted.example.net.", "TXT"] = Absent("nxdomain")
    assert len(lint("dmarc-present", declared, outside=answers).findings) == 1
    assert len(lint("dmarc-wildcard", declared, outside=answers).findings) == 1


def test_a_hosted_record_that_nobody_asked_for_is_never_missing() -> None:
    declared = zone("example.com", *SENDER, "_dmarc CNAME hosted.example.net.")
    for rule_id in ("dmarc-present", "dmarc-wildcard", "dmarc-report-authorised"):
        outcome = lint(rule_id, declared)
        assert outcome.findings == ()
        assert [skip.why for skip in outcome.skipped] == ["not asked: hosted.example.net TXT"]


def test_a_sender_with_a_hosted_record_of_its_own_is_left_open() -> None:
    declared = zone("example.com", "news TXT v=spf1 ip4:192.0.2.1 -all", "_dmarc.news CNAME hosted.example.net.")
    outcome = lint("dmarc-present", declared)
    assert outcome.findings == ()
    assert [skip.why for skip in outcome.skipped] == ["not asked: hosted.example.net TXT"]


def test_the_top_level_domain_is_nobodys_organization() -> None:
    declared = (zone("com", "@ TXT note"), zone("example.com", *SENDER))
    (finding,) = lint("dmarc-present", *declared).findings
    assert finding.subject.name == "_dmarc.example.com."
    assert lint("dmarc-present-nonsending", *declared).findings == ()


def test_a_name_between_may_make_a_subdomain_an_organization() -> None:
    answers: dict[tuple[str, str], Answer] = {
        ("_dmarc.news.example.com.", "TXT"): Unknown("timeout", "_dmarc.news.example.com TXT"),
        ("_dmarc.example.com.", "TXT"): txt("v=DMARC1; p=reject"),
        ("_dmarc.com.", "TXT"): Absent("nxdomain"),
    }
    declared = zone("eu.news.example.com", "_dmarc TXT v=DMARC1; p=none; sp=reject")
    outcome = lint("dmarc-subdomain-noop", declared, outside=answers)
    assert outcome.findings == ()
    assert [(skip.why, skip.asked) for skip in outcome.skipped] == [("timeout: _dmarc.news.example.com TXT", True)]
    answers["_dmarc.news.example.com.", "TXT"] = Absent("nxdomain")
    assert len(lint("dmarc-subdomain-noop", declared, outside=answers).findings) == 1


def test_a_host_above_is_inside_only_when_every_name_between_was_answered() -> None:
    answers: dict[tuple[str, str], Answer] = {
        ("_dmarc.news.example.com.", "TXT"): Unknown("timeout", "_dmarc.news.example.com TXT"),
        ("_dmarc.example.com.", "TXT"): txt("v=DMARC1; p=reject"),
        ("_dmarc.com.", "TXT"): Absent("nxdomain"),
    }
    declared = zone("eu.news.example.com", "_dmarc TXT v=DMARC1; p=none; rua=mailto:d@example.com")
    outcome = lint("dmarc-report-authorised", declared, outside=answers)
    assert outcome.findings == ()
    assert [(skip.why, skip.asked) for skip in outcome.skipped] == [("timeout: _dmarc.news.example.com TXT", True)]
    answers["_dmarc.news.example.com.", "TXT"] = Absent("nxdomain")
    assert lint("dmarc-report-authorised", declared, outside=answers) == Outcome((), ())


@pytest.mark.parametrize("rule_id", ["dmarc-report-authorised", "dmarc-report-mailbox"])
def test_report_hosts_over_the_limit_leave_the_run_inconclusive(rule_id: str) -> None:
    hosts = [f"h{number}.example.com" for number in range(500)]
    uris = ",".join(f"mailto:a@{host}" for host in hosts)
    declared = zone(
        "example.com", *(f"{host}. MX 10 mail" for host in hosts), f"_dmarc TXT v=DMARC1; p=none; rua={uris}"
    )
    (skip,) = lint(rule_id, declared).skipped
    assert skip.why == "not checked: 490 more report hosts after the first 10"
    assert skip.is_inconclusive
