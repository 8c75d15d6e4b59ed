"""Inline suppressions hide what they name, with a reason and for a time."""

from datetime import date

from mailcheck.lint.suppressions import Kept, apply_suppressions
from mailcheck.model.finding import Finding, Label, Severity, Subject
from mailcheck.model.location import Location
from mailcheck.model.zone import Suppression, Zone
from tests.build import zone

TODAY = date(2026, 11, 1)
ACTIVE = frozenset({"spf-all-neutral", "spf-case"})
KNOWN = ACTIVE | {"dkim-key-short"}


def finding(line: int, rule: str = "spf-all-neutral") -> Finding:
    at = Location("zones/example.com.zone", line, 1, line, 5)
    return Finding(rule, Severity.WARNING, "m", (Label(at),), Subject("example.com.", "example.com.", "TXT"))


def suppression(*rules: str, reason: str = "known", until: date | None = None, last: int = 3) -> Suppression:
    at = Location("zones/example.com.zone", 2, 1, 2, 30)
    return Suppression(at, rules, reason, until, 2, last)


def judge(*suppressions: Suppression, line: int = 3, active: frozenset[str] = ACTIVE) -> Kept:
    world: list[Zone] = [zone("example.com", "@ TXT x", suppressions=suppressions)]
    return apply_suppressions([finding(line)], world, TODAY, active=active, known=KNOWN)


def shown(kept: Kept) -> list[str]:
    return [finding.rule for finding in kept.findings]


def test_a_finding_on_its_lines_is_hidden_and_counted() -> None:
    kept = judge(suppression("spf-all-neutral"))
    assert (shown(kept), kept.suppressed) == ([], 1)


def test_a_glob_hides_too() -> None:
    assert shown(judge(suppression("spf-*"))) == []


def test_other_lines_are_not_hidden_and_the_comment_is_unused() -> None:
    kept = judge(suppression("spf-all-neutral"), line=4)
    assert (shown(kept), kept.suppressed) == (["spf-all-neutral", "suppression-unused"], 0)


def test_another_rule_is_not_hidden() -> None:
    assert shown(judge(suppression("spf-case"))) == ["spf-all-neutral", "suppression-unused"]


def test_a_rule_that_did_not_run_cannot_be_unused() -> None:
    assert shown(judge(suppression("dkim-key-short", "spf-all-neutral"))) == []


def test_an_expired_one_no_longer_hides() -> None:
    kept = judge(suppression("spf-all-neutral", until=date(2026, 10, 31)))
    assert shown(kept) == ["spf-all-neutral", "suppression-expired"]
    assert "2026-10-31" in kept.findings[1].message


def test_on_its_last_day_it_still_hides() -> None:
    assert shown(judge(suppression("spf-all-neutral", until=TODAY))) == []


def test_without_a_reason_it_does_not_hide() -> None:
    assert shown(judge(suppression("spf-all-neutral", reason=""))) == ["spf-all-neutral", "suppression-reason"]


def test_without_a_rule_it_does_not_hide() -> None:
    assert shown(judge(suppression())) == ["spf-all-neutral", "suppression-reason"]


def test_a_date_that_is_none_is_what_is_told() -> None:
    kept = judge(suppression("spf-all-neutral", until=None)._replace(bad_date="2026-13-45"))
    assert shown(kept) == ["spf-all-neutral", "suppression-reason"]
    message = "this suppression does not hold: `2026-13-45` is no date like 2027-03-01"
    assert kept.findings[1].message == message
    assert kept.findings[1].at.span == (2, 20, 2, 30)


def test_a_file_that_two_zones_include_has_its_comments_judged_once() -> None:
    comment = suppression("spf-case")
    world = [zone("example.com", "@ TXT x", suppressions=(comment,)), zone("example.net", suppressions=(comment,))]
    kept = apply_suppressions([], world, TODAY, active=ACTIVE, known=KNOWN)
    assert shown(kept) == ["suppression-unused"]


def test_of_many_comments_the_one_at_the_line_holds() -> None:
    at = Location("zones/example.com.zone", 1, 1, 1, 9)
    many = [Suppression(at, ("spf-*",), "known", None, line, line + line % 3) for line in range(1, 300, 2)]
    for line in range(1, 302):
        holds = any(comment.first <= line <= comment.last for comment in many)
        kept = judge(*many, line=line)
        assert kept.suppressed == int(holds), line


def test_a_rule_that_does_not_exist_is_told() -> None:
    kept = judge(suppression("spf-all-nutral"))
    assert shown(kept) == ["spf-all-neutral", "suppression-unused"]
    assert kept.findings[1].message == "there is no rule `spf-all-nutral`"


def test_what_is_lacking_is_named() -> None:
    assert "no rule" in judge(suppression()).findings[1].message
    assert "no reason" in judge(suppression("spf-case", reason="")).findings[1].message
