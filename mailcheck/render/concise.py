"""One line for each finding: `path:line:col: E rule-id message`."""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.model.finding import Report
from mailcheck.render import escape
from mailcheck.render.style import Style, not_shown
from mailcheck.render.summary import (
    fixable_lines,
    gone_lines,
    not_determined_lines,
    refused_line,
    statistics_lines,
    summary_line,
)
from mailcheck.render.told import Told, told


def render(report: Report, style: Style) -> str:
    """The report as lines for editors and grep."""
    return "".join(f"{line}\n" for line in _lines(report, style))


def _lines(report: Report, style: Style) -> Iterator[str]:
    if style.statistics:
        yield from statistics_lines(report)
    else:
        entries, rest = told(report, style)
        yield from map(_line, entries)
        yield from rest
    yield from map(refused_line, report.refused[: style.findings])
    yield from not_shown(len(report.refused), "refused entries", style)
    yield from gone_lines(report)
    if not style.quiet:
        yield from not_determined_lines(report)
        yield from fixable_lines(report)
        yield summary_line(report)


def _line(told: Told) -> str:
    finding = told.finding
    message = f"{finding.message} (also at {told.also})" if told.also else finding.message
    place = f"{escape.source(finding.at.path)}:{finding.at.line}:{finding.at.column}"
    rule = escape.text(finding.rule, escape.WORD)
    return f"{place}: {finding.severity.name[0]} {rule} {escape.text(message)}"
