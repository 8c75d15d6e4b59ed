"""DKIM and transport rules: unanswered is skipped, answers from elsewhere count, secrets stay secret."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from mailcheck.lint.engine import Engine, Plan
from mailcheck.lint.placeholders import fill
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.run import RunSettings, run_rules
from mailcheck.lint.selection import ActiveRule
from mailcheck.model.dns import POLICY, STS_RECORD, Absent, Answer, DnsView, Present, Unknown
from mailcheck.model.finding import Finding, Severity, Skipped
from mailcheck.model.location import whole_line
from mailcheck.model.record import Record
from mailcheck.model.zone import PolicyFile, Zone
from tests.analysis.evaluation import Scripted
from tests.build import record, zone

RSA = fill("", "{rsa2048.public}")
DIGEST = "ab" * 32
REPORTS = "_smtp._tls TXT v=TLSRPTv1; rua=mailto:tls@example.com"
STS = "_mta-sts TXT v=STSv1; id=1"


def verdict(
    rule_id: str, zones: list[Zone], answers: Mapping[tuple[str, str], Answer] | None = None
) -> list[Finding | Skipped]:
    """What one rule says; `answers` is what a resolver would give, None where there is none."""
    rule = installed_rules()[rule_id]
    plan = Plan((ActiveRule(rule, rule.severity, rule.options()),))
    outside: DnsView | None = None if answers is None else Scripted(answers)
    outcome = Engine(zones, outside).run(lambda _: plan)
    return [*outcome.findings, *outcome.skipped]


def messages(said: list[Finding | Skipped]) -> list[str]:
    return [item.message if isinstance(item, Finding) else item.why for item in said]


def live(name: str, rtype: str, text: str) -> Present:
    return Present((record(name, "live", 1, f"@ {rtype} {text}"),), source="live")


SKIPPING = {
    "dkim-cname-target": (
        zone("example.com", "s1._domainkey CNAME s1.keys.example.net."),
        "s1.keys.example.net TXT",
    ),
    "mta-sts-host": (zone("example.com", STS, "mta-sts CNAME sts.example.net."), "sts.example.net A"),
    "mta-sts-policy-mx": (zone("example.com", STS, "@ MX 10 mail.example.com."), f"example.com {POLICY}"),
    "tlsa-unsigned": (zone("example.com", f"_25._tcp.mail TLSA 3 1 1 {DIGEST}"), "example.com DS"),
    "dnssec-ds": (zone("example.com", "@ DNSKEY 257 3 13 q6ur"), "example.com DS"),
    "tlsa-missing-exchange": (
        zone("example.com", "@ MX 10 a.example.com.", "@ MX 20 b.example.net.", f"_25._tcp.a TLSA 3 1 1 {DIGEST}"),
        "_25._tcp.b.example.net TLSA",
    ),
    "caa-mail": (
        zone("example.com", STS, "@ CAA 0 issue ;", "mta-sts CNAME sts.example.net."),
        "sts.example.net CAA",
    ),
    "bimi-needs-enforcement": (
        zone("news.example.com", "default._bimi TXT v=BIMI1; l=https://example.com/l.svg"),
        "_dmarc.example.com TXT",
    ),
}


@pytest.mark.parametrize("rule_id", SKIPPING)
def test_what_nobody_was_asked_is_skipped(rule_id: str) -> None:
    declared, question = SKIPPING[rule_id]
    (skipped,) = verdict(rule_id, [declared])
    assert isinstance(skipped, Skipped)
    assert (skipped.why, skipped.asked) == (f"not asked: {question}", False)


@pytest.mark.parametrize("rule_id", SKIPPING)
def test_what_was_not_answered_is_skipped_as_asked(rule_id: str) -> None:
    declared, question = SKIPPING[rule_id]
    name, rtype = question.split()
    answers: dict[tuple[str, str], Answer] = {(f"{name}.", rtype): Unknown("timeout", question)}
    if rule_id == "mta-sts-host":
        answers[f"{name}.", "AAAA"] = Unknown("timeout", question)
    assert f"timeout: {question}" in messages(verdict(rule_id, [declared], answers))


def test_a_key_at_the_end_of_an_alias_elsewhere() -> None:
    declared = [SKIPPING["dkim-cname-target"][0]]
    name = "s1.keys.example.net."
    assert verdict("dkim-cname-target", declared, {(name, "TXT"): live(name, "TXT", "k=rsa; p=MIIB")}) == []
    (finding,) = verdict("dkim-cname-target", declared, {(name, "TXT"): Absent("nxdomain", source="live")})
    assert messages([finding]) == ["the selector leads to `s1.keys.example.net`, where there is no TXT record"]


def test_a_policy_from_elsewhere_counts_as_one_beside_the_zone() -> None:
    declared = [SKIPPING["mta-sts-policy-mx"][0]]
    good = live("example.com.", POLICY, "version: STSv1\nmode: enforce\nmx: *.example.com\nmax_age: 604800\n")
    bad = live("example.com.", POLICY, "version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 604800\n")
    assert verdict("mta-sts-policy-mx", declared, {("example.com.", POLICY): good}) == []
    assert messages(verdict("mta-sts-policy-mx", declared, {("example.com.", POLICY): bad})) == [
        "the exchange `mail.example.com` is not in the MTA-STS policy, so senders do not deliver to it"
    ]
    assert verdict("mta-sts-policy-mx", declared, {("example.com.", POLICY): Absent("nxdomain")}) == []


def test_a_policy_that_is_broken_is_told_by_its_syntax_alone() -> None:
    file = PolicyFile("example.com.", "version: STSv1\nmode: enforce\nmax_age: 1\n", whole_line("p.txt"))
    declared = replace(SKIPPING["mta-sts-policy-mx"][0], policies={"example.com.": file})
    assert verdict("mta-sts-policy-mx", [declared]) == []
    assert len(verdict("mta-sts-syntax", [declared])) == 1


def test_a_policy_host_with_one_kind_of_address_is_there() -> None:
    declared = [SKIPPING["mta-sts-host"][0]]
    name = "sts.example.net."
    there = live(name, "AAAA", "2001:db8::1")
    assert verdict("mta-sts-host", declared, {(name, "A"): Unknown("timeout"), (name, "AAAA"): there}) == []


def test_tlsa_of_an_exchange_elsewhere() -> None:
    declared = [SKIPPING["tlsa-missing-exchange"][0]]
    name = "_25._tcp.b.example.net."
    assert verdict("tlsa-missing-exchange", declared, {(name, "TLSA"): live(name, "TLSA", "3 1 1 ab")}) == []
    assert len(verdict("tlsa-missing-exchange", declared, {(name, "TLSA"): Absent("nxdomain")})) == 1


@pytest.mark.parametrize("rule_id", ["tlsa-unsigned", "dnssec-ds"])
def test_a_ds_record_from_elsewhere(rule_id: str) -> None:
    declared = [SKIPPING[rule_id][0]]
    present = live("example.com.", "DS", "12345 13 2 ab")
    assert verdict(rule_id, declared, {("example.com.", "DS"): present}) == []
    assert len(verdict(rule_id, declared, {("example.com.", "DS"): Absent("nodata")})) == 1


def test_caa_of_an_alias_elsewhere() -> None:
    declared = [SKIPPING["caa-mail"][0]]
    name = "sts.example.net."
    assert verdict("caa-mail", declared, {(name, "CAA"): live(name, "CAA", "0 issue a.example")}) == []
    assert len(verdict("caa-mail", declared, {(name, "CAA"): Absent("nodata")})) == 1


def lint(declared: Zone) -> list[Finding]:
    """All errors and warnings of the default profile."""
    report = run_rules([declared], (), RunSettings(), installed_rules())
    return [finding for finding in report.findings if finding.severity >= Severity.WARNING]


def signed(*selectors: str) -> Zone:
    return zone(
        "example.com",
        "@ MX 10 mail.example.com.",
        "@ MX 20 mail2.example.com.",
        "@ TXT v=spf1 mx -all",
        "_dmarc TXT v=DMARC1; p=reject; rua=mailto:dmarc@example.com",
        "mail A 192.0.2.25",
        "mail2 A 192.0.2.26",
        *selectors,
    )


def test_a_sound_zone_is_clean() -> None:
    assert lint(signed(f"s1._domainkey TXT v=DKIM1; k=rsa; p={RSA}")) == []


@pytest.mark.parametrize("at", [0, 1, 5, 30, 100, 200, 390, 391])
def test_one_lost_character_is_one_finding(at: int) -> None:
    (finding,) = lint(signed(f"s1._domainkey TXT v=DKIM1; k=rsa; p={RSA[:at]}{RSA[at + 1 :]}"))
    assert finding.rule == "dkim-key-invalid"


def test_a_key_split_over_two_records_is_one_finding() -> None:
    (finding,) = lint(signed("s1._domainkey TXT k=rsa", f"s1._domainkey TXT p={RSA}"))
    assert finding.rule == "dkim-single-record"


@pytest.mark.parametrize("form", ["rsa1024.private", "rsa1024.pkcs1", "ed25519.private", "rsa1024.pem"])
@pytest.mark.parametrize("around", ["v=DKIM1; k=rsa; p=%s", "%s", "k=ed25519; p=%s;", "k=rsa; %s"])
def test_a_private_key_is_one_finding_that_never_shows_it(form: str, around: str) -> None:
    secret = fill("", f"{{{form}}}")
    declared = signed(f"s1._domainkey TXT v=DKIM1; p={RSA}", f"s2._domainkey TXT {around % secret}")
    report = run_rules([declared], (), RunSettings(), installed_rules())
    (finding,) = [found for found in report.findings if found.severity >= Severity.WARNING]
    assert finding.rule == "dkim-private-key"
    assert finding.at.column == 1
    shown = str(report.findings) + str(report.skipped)
    assert not any(secret[at : at + 8] in shown for at in range(len(secret) - 8) if secret[at].isalnum())


def test_a_stale_id_is_told_with_the_place_of_the_policy_in_the_lock() -> None:
    text = "version: STSv1\nmode: none\nmax_age: 604800\n"
    file = PolicyFile("example.com.", text.replace("none", "enforce"), whole_line("zones/mta-sts.example.com.txt"))
    declared = replace(zone("example.com", STS), policies={"example.com.": file})
    locked = whole_line("mailcheck.lock", 7)
    policy = Record("example.com.", POLICY, 0, text, locked, locked)
    standing = Record("example.com.", STS_RECORD, 0, "v=STSv1; id=1", locked, locked)
    answers: dict[tuple[str, str], Answer] = {
        ("example.com.", POLICY): Present((policy,), source="lock"),
        ("example.com.", STS_RECORD): Present((standing,), source="lock"),
    }
    (finding,) = verdict("mta-sts-id-stale", [declared], answers)
    assert isinstance(finding, Finding)
    assert finding.message == "the policy differs from the one that is served, and the `id` is still `1`"
    assert [(label.at.path, label.at.line, label.at.column) for label in finding.labels] == [
        ("zones/example.com.zone", 1, 26),
        ("zones/mta-sts.example.com.txt", 1, 1),
        ("mailcheck.lock", 7, 1),
    ]


@pytest.mark.parametrize(
    "standing", [["v=STSv1; id=1", "v=STSv1; id=2"], ["v=STSv1; id=1-2"], ["hello"], ["v=STSv1; id=2"]]
)
def test_without_one_record_of_the_same_id_nothing_is_stale(standing: list[str]) -> None:
    file = PolicyFile("example.com.", "version: STSv1\nmode: none\nmax_age: 1\n", whole_line("p"))
    declared = replace(zone("example.com", STS), policies={"example.com.": file})
    records = [record("example.com.", "live", 1, f"@ {STS_RECORD} {text}") for text in standing]
    answers: dict[tuple[str, str], Answer] = {
        ("example.com.", POLICY): live("example.com.", POLICY, "version: STSv1"),
        ("example.com.", STS_RECORD): Present(tuple(records), source="live"),
    }
    assert verdict("mta-sts-id-stale", [declared], answers) == []


def test_a_domain_whose_record_is_elsewhere_has_no_id_to_change() -> None:
    file = PolicyFile("example.com.", "version: STSv1\nmode: none\nmax_age: 1\n", whole_line("p"))
    declared = replace(zone("example.com", "_mta-sts CNAME sts.example.net."), policies={"example.com.": file})
    assert verdict("mta-sts-id-stale", [declared], {}) == []


def test_whether_a_delegated_domain_has_a_key_is_not_determined() -> None:
    declared = zone("example.com.", "news NS ns1.example.net.", "news MX 10 mail.example.net.")
    (skipped,) = verdict("dkim-present", [declared])
    assert isinstance(skipped, Skipped)
    assert skipped.why == "not asked: a key of news.example.com"
