"""The catalogue as text, as JSON and page by page."""

from __future__ import annotations

import json

from jsonschema import Draft202012Validator
from syrupy.assertion import SnapshotAssertion

from mailcheck.render import rule_page
from mailcheck.render.schema import rules_schema
from tests.render.sample import RULES


def test_list(snapshot: SnapshotAssertion) -> None:
    assert rule_page.list_text(list(RULES.values())) == snapshot


def test_pages(snapshot: SnapshotAssertion) -> None:
    assert "\n".join(map(rule_page.page_text, RULES.values())) == snapshot


def test_headings_are_bold_on_a_terminal() -> None:
    page = rule_page.page_text(RULES["spf-all-neutral"], color=True)
    assert "\x1b[1mspf-all-neutral\x1b[0m\n" in page
    assert "\x1b[1mWhat it checks\x1b[0m\n" in page


def test_json_follows_the_published_schema() -> None:
    document = json.loads(rule_page.list_json(list(RULES.values())))
    Draft202012Validator.check_schema(rules_schema())
    Draft202012Validator(rules_schema()).validate(document)
    assert [rule["id"] for rule in document["rules"]] == list(RULES)
    assert document["rules"][1]["needs"] == ["dns"]


def test_an_empty_catalogue_is_still_a_catalogue() -> None:
    assert rule_page.list_text([]) == ""
    assert json.loads(rule_page.list_json([]))["rules"] == []


def test_cases() -> None:
    assert rule_page.case_line("spf-all-neutral", "bad 1", "no finding") == "spf-all-neutral: bad 1: no finding\n"
    assert rule_page.cases_line(1_234, 0) == "1,234 passed, 0 failed\n"
