"""Rules about plans where more than the two states of a zone counts: the written spec, what was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from mailcheck.analysis.change_meaning import meaning
from mailcheck.analysis.zone_changes import zone_changes
from mailcheck.lint.plan_run import run_plan_rules
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.run import RunSettings
from mailcheck.model.change import Change, Plan
from mailcheck.model.dns import Reason
from mailcheck.model.finding import Report
from mailcheck.model.location import NOWHERE
from mailcheck.model.settings import Configuration, RuleSetting
from mailcheck.model.spec import DomainSpec, HostSpec, MailSpec, SenderSpec
from mailcheck.model.zone import Zone
from tests.rules.test_outside_answers import Outside
from tests.sync.zones import NAME, zone

KEY = "s1._domainkey 300 TXT v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC"
KEY2 = "s2._domainkey 300 TXT v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQD"
REST = tuple(f"h{number} 300 A 192.0.2.{number}" for number in range(10))
SPEC = MailSpec(
    hosts={"mail.example.com.": HostSpec("mail.example.com.", NOWHERE, selectors=("s1",))},
    senders={"newsletter": SenderSpec("newsletter", NOWHERE, selectors=("s1", "s9"))},
    written=True,
)


def run(before: Zone, after: Zone, spec: MailSpec = SPEC, configuration: Configuration | None = None) -> Report:
    plan = Plan(before, after, zone_changes(before, after, spec))
    settings = RunSettings(configuration or Configuration())
    return run_plan_rules([plan], settings, installed_rules(), spec=spec)


def test_a_key_that_the_spec_says_is_in_use() -> None:
    report = run(zone(KEY, KEY2, *REST), zone(KEY2, *REST))
    (finding,) = report.findings
    assert finding.rule == "plan-dkim-key-in-use"
    assert finding.message == (
        "this removes the DKIM key `s1` of example.com, in use by mail.example.com, newsletter"
    )
    replaced = run(zone(KEY, KEY2, *REST), zone(KEY + "XYZ", KEY2, *REST))
    assert [each.message[:34] for each in replaced.findings] == ["this replaces the DKIM key `s1` of"]


def test_only_whom_the_domain_lists_counts() -> None:
    def listing(*senders: str) -> MailSpec:
        return SPEC._replace(domains={NAME: DomainSpec(NAME, NOWHERE, senders=senders)})

    assert run(zone(KEY, KEY2, *REST), zone(KEY2, *REST), listing()).findings == ()
    (finding,) = run(zone(KEY, KEY2, *REST), zone(KEY2, *REST), listing("newsletter")).findings
    assert finding.message.endswith("in use by newsletter")


def test_without_a_spec_nobody_knows_who_signs() -> None:
    report = run(zone(KEY, KEY2, *REST), zone(KEY2, *REST), MailSpec())
    assert report.findings == ()
    assert [(skip.rule, skip.why) for skip in report.skipped] == [
        ("plan-dkim-key-in-use", "no written spec says who signs with it")
    ]


def test_a_key_that_nobody_uses_may_go() -> None:
    report = run(zone(KEY, KEY2, *REST), zone(KEY, *REST))
    assert (report.findings, report.skipped) == ((), ())


def test_the_last_key_in_use_is_told_once() -> None:
    assert [finding.rule for finding in run(zone(KEY, *REST), zone(*REST)).findings] == ["plan-dkim-key-in-use"]


def test_severities_and_options_are_configured_as_for_other_rules() -> None:
    rules = (
        RuleSetting("plan-many-changes", options={"percent": 100}),
        RuleSetting("plan-removes-mx", enabled=False),
    )
    before, after = zone("@ 300 MX 10 h1.example.com.", "a 300 A 192.0.2.1"), zone("a 300 A 192.0.2.2")
    assert run(before, after).findings != ()
    assert run(before, after, configuration=Configuration(rules=rules)).findings == ()


STS = ("@ 300 MX 10 mx1.example.com.", "_mta-sts 300 TXT v=STSv1; id=1", *REST)
POLICY = "version: STSv1\nmode: {mode}\nmx: {mx}\nmax_age: 604800\n"


def with_policy(values: Mapping[str, Sequence[str]], unknown: Mapping[str, Reason] | None = None) -> Report:
    before, after = zone(*STS), zone("@ 300 MX 20 mx2.example.com.", *STS)
    plan = Plan(before, after, zone_changes(before, after))
    outside = Outside(values, unknown)
    return run_plan_rules([plan], RunSettings(), installed_rules(), spec=SPEC, outside=outside)


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        (POLICY.format(mode="enforce", mx="mx1.example.com"), True),
        (POLICY.format(mode="testing", mx="mx1.example.com"), True),
        (POLICY.format(mode="none", mx="mx1.example.com"), False),
        (POLICY.format(mode="enforce", mx="*.example.com"), False),
        ("not a policy", False),
    ],
)
def test_a_new_exchange_is_held_against_the_policy_that_is_served(policy: str, found: bool) -> None:
    report = with_policy({"example.com. MTA-STS-POLICY": (policy,)})
    assert [finding.rule for finding in report.findings] == ["plan-mta-sts-order"] * found
    assert report.skipped == ()


def test_a_policy_that_is_not_known_is_neither_fine_nor_wrong() -> None:
    report = with_policy({}, {"example.com. MTA-STS-POLICY": "timeout"})
    assert report.findings == ()
    assert [(skip.rule, skip.asked) for skip in report.skipped] == [("plan-mta-sts-order", True)]


def test_where_no_policy_is_served_there_is_none_to_wait_for() -> None:
    report = with_policy({})
    assert (report.findings, report.skipped) == ((), ())


def told(before: str, after: str, *rest: str) -> str:
    old = zone(*filter(None, (before, *rest)))
    new = zone(*filter(None, (after, *rest)))
    changes = zone_changes(old, new, SPEC)
    assert len(changes) == 1
    return changes[0].meaning


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("@ 1 MX 10 a.example.com.", "", "removes the last MX of example.com"),
        ("@ 1 MX 10 a.example.com.", "@ 1 MX 0 .", "removes the last MX of example.com: mail to it is refused"),
        ("", "@ 1 MX 10 a.example.com.", "mail to example.com goes to a.example.com"),
        ("@ 1 MX 10 a.example.com.", "@ 1 MX 10 b.example.com.", "MX of example.com: adds b.example.com; removes a.example.com"),
        ("@ 1 MX 10 a.example.com.", "@ 1 MX 20 a.example.com.", "MX of example.com: other preferences"),
        ("@ 1 MX 10 a.example.com.", "@ 2 MX 10 a.example.com.", ""),
        (KEY, "", "removes the DKIM key `s1` of example.com that mail.example.com, newsletter signs with"),
        (KEY, KEY + "XYZ", "replaces the DKIM key `s1` of example.com that mail.example.com, newsletter signs with"),
        ("", KEY2, "publishes the DKIM key `s2` of example.com"),
        ("_dmarc 1 TXT v=DMARC1; p=reject", "_dmarc 1 TXT v=DMARC1; p=none", "DMARC of example.com: policy from reject to none"),
        ("_dmarc 1 TXT v=DMARC1; p=reject", "_dmarc 1 TXT v=DMARC1; p=reject; sp=none", "DMARC of example.com: subdomain policy from none given to none"),
        ("_dmarc 1 TXT v=DMARC1; p=reject", "_dmarc 1 TXT v=DMARC1; p=reject; t=y", "DMARC of example.com: changed, the policy stays"),
        ("_dmarc 1 TXT v=DMARC1; p=reject", "", "removes the DMARC record of example.com"),
        ("", "@ 1 TXT v=spf1 -all", "publishes the SPF record of example.com"),
        ("@ 1 TXT v=spf1 mx -all", "@ 1 TXT v=spf1 a -all", "SPF of example.com: adds a, removes mx"),
        ("@ 1 TXT v=spf1 mx a -all", "@ 1 TXT v=spf1 a mx -all", "SPF of example.com: the same terms in another order"),
        ("_mta-sts 1 TXT v=STSv1; id=1", "_mta-sts 1 TXT v=STSv1; id=2", "MTA-STS of example.com: changed"),
        ("_smtp._tls 1 CNAME a.example.net.", "", "removes the TLS reporting record of example.com"),
        ("www 1 A 192.0.2.1", "www 1 A 192.0.2.2", ""),
        ("_25._tcp.mx 1 TLSA 3 1 1 " + "ab" * 32, "", "senders no longer hold mx.example.com to a certificate (DANE)"),
        ("", "_25._tcp.mx 1 TLSA 3 1 1 " + "ab" * 32, "senders hold mx.example.com to a certificate (DANE)"),
        ("_25._tcp.mx 1 TLSA 3 1 1 " + "ab" * 32, "_25._tcp.mx 1 TLSA 3 1 1 " + "cd" * 32, "senders hold mx.example.com to other certificates (DANE)"),
        ("_25._tcp.mx 1 TLSA 3 1 1 " + "ab" * 32, "_25._tcp.mx 2 TLSA 3 1 1 " + "ab" * 32, ""),
        ("@ 1 TXT hello", "@ 1 TXT bye", ""),
        ("@ 1 CAA 0 issue x", "", ""),
    ],
)  # fmt: skip
def test_what_a_change_means(before: str, after: str, sentence: str) -> None:
    assert told(before, after) == sentence


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("mx 1 A 192.0.2.1", "", "removes the A address of the mail host mx.example.com"),
        ("mx 1 A 192.0.2.1", "mx 1 A 192.0.2.2", "the mail host mx.example.com is at 192.0.2.2"),
        ("mx 1 A 192.0.2.1", "mx 9 A 192.0.2.1", ""),
    ],
)
def test_what_the_address_of_a_mail_host_means(before: str, after: str, sentence: str) -> None:
    assert told(before, after, "@ 1 MX 10 mx.example.com.") == sentence


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ((), ("a.example.com.",), "the reverse name of 192.0.2.1 is a.example.com"),
        (("a.example.com.",), (), "192.0.2.1 loses its reverse name"),
        (("a.example.com.",), ("a.example.com.",), ""),
    ],
)
def test_what_a_reverse_name_means(before: tuple[str, ...], after: tuple[str, ...], sentence: str) -> None:
    change = Change("update", "1.2.0.192.in-addr.arpa.", "PTR", before, after, 1, 2, NOWHERE)
    assert meaning(change, zone(), zone(), SPEC) == sentence
    assert meaning(change._replace(name="a.example.com."), zone(), zone(), SPEC) == ""


def test_several_records_of_one_kind() -> None:
    two = zone("@ 1 TXT v=spf1 -all", "x 1 A 192.0.2.1")
    both = zone("_dmarc 1 TXT v=DMARC1; p=none", "_dmarc 1 TXT v=DMARC1; p=reject", *REST)
    assert zone_changes(two, two) == ()
    assert [change.meaning for change in zone_changes(both, zone("_dmarc 1 TXT v=DMARC1; p=none", *REST))] == [
        "DMARC of example.com: policy from reject to none"
    ]


def test_many_terms_are_counted() -> None:
    terms = " ".join(f"ip4:192.0.2.{number}" for number in range(20))
    assert told("@ 1 TXT v=spf1 -all", f"@ 1 TXT v=spf1 {terms} -all").endswith("ip4:192.0.2.5, 14 more")


def test_settings_beside_the_values() -> None:
    def with_extra(proxied: bool) -> Zone:
        (record,) = zone("a 1 A 192.0.2.1").records
        extra = {"octodns": {"cloudflare": {"proxied": proxied, "comment": "x"}}}
        return Zone(NAME, "f", "octodns", (record._replace(extra=extra),), record.at)

    (change,) = zone_changes(with_extra(False), with_extra(True))
    assert (change.kind, change.details) == ("update", ("cloudflare proxied: false to true",))
    (change,) = zone_changes(zone("a 1 A 192.0.2.1"), with_extra(True))
    assert change.details == ("cloudflare comment: not set to x", "cloudflare proxied: not set to true")
