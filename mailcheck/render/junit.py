"""JUnit XML for CI servers, as the schema of Apache Ant's JUnit tasks (windyroad/JUnit-Schema) has it.

That schema is the strictest in use: what it takes, Jenkins (`junit-10.xsd`) and GitLab take too.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from mailcheck.model.finding import Finding, Refused, Report, Skipped
from mailcheck.render import escape
from mailcheck.render.style import Style
from mailcheck.render.summary import summary_line

NAME = "mailcheck"


class _Case(NamedTuple):
    """One test case. `outcome` is failure, error or skipped, empty for one that passes."""

    suite: str
    name: str
    outcome: str
    type: str
    message: str
    text: str


def render(report: Report, style: Style) -> str:
    """A suite for each file, a test case for each finding in it; nothing is left out.

    A finding fails where it lets the run fail, others pass and stand in `system-out`. A refused input is an
    error, a check without verdict is skipped. A run that has nothing to say is one case that passes.
    """
    cases = sorted(_cases(report, style), key=lambda case: case.suite)
    suites = [(name, list(group)) for name, group in groupby(cases, key=lambda case: case.suite)]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for number, (name, members) in enumerate(suites):
        lines += _suite(number, name, members, style)
    return "\n".join([*lines, "</testsuites>", ""])


def _cases(report: Report, style: Style) -> Iterator[_Case]:
    for finding in report.findings:
        yield _finding(finding, style)
    for entry in report.refused:
        yield _refused(entry)
    for skip in report.skipped:
        yield _skipped(skip)
    if not (report.findings or report.refused):
        yield _Case(NAME, "lint", "", "", "", summary_line(report))


def _finding(finding: Finding, style: Style) -> _Case:
    fails = style.fails_from is not None and finding.severity >= style.fails_from
    at = finding.at
    place = f"{at.path}:{at.line}:{at.column}"
    lines = [f"{place}: {finding.severity.word}: {finding.message}"]
    lines += [finding.help] if finding.help else []
    name = f"{finding.rule} {finding.subject.name} {finding.subject.type} (line {at.line})"
    outcome = "failure" if fails else ""
    return _Case(at.path, name, outcome, finding.severity.word, finding.message, "\n".join(lines))


def _refused(entry: Refused) -> _Case:
    place = f"{entry.at.path}:{entry.at.line}:{entry.at.column}"
    name = f"{entry.code} (line {entry.at.line})"
    text = f"{place}: {entry.message}" + (f"\n{entry.hint}" if entry.hint else "")
    return _Case(entry.at.path, name, "error", entry.code, entry.message, text)


def _skipped(skip: Skipped) -> _Case:
    return _Case(NAME, f"{skip.rule} {skip.name}", "skipped", "", f"not determined: {skip.why}", "")


def _suite(number: int, name: str, cases: list[_Case], style: Style) -> Iterator[str]:
    path = _token(name)
    counts = {kind: sum(case.outcome == kind for case in cases) for kind in ("failure", "error", "skipped")}
    yield (
        f'<testsuite id="{number}" name="{path}" package="{NAME}" hostname="localhost"'
        f' timestamp="{style.time:%Y-%m-%dT%H:%M:%S}" tests="{len(cases)}" failures="{counts["failure"]}"'
        f' errors="{counts["error"]}" skipped="{counts["skipped"]}" time="0">'
    )
    yield "<properties/>"
    for case in cases:
        head = f'<testcase name="{escape.xml(case.name)}" classname="{path}" time="0"'
        yield f"{head}>{_outcome(case)}</testcase>" if case.outcome else f"{head}/>"
    told = "&#10;".join(escape.xml(case.text) for case in cases if not case.outcome)
    yield f"<system-out>{told}</system-out>"
    yield "<system-err/>"
    yield "</testsuite>"


def _outcome(case: _Case) -> str:
    message = f'message="{escape.xml(case.message)}"'
    if case.outcome == "skipped":
        return f"<skipped {message}/>"
    return f'<{case.outcome} type="{escape.xml(case.type)}" {message}>{escape.xml(case.text)}</{case.outcome}>'


def _token(path: str) -> str:
    """A path where the schema wants at least one character that is no space."""
    return escape.xml_path(path) if path.strip() else NAME
