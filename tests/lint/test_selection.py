"""Which rules run: profile, then configuration, then zone, then command line."""

from datetime import date
from typing import Literal, NamedTuple

import pytest

from mailcheck.errors import UsageError
from mailcheck.lint.registry import AnyRule, installed_rules, rule_by_id
from mailcheck.lint.rule import Rule, master
from mailcheck.lint.run import Plans, RunSettings, run_rules
from mailcheck.lint.selection import select_rules
from mailcheck.model.finding import Severity
from mailcheck.model.settings import Configuration, RuleSetting
from tests.build import zone

NEUTRAL = zone("example.com", "@ TXT v=spf1 ?all")


class Several(NamedTuple):
    limit: int = 10
    loose: bool = False
    words: tuple[str, ...] = ()
    require: Literal["soft", "hard"] = "soft"
    text: str = ""


def made(name: str, **more: object) -> AnyRule:
    case = (master("@ TXT x"),)
    return Rule(
        f"plugin.test.{name}",
        "t",
        over=lambda zone: (),
        check=lambda subject, ask: (),
        severity=Severity.WARNING,
        standard="s",
        good=case,
        bad=case,
        **more,  # type: ignore[arg-type]
    )


RULES = {rule.id: rule for rule in (made("one"), made("two"), made("three", options=Several))}


def ids(*settings: RuleSetting) -> list[str]:
    return [active.rule.id for active in select_rules(RULES, settings)]


def test_nothing_runs_that_nothing_enables() -> None:
    assert ids() == []


def test_later_steps_win() -> None:
    assert ids(RuleSetting("*", True), RuleSetting("test-t*", False)) == ["test-one"]
    assert ids(RuleSetting("test-two", False), RuleSetting("*", True)) == ["test-one", "test-two", "test-three"]


def test_a_severity_alone_enables_nothing() -> None:
    assert ids(RuleSetting("test-one", severity=Severity.ERROR)) == []
    (active,) = select_rules(RULES, [RuleSetting("test-one", True), RuleSetting("*", severity=Severity.ERROR)])
    assert active.severity is Severity.ERROR


def test_a_glob_without_a_match_is_an_error_with_a_hint() -> None:
    with pytest.raises(UsageError, match=r"mailcheck\.yaml:3:1: no rule matches 'test-oen'") as caught:
        ids(RuleSetting("test-oen", True, origin="mailcheck.yaml:3:1"))
    assert caught.value.hint == "did you mean test-one?"


def options(**given: object) -> Several:
    (active,) = select_rules(RULES, [RuleSetting("test-three", True, options=given)])
    assert isinstance(active.options, Several)
    return active.options


def test_options_reach_the_rule_as_its_own_type() -> None:
    assert options(limit=3, loose=True, words=["a"], require="hard", text="x") == Several(
        3, True, ("a",), "hard", "x"
    )
    assert options() == Several()


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        ({"limt": 3}, "test-three has no option 'limt'", "did you mean limit?"),
        ({"limit": "3"}, "'limit' of test-three must be a whole number, not '3'", ""),
        ({"limit": True}, "must be a whole number", ""),
        ({"limit": -1}, "'limit' of test-three must be a whole number from 0 on, not -1", ""),
        ({"loose": 1}, "must be true or false", ""),
        ({"words": "a"}, "must be a list of strings", ""),
        ({"words": [1]}, "must be a list of strings", ""),
        ({"require": "no"}, "must be one of soft, hard", ""),
        ({"text": 1}, "must be a string", ""),
    ],
)
def test_options_that_do_not_fit_are_refused(given: dict[str, object], message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        options(**given)
    assert caught.value.hint == hint


def test_a_rule_without_options_says_so() -> None:
    with pytest.raises(UsageError) as caught:
        select_rules(RULES, [RuleSetting("test-one", True, options={"a": 1})])
    assert caught.value.hint == "it has none"


def report(**settings: object) -> list[tuple[str, str]]:
    run = RunSettings(today=date(2026, 11, 1), **settings)  # type: ignore[arg-type]
    found = run_rules([NEUTRAL], [], run, installed_rules()).findings
    return [(finding.rule, finding.severity.word) for finding in found]


def test_the_default_profile_runs_every_rule() -> None:
    assert ("spf-all-neutral", "warning") in report()


def test_select_runs_nothing_else() -> None:
    assert report(select=("spf-all-*",)) == [("spf-all-neutral", "warning")]


def test_ignore_wins_over_select() -> None:
    assert report(select=("spf-all-*",), ignore=("spf-all-neutral",)) == []


def test_configuration_changes_severity_and_a_zone_may_differ() -> None:
    louder = RuleSetting("spf-all-neutral", severity=Severity.ERROR)
    everywhere = Configuration(rules=(louder,))
    assert report(configuration=everywhere, select=("spf-all-*",)) == [("spf-all-neutral", "error")]
    here = Configuration(per_zone=(("*.com", (louder,)), ("*.org", (RuleSetting("*", False),))))
    assert report(configuration=here, select=("spf-all-*",)) == [("spf-all-neutral", "error")]
    off = Configuration(per_zone=(("example.com", (RuleSetting("spf-all-neutral", False),)),))
    assert ("spf-all-neutral", "warning") not in report(configuration=off)


def test_a_profile_decides_what_fails() -> None:
    assert Plans(RunSettings(), installed_rules()).fail_on is Severity.ERROR
    assert Plans(RunSettings(profile="strict"), installed_rules()).fail_on is Severity.WARNING
    strict = Plans(RunSettings(Configuration(profile="strict")), installed_rules())
    severities = {
        active.rule.id: active.severity for _, rules in strict.for_zone(NEUTRAL).groups for active in rules
    }
    assert severities["dmarc-policy-none"] is Severity.ERROR


def test_an_unknown_profile_has_a_hint() -> None:
    with pytest.raises(UsageError) as caught:
        report(profile="strct")
    assert caught.value.hint == "did you mean strict?"
    with pytest.raises(UsageError) as caught:
        report(profile="zzz")
    assert "default" in caught.value.hint


def test_a_rule_is_found_by_its_id_or_its_nearest_is_named() -> None:
    assert rule_by_id("spf-all-neutral").module == "mailcheck_rules.spf.all_neutral"
    with pytest.raises(UsageError) as caught:
        rule_by_id("spf-all-netral")
    assert caught.value.hint == "did you mean spf-all-neutral?"
