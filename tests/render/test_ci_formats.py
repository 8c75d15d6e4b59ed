"""JUnit, GitLab and Markdown: what their readers make of a report."""

from __future__ import annotations

import json
from datetime import datetime
from xml.etree import ElementTree

import pytest
from jsonschema import ValidationError
from xmlschema import XMLSchemaValidationError

from mailcheck.model.finding import Report, Severity
from mailcheck.render.formats import render
from mailcheck.render.style import Style
from tests.render.sample import NEUTRAL, REPORT, TWICE, WHOLE, on_lines
from tests.render.schemas import validate_gitlab, validate_junit

PLAIN = Style()


def suites(report: Report, style: Style = PLAIN) -> dict[str, ElementTree.Element]:
    text = render("junit", report, style)
    validate_junit(text)
    return {suite.get("name", ""): suite for suite in ElementTree.fromstring(text)}


def test_junit_has_a_suite_for_each_file_and_counts_its_cases() -> None:
    found = suites(REPORT)
    assert [suite.get("id") for suite in found.values()] == ["0", "1", "2", "3"]
    zone = found["zones/example.com.zone"]
    assert (zone.get("tests"), zone.get("failures"), zone.get("errors")) == ("3", "2", "0")
    assert found["zones/other.yaml"].get("errors") == "1"
    assert found["mailcheck"].get("skipped") == "3"


def test_junit_fails_what_fails_the_run_and_tells_the_rest() -> None:
    report = Report(findings=(NEUTRAL, TWICE))
    for least, failures in ((Severity.ERROR, 1), (Severity.WARNING, 2), (None, 0)):
        (suite,) = suites(report, Style(fails_from=least)).values()
        assert len(suite.findall("testcase/failure")) == failures
        told = suite.findtext("system-out") or ""
        assert (NEUTRAL.message in told) is (least is not Severity.WARNING)


def test_junit_keeps_the_lines_of_a_text() -> None:
    (suite,) = suites(Report(findings=(TWICE,))).values()
    assert TWICE.help in (suite.findtext("testcase/failure") or "")


def test_junit_of_nothing_is_one_case_that_passes() -> None:
    (suite,) = suites(Report(zones=1), Style(time=datetime(2026, 11, 25, 18, 1, 2))).values()
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")
    assert suite.get("timestamp") == "2026-11-25T18:01:02"
    assert (suite.findtext("system-out") or "").startswith("1 zone, ")


def test_the_junit_schema_refuses_what_is_no_report() -> None:
    text = render("junit", REPORT, Style())
    for old, new in (("<properties/>", ""), (' hostname="localhost"', ""), ("<system-err/>", "<x/>")):
        with pytest.raises(XMLSchemaValidationError):
            validate_junit(text.replace(old, new, 1))


def test_gitlab_follows_its_schema() -> None:
    entries = json.loads(render("gitlab", REPORT, Style()))
    validate_gitlab(entries)
    validate_gitlab(json.loads(render("gitlab", Report(), Style())))
    assert [entry["severity"] for entry in entries] == [
        "critical",
        "minor",
        "critical",
        "info",
        "blocker",
        "blocker",
    ]
    assert entries[1]["location"] == {"path": "zones/example.com.zone", "lines": {"begin": 7, "end": 7}}
    with pytest.raises(ValidationError):
        validate_gitlab([{**entries[0], "severity": "error"}])


def test_gitlab_gets_each_fingerprint_once_and_the_first_as_it_is() -> None:
    entries = json.loads(render("gitlab", Report(findings=(NEUTRAL,) * 3), Style()))
    validate_gitlab(entries)
    assert entries[0]["fingerprint"] == NEUTRAL.fingerprint


def test_markdown_names_the_verdict_and_keeps_the_order_of_the_report() -> None:
    text = render("markdown", REPORT, Style())
    assert text.startswith("### mailcheck: 2 errors, 1 warning, 1 info, 2 refused\n")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert [row.split("|")[1].strip() for row in rows[2:]] == ["**error**", "warning", "**error**", "info"]
    assert render("markdown", Report(zones=1), Style()).startswith("### mailcheck: no findings\n")


def test_markdown_fits_a_comment_and_shows_the_gravest() -> None:
    report = REPORT._replace(findings=(*on_lines(NEUTRAL, 3_000), WHOLE), refused=REPORT.refused[:1] * 40)
    text = render("markdown", report, Style())
    assert len(text) <= 50_000
    assert "the zone declares nothing" in text
    shown = text.count("| warning |")
    assert 0 < shown < 3_000
    assert f"{3_000 - shown:,} more findings are not shown here." in text
    assert "30 more refused inputs are not shown here." in text


@pytest.mark.parametrize("name", ["text", "concise"])
def test_statistics_count_by_rule_in_place_of_findings(name: str) -> None:
    report = REPORT._replace(findings=(*on_lines(NEUTRAL, 12), TWICE), refused=(), skipped=())
    assert render(name, report, Style(statistics=True, quiet=True)).rstrip("\n") == (
        "12  warning  spf-all-neutral    `?all` leaves every unknown sender neutral\n"
        " 1  error    spf-single-record  Two SPF records at one name"
    )
    assert render(name, Report(), Style(statistics=True, quiet=True)) == ""


def test_statistics_leave_machines_their_findings() -> None:
    assert render("json", REPORT, Style(statistics=True)) == render("json", REPORT, Style())
