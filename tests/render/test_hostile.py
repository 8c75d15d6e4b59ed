"""A report whose every string was written by an enemy: no format passes any of it on as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import pytest

from mailcheck.model.finding import Report, RuleInfo
from mailcheck.render import rule_page
from mailcheck.render.formats import render
from mailcheck.render.style import Style
from tests.render.sample import WITH_HOST as REPORT
from tests.render.schemas import validate_gitlab, validate_junit

ATTACKS = {
    "commands": "::error file=x::owned\r\n::add-mask::y\n##[error]z ##vso[task.setvariable]%0A::stop-commands::q",
    "terminal": "\x1b]0;title\x07\x1b[2J\x9b31m\x00\x08\x7f\u202e\u2066\u200b\u2028\u2029\xa0",
    "encoding": "\ud800\udcff\udfff\ufffe\U000e0001\u65e5",
    "markup": "[click](https://evil.example/) {0} {{1}} <script> ${{ secrets.X }} %25%0a \\",
    "xml": "]]> <![CDATA[ <!ENTITY x 'y'> &amp; &#27; <a b=\"c\" d='e'/> --> <?x?>",
    "table": "| a | b |\r\n| --- | ``` `` ` ~~~ <!-- </details> @team #1 \\| ",
    "length": "\u65e5\x1b##[a]" * 1_000,
    "newlines": "::error::\n" * 1_000,
}


def hostile(value: Any, attack: str) -> Any:
    """The same value with every string in it, at any depth, replaced."""
    if isinstance(value, str):
        return attack
    if isinstance(value, Mapping):
        return {hostile(key, attack): hostile(item, attack) for key, item in value.items()}
    if type(value) in (tuple, frozenset):
        return type(value)(hostile(item, attack) for item in value)
    if isinstance(value, tuple) and hasattr(value, "_make"):
        return value._make(hostile(item, attack) for item in value)
    return value


@pytest.fixture(params=sorted(ATTACKS))
def report(request: pytest.FixtureRequest) -> Report:
    changed: Report = hostile(REPORT, ATTACKS[request.param])
    assert changed.findings[0].message == changed.refused[0].code == ATTACKS[request.param]
    return changed


def test_the_sample_has_something_of_everything() -> None:
    for name in Report._fields:
        assert getattr(REPORT, name)


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("name", ["text", "concise", "github", "prometheus"])
def test_logs_get_short_printable_lines_that_no_runner_obeys(name: str, color: bool, report: Report) -> None:
    text = render(name, report, Style(color=color))
    for line in text.split("\n"):
        assert len(line.encode()) < 2_048
        plain = re.sub(r"\x1b\[[0-9;]+m", "", line) if name == "text" and color else line
        assert plain.isprintable()
        assert not re.search(r"##[\w.-]*\[", plain)
        if name != "github":
            assert not plain.lstrip().startswith("::")
    assert text.count("\n") < 600


def test_github_gets_one_whole_command_a_line(report: Report) -> None:
    commands = render("github", report, Style()).splitlines()
    assert len(commands) == len(report.findings) + len(report.refused) + 1
    number = r"[0-9]+"
    place = rf"file=[^:,]*,line={number},endLine={number},(col={number},endColumn={number},)?"
    for command in commands:
        assert re.fullmatch(rf"::(error|warning|notice) ({place})?title=[^:,]*::.*", command)
        assert not re.search("%(?!25|0A|3A|2C)", command)


@pytest.mark.parametrize("name", ["json", "jsonl", "sarif"])
def test_machines_get_strict_json_in_printable_ascii(name: str, report: Report) -> None:
    text = render(name, report, Style())
    assert text.replace("\n", "").isascii()
    assert text.replace("\n", "").isprintable()
    documents = [json.loads(line) for line in text.splitlines()] if name == "jsonl" else [json.loads(text)]
    for key, value in strings(documents):
        assert not re.search("[\ud800-\udfff]", value)
        if key not in ("path", "zone", "name", "type", "host", "uri", "help", "text", "markdown"):
            assert value.isprintable()
        if key in ("help", "text", "markdown"):
            assert value.replace("\n", "").isprintable()


def test_sarif_messages_hold_neither_links_nor_placeholders(report: Report) -> None:
    for key, value in strings(json.loads(render("sarif", report, Style()))):
        if key in ("text", "markdown"):
            assert "](" not in value
            assert not re.search(r"(?<!\{)(\{\{)*\{(?!\{)", value)


def test_junit_is_xml_that_says_what_it_should(report: Report) -> None:
    text = render("junit", report, Style())
    assert not re.search("&#(?!10;)", text)
    for line in text.splitlines():
        assert line.isprintable()
        assert not line.lstrip().startswith("::")
    validate_junit(text)
    cases = list(ElementTree.fromstring(text).iter("testcase"))
    assert len(cases) == len(report.findings) + len(report.refused) + len(report.skipped)
    for element in ElementTree.fromstring(text).iter():
        for value in (element.text or "", *element.attrib.values()):
            assert value.replace("\n", "").isprintable()
            assert not re.search(r"##[\w.-]*\[", value)


def test_gitlab_gets_strict_json_in_printable_ascii(report: Report) -> None:
    text = render("gitlab", report, Style())
    assert text.replace("\n", "").isascii()
    assert text.replace("\n", "").isprintable()
    entries = json.loads(text)
    validate_gitlab(entries)
    assert len(entries) == len(report.findings) + len(report.refused)
    for key, value in strings(entries):
        assert not re.search("[\ud800-\udfff]", value)
        assert value.isprintable() or key == "path"


def test_markdown_gets_plain_words_in_few_octets(report: Report) -> None:
    text = render("markdown", report, Style())
    assert len(text.encode()) <= 50_000
    rows = 0
    for line in text.splitlines():
        assert line.isprintable()
        written = re.sub(r"&#[0-9]+;|<br>|\*\*error\*\*|\*\*refused\*\*|^### |^- ", "", line)
        if line.startswith("| "):
            rows += 1
            assert line.count("|") == 5
        else:
            assert "|" not in line
        assert not re.search(r"[`<>\[\]*_@#~!\\]", written)
    assert rows in (len(report.findings) + 2, 3)


def strings(value: Any, key: str = "") -> list[tuple[str, str]]:
    """All strings of a document with the key that each stands under."""
    if isinstance(value, str):
        return [(key, value)]
    if isinstance(value, dict):
        return [found for name, item in value.items() for found in strings(item, name)]
    if isinstance(value, list):
        return [found for item in value for found in strings(item, key)]
    return []


@pytest.mark.parametrize("attack", sorted(ATTACKS))
def test_a_plugins_rule_page_is_no_better(attack: str) -> None:
    rule: RuleInfo = hostile(next(iter(REPORT.rules.values())), ATTACKS[attack])
    for text in (
        rule_page.list_text([rule]),
        rule_page.page_text(rule),
        rule_page.case_line(rule.id, rule.id, rule.id),
    ):
        for line in text.split("\n"):
            assert line.isprintable()
            assert len(line.encode()) < 2_048
            assert not line.lstrip().startswith("::")
            assert not re.search(r"##[\w.-]*\[", line)
    document = json.loads(rule_page.list_json([rule]))
    for key, value in strings(document):
        assert (value.replace("\n", "") if key == "page" else value).isprintable()
