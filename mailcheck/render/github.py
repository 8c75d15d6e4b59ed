"""GitHub workflow commands: the runner makes annotations of them."""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.model.finding import Finding, Report, Severity
from mailcheck.model.location import Location
from mailcheck.render import escape
from mailcheck.render.style import Style, not_shown, shown
from mailcheck.render.summary import not_determined_lines

COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, style: Style) -> str:
    """One command a line for each finding and refused input, one for all that was not determined."""
    return "".join(f"{line}\n" for line in _lines(report, style))


def _lines(report: Report, style: Style) -> Iterator[str]:
    for finding in shown(report, style):
        yield _finding(finding)
    for entry in report.refused[: style.findings]:
        message = f"{entry.message}\n{entry.hint}" if entry.hint else entry.message
        yield _command("error", _place(entry.at), entry.code, message)
    rest = not_shown(len(report.findings), "findings", style)
    rest += not_shown(len(report.refused), "refused entries", style)
    if not style.quiet:
        rest += not_determined_lines(report)
    if rest:
        yield _command("notice", "", "mailcheck", "\n".join(rest))


def _finding(finding: Finding) -> str:
    message = f"{finding.message}\n{finding.help}" if finding.help else finding.message
    return _command(COMMAND[finding.severity], _place(finding.at), finding.rule, message)


def _place(at: Location) -> str:
    """The place as properties; the runner takes columns only within one line."""
    span = at.span
    place = f"file={escape.github_property(at.path)},line={span.line},endLine={span.end_line},"
    if span.line == span.end_line and span.column < span.end_column:
        place += f"col={span.column},endColumn={span.end_column},"
    return place


def _command(command: str, place: str, title: str, message: str) -> str:
    properties = f"{place}title={escape.github_property(title, escape.WORD)}"
    return f"::{command} {properties}::{escape.github_data(message)}"
