"""SPF rules and what lies outside the declared zones: other people's records, and silence."""

import pytest

from mailcheck.lint.engine import Engine, Outcome, Plan
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.selection import ActiveRule
from mailcheck.model.dns import Absent, Answer, Present, Question, Unknown
from mailcheck.model.zone import Zone
from tests.analysis.evaluation import Scripted
from tests.build import record, zone

Answers = dict[tuple[str, str], Answer]

ASKING = [
    "spf-include-depth",
    "spf-include-loop",
    "spf-include-no-record",
    "spf-lookup-budget",
    "spf-lookup-limit",
    "spf-mx-limit",
    "spf-void-lookups",
    "spf-void-lookups-family",
]


def lint(rule_id: str, *zones: Zone, outside: Answers | None = None) -> Outcome:
    rule = installed_rules()[rule_id]
    plan = Plan((ActiveRule(rule, rule.severity, rule.options()),))
    return Engine(zones, Scripted(outside) if outside is not None else None).run(lambda _: plan)


def at_provider(**names: str | Answer) -> Answers:
    """TXT of names below provider.example, by their first label."""
    return {
        (f"{label}.provider.example.", "TXT"): _txt(text) if isinstance(text, str) else text
        for label, text in names.items()
    }


def _txt(*texts: str) -> Present:
    return Present(tuple(record(".", "", 1, f"x TXT {text}") for text in texts), source="live")


def spf(terms: str, *more: str) -> Zone:
    return zone("example.com", f"@ TXT v=spf1 {terms}", *more)


def under(outcome: Outcome) -> list[str]:
    """The text below each finding's caret in a zone of one record."""
    line = "@ TXT v=spf1 include:a.provider.example include:b.provider.example -all"
    return [line[found.at.span.column - 1 : found.at.span.end_column - 1] for found in outcome.findings]


OURS = spf("include:a.provider.example include:b.provider.example -all")


@pytest.mark.parametrize("rule_id", ASKING)
def test_what_was_never_asked_is_skipped(rule_id: str) -> None:
    outcome = lint(rule_id, OURS)
    assert outcome.findings == ()
    assert [(skip.why, skip.asked) for skip in outcome.skipped] == [("not asked: a.provider.example TXT", False)]


@pytest.mark.parametrize("rule_id", ASKING)
def test_an_answer_that_failed_is_told_before_one_never_asked(rule_id: str) -> None:
    outcome = lint(rule_id, OURS, outside=at_provider(b=Unknown("servfail")))
    assert [(skip.why, skip.asked) for skip in outcome.skipped] == [("servfail: b.provider.example TXT", True)]


@pytest.mark.parametrize("rule_id", ["spf-unresolvable-a-mx", "spf-void-lookups", "spf-void-lookups-family"])
def test_addresses_that_are_not_known_are_skipped(rule_id: str) -> None:
    three = " ".join(["a:mail.provider.example"] * 3)
    outcome = lint(rule_id, spf(f"{three} -all"), outside={})
    assert [skip.why for skip in outcome.skipped] == ["not asked: mail.provider.example A"]


@pytest.mark.parametrize("rule_id", ["spf-mx-implicit", "spf-mx-limit"])
def test_exchanges_that_are_not_known_are_skipped(rule_id: str) -> None:
    outcome = lint(rule_id, spf("mx:provider.example -all"))
    assert [skip.why for skip in outcome.skipped] == ["not asked: provider.example MX"]


def test_an_address_of_one_family_is_enough() -> None:
    outside: Answers = {("mail.provider.example.", "AAAA"): Present((), source="live")}
    outcome = lint("spf-unresolvable-a-mx", spf("a:mail.provider.example -all"), outside=outside)
    assert (outcome.findings, outcome.skipped) == ((), ())


def test_exchanges_whose_addresses_are_not_known() -> None:
    outcome = lint("spf-unresolvable-a-mx", spf("mx -all", "@ MX 10 mx.provider.example."))
    assert [skip.why for skip in outcome.skipped] == ["not asked: mx.provider.example A"]


def test_a_limit_passed_without_the_unknown_part_is_a_finding() -> None:
    many = " ".join(f"exists:%{{i}}.b{number}.example.com" for number in range(10))
    (finding,) = lint("spf-lookup-limit", spf(f"{many} include:a.provider.example -all")).findings
    assert "takes at least 11 DNS lookups" in finding.message
    assert "include:a.provider.example  (not known)" in finding.help


def test_a_budget_used_up_without_the_unknown_part_is_a_finding() -> None:
    many = " ".join(f"exists:%{{i}}.b{number}.example.com" for number in range(8))
    outcome = lint("spf-lookup-budget", spf(f"{many} include:a.provider.example -all"))
    assert ["uses at least 9 of the 10" in finding.message for finding in outcome.findings] == [True]
    assert outcome.skipped == ()


def test_the_costliest_include_is_named() -> None:
    nine = " ".join(f"exists:%{{i}}.b{number}.provider.example" for number in range(9))
    outcome = lint("spf-lookup-limit", OURS, outside=at_provider(a="v=spf1 -all", b=f"v=spf1 {nine} -all"))
    assert under(outcome) == ["include:b.provider.example"]
    assert "`include:b.provider.example` alone takes 10" in outcome.findings[0].message


