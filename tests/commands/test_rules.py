"""`mailcheck rule`: the catalogue and the rules' own examples."""

import pytest

from mailcheck.commands.rules import explain, list_rules, test_rules
from mailcheck.errors import UsageError
from mailcheck.lint.cases import check_rule
from mailcheck.lint.own_findings import OWN_RULES
from mailcheck.lint.registry import rule_by_id
from mailcheck.lint.rule import Case, master

run_rules_cases = test_rules
del test_rules  # pytest would take it for a test


def test_the_list_is_sorted_and_holds_mailchecks_own() -> None:
    ids = [info.id for info in list_rules()]
    assert ids == sorted(ids)
    assert set(OWN_RULES) < set(ids)


def test_a_page() -> None:
    assert "## Why it matters" in explain("spf-all-neutral").page
    assert explain("suppression-unused") is OWN_RULES["suppression-unused"]
    with pytest.raises(UsageError) as caught:
        explain("spf-all-netral")
    assert caught.value.hint == "did you mean spf-all-neutral?"


def test_examples_are_run_by_glob() -> None:
    results = list(run_rules_cases("spf-all-n*"))
    assert {result.rule for result in results} == {"spf-all-neutral"}
    assert all(result.passed for result in results)
    with pytest.raises(UsageError, match="no rule matches"):
        list(run_rules_cases("nothing-*"))


@pytest.mark.parametrize(
    ("good", "bad", "case", "why"),
    [
        (master('@ TXT "v=spf1 ?all"'), None, "good 1", "unexpected: `?all` makes"),
        (master("@ A 192.0.2.300"), None, "good 1", "unexpected: `192.0.2.300`"),
        (None, master('@ TXT "v=spf1 -all"'), "bad 1", "expected a finding, found dmarc-present-nonsending"),
        (None, master("@ A 192.0.2.300"), "bad 1", "refused:"),
        (None, master('@ TXT "v=spf1 ?all"', caret="all"), "bad 1", "expected the caret under 'all'"),
        (None, Case({"notes.txt": ""}), "bad 1", "expected a finding, found nothing"),
    ],
)
def test_an_example_that_does_not_hold_says_why(good: Case | None, bad: Case | None, case: str, why: str) -> None:

    rule = rule_by_id("spf-all-neutral")
    changed = rule._replace(good=(good,) if good else rule.good, bad=(bad,) if bad else rule.bad)
    failed = [result for result in check_rule(changed) if not result.passed]
    assert [result.case for result in failed] == [case]
    assert why in failed[0].why
