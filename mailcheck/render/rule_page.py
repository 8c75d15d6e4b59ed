"""The rule catalogue: a list, one page, and what the rules' own cases gave."""

from __future__ import annotations

import json
from collections.abc import Sequence

from mailcheck.model.finding import RuleInfo
from mailcheck.render import escape
from mailcheck.render.json_report import VERSION, Json, tool

BOLD = "1"


def list_text(rules: Sequence[RuleInfo]) -> str:
    """One line for each rule: id, severity, title."""
    ids = [escape.text(rule.id, escape.WORD) for rule in rules]
    width = max(map(len, ids), default=0)
    return "".join(
        f"{shown:<{width}}  {rule.severity.word:<7}  {escape.text(rule.title)}\n"
        for shown, rule in zip(ids, rules, strict=True)
    )


def list_json(rules: Sequence[RuleInfo]) -> str:
    """The rules with their pages, as `rules.schema.json` describes it; one rule a line."""
    lines = ",\n  ".join(json.dumps(_entry(rule)) for rule in rules)
    head = f'"version": {VERSION},\n "tool": {json.dumps(tool())}'
    return f'{{{head},\n "rules": [\n  {lines}]}}\n'


def page_text(rule: RuleInfo, *, color: bool = False) -> str:
    """A rule's page with its facts below the title; headings in bold on a terminal."""
    first, _, rest = rule.page.partition("\n")
    facts = {
        "severity": rule.severity.word,
        "standard": rule.standard,
        "needs": ", ".join(sorted(rule.needs)),
        "since": rule.since,
        "lifecycle": "" if rule.lifecycle == "stable" else rule.lifecycle,
    }
    lines = [_bold(escape.text(rule.id, escape.WORD), color), escape.text(first), ""]
    lines += [f"{name + ':':<10} {escape.text(fact)}" for name, fact in facts.items() if fact]
    for line in rest.rstrip().split("\n"):
        shown = escape.text(line)
        lines.append(_bold(shown.removeprefix("## "), color) if shown.startswith("## ") else shown)
    return "\n".join(lines) + "\n"


def case_line(rule: str, case: str, why: str) -> str:
    """A rule's case that failed, and what was expected of it."""
    return f"{escape.text(rule, escape.WORD)}: {escape.text(case, escape.WORD)}: {escape.text(why)}\n"


def cases_line(passed: int, failed: int) -> str:
    """How many cases passed and failed."""
    return f"{passed:,} passed, {failed:,} failed\n"


def _entry(rule: RuleInfo) -> Json:
    return {
        "id": escape.json(rule.id),
        "title": escape.json(rule.title),
        "severity": rule.severity.word,
        "standard": escape.json(rule.standard),
        "since": escape.json(rule.since),
        "lifecycle": escape.json(rule.lifecycle),
        "needs": sorted(map(escape.json, rule.needs)),
        "page": "\n".join(map(escape.json, rule.page.split("\n"))),
    }


def _bold(text: str, color: bool) -> str:
    return f"\x1b[{BOLD}m{text}\x1b[0m" if color else text
