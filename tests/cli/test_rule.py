"""`mailcheck rule list|explain|test`."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from mailcheck.cli.main import main
from mailcheck.commands.rules import CaseResult
from mailcheck.errors import UsageError
from mailcheck.model.finding import RuleInfo
from tests.render.sample import RULES

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    def explain(rule_id: str) -> RuleInfo:
        if rule_id not in RULES:
            raise UsageError(f"no such rule: `{rule_id}`", hint="did you mean `spf-all-neutral`?")
        return RULES[rule_id]

    monkeypatch.setattr("mailcheck.commands.rules.list_rules", lambda: tuple(RULES.values()))
    monkeypatch.setattr("mailcheck.commands.rules.explain", explain)


def test_list(capsys: Captured) -> None:
    assert main(["rule", "list"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "spf-all-neutral    warning  `?all` leaves every unknown sender neutral",
        "spf-single-record  error    Two SPF records at one name",
    ]


def test_list_as_json(capsys: Captured) -> None:
    assert main(["rule", "list", "--format", "json"]) == 0
    assert [rule["id"] for rule in json.loads(capsys.readouterr().out)["rules"]] == list(RULES)


def test_explain(capsys: Captured) -> None:
    assert main(["rule", "explain", "spf-all-neutral"]) == 0
    assert "What it checks\nThe SPF record's `all` mechanism carries\n" in capsys.readouterr().out


def test_explain_a_rule_that_is_none(capsys: Captured) -> None:
    assert main(["rule", "explain", "spf-al-neutral"]) == 2
    assert capsys.readouterr().err == (
        "error: no such rule: `spf-al-neutral`\nhint: did you mean `spf-all-neutral`?\n"
    )


@pytest.mark.parametrize(("failures", "code"), [(0, 0), (2, 1)])
def test_cases(failures: int, code: int, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []

    def run(pattern: str | None) -> Iterator[CaseResult]:
        asked.append(pattern)
        yield CaseResult("spf-all-neutral", "good 1", passed=True)
        for n in range(failures):
            yield CaseResult("spf-all-neutral", f"bad {n}", passed=False, why="no finding")

    monkeypatch.setattr("mailcheck.commands.rules.test_rules", run)
    assert main(["rule", "test", "spf-*"]) == code
    assert main(["rule", "test"]) == code
    assert asked == ["spf-*", None]
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"1 passed, {failures} failed"
    assert lines.count("spf-all-neutral: bad 1: no finding") == (2 if failures else 0)