def test_a_part_that_is_included_leaves_the_count_to_the_whole() -> None:
    eleven = " ".join(f"exists:%{{i}}.b{number}.example.com" for number in range(11))
    ours = spf("include:_spf.example.com -all", f"_spf TXT v=spf1 {eleven} -all")
    assert [found.subject.name for found in lint("spf-lookup-limit", ours).findings] == ["example.com."]
    alone = zone("example.com", f"_spf TXT v=spf1 {eleven} -all")
    assert [found.subject.name for found in lint("spf-lookup-limit", alone).findings] == ["_spf.example.com."]


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (Absent("nxdomain"), "`c.provider.example` does not exist"),
        (Absent("nodata"), "`c.provider.example` has no TXT record"),
        (_txt("hello"), "none of them is SPF"),
        (_txt("v=spf1 -all", "v=spf1 mx -all"), "has several SPF records"),
        (
            _txt("v=spf1 ip4:192.0.2.300 -all"),
            "the SPF record of `c.provider.example` is not valid: `192.0.2.300`",
        ),
    ],
)
def test_an_include_broken_at_the_provider_is_told_at_ours(broken: Answer, words: str) -> None:
    outside = at_provider(a="v=spf1 -all", b="v=spf1 include:c.provider.example -all", c=broken)
    outcome = lint("spf-include-no-record", OURS, outside=outside)
    assert under(outcome) == ["include:b.provider.example"]
    assert words in outcome.findings[0].message
    assert outcome.findings[0].message.endswith(
        "(reached by include:b.provider.example > include:c.provider.example)"
    )


def test_a_loop_at_the_provider_is_told_once_at_ours() -> None:
    outside = at_provider(
        a="v=spf1 -all", b="v=spf1 include:c.provider.example -all", c="v=spf1 redirect=b.provider.example"
    )
    second = zone("example.net", "@ TXT v=spf1 include:example.com -all")
    outcome = lint("spf-include-loop", OURS, second, outside=outside)
    assert under(outcome) == ["include:b.provider.example"]
    assert outcome.findings[0].message.endswith(
        "example.com > b.provider.example > c.provider.example > b.provider.example"
    )


def test_a_loop_through_the_provider_is_told_at_ours() -> None:
    outcome = lint("spf-include-loop", OURS, outside=at_provider(a="v=spf1 include:example.com -all", b="v=spf1"))
    assert under(outcome) == ["include:a.provider.example"]


def test_a_long_loop_is_shortened() -> None:
    links = [f"n{at} TXT v=spf1 include:n{(at + 1) % 9}.example.com -all" for at in range(9)]
    (finding,) = lint("spf-include-loop", zone("example.com", *links)).findings
    assert finding.subject.name == "n0.example.com."
    assert "n2.example.com > … > n7.example.com" in finding.message


def test_too_many_exchanges_at_the_provider() -> None:
    exchanges = Present(tuple(record(".", "", 1, f"x MX 10 m{at}.example.") for at in range(11)), source="live")
    outside = at_provider(a="v=spf1 mx -all", b="v=spf1 -all") | {("a.provider.example.", "MX"): exchanges}
    outcome = lint("spf-mx-limit", OURS, outside=outside)
    assert under(outcome) == ["include:a.provider.example"]
    assert "(reached by include:a.provider.example > mx)" in outcome.findings[0].message


def test_void_terms_at_the_provider_are_told_at_ours() -> None:
    gone = " ".join(f"exists:b{number}.provider.example" for number in range(3))
    nothing: Answers = {(f"b{number}.provider.example.", "A"): Absent("nxdomain") for number in range(3)}
    outside = at_provider(a=f"v=spf1 {gone} -all", b="v=spf1 -all") | nothing
    outcome = lint("spf-void-lookups", OURS, outside=outside)
    assert under(outcome) == ["include:a.provider.example"]


def test_an_explanation_elsewhere() -> None:
    ours = spf("-all exp=why.provider.example")
    question = Question("why.provider.example.", "TXT")
    assert [skip.why for skip in lint("spf-exp-target", ours).skipped] == ["not asked: why.provider.example TXT"]
    (finding,) = lint("spf-exp-target", ours, outside={question: _txt("100%")}).findings
    assert len(finding.labels) == 1
    (finding,) = lint("spf-exp-target", spf("-all exp=why.example.com", "why TXT 100%")).findings
    assert [label.at.line for label in finding.labels] == [1, 2]


@pytest.mark.parametrize("rule_id", ["spf-present", "spf-wrong-name"])
def test_a_name_below_a_cut_is_skipped(rule_id: str) -> None:
    cut = zone(
        "example.com",
        "sub NS ns1.provider.example.",
        "sub MX 10 mail.example.com.",
        "_spf.sub TXT v=spf1 ip4:192.0.2.1 -all",
        "@ TXT v=spf1 -all",
    )
    outcome = lint(rule_id, cut)
    assert outcome.findings == ()
    assert [skip.why for skip in outcome.skipped] == ["not asked: sub.example.com TXT"]


def test_spf_at_a_name_above_the_zone_is_left_to_that_zone() -> None:
    outcome = lint("spf-wrong-name", zone("_spf.example.com", "@ TXT v=spf1 ip4:192.0.2.1 -all"))
    assert (outcome.findings, outcome.skipped) == ((), ())
