"""The report in GitHub's and GitLab's Markdown, for a comment on a pull request or a job summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailcheck.model.finding import Report, Severity
from mailcheck.render import escape
from mailcheck.render.style import Style
from mailcheck.render.summary import not_determined_lines, number, summary_line, title_of
from mailcheck.render.told import Told, told

MOST = 50_000
"""Octets of the whole: GitHub refuses a comment of over 65,536 characters (a summary of over 1 MiB), and
whoever posts this may have more to say."""
_CELL = 400
_SHORT = 200
_REFUSED = 10
_ROOM = 200
"""Octets kept for the line on what is not shown."""
_WORDS = {Severity.ERROR: "**error**", Severity.WARNING: "warning", Severity.INFO: "info"}


def render(report: Report, style: Style) -> str:
    """A heading with the verdict, a table of findings, the gravest where it is too much, and what else is told."""
    lines = [f"### mailcheck: {_verdict(report)}", ""]
    rest = [*_refused(report), *_undetermined(report), "", escape.markdown(summary_line(report)), ""]
    left = MOST - _octets(lines) - _octets(rest)
    return "\n".join([*lines, *_table(report, left), *rest])


def _verdict(report: Report) -> str:
    counted = ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "info"))
    found = [number(report.count(severity), word) for severity, word in counted if report.count(severity)]
    refused = [f"{len(report.refused):,} refused"] if report.refused else []
    return ", ".join([*found, *refused]) or "no findings"


def _table(report: Report, left: int) -> Iterator[str]:
    if not report.findings:
        return
    yield from ("| | Where | What | Rule |", "| --- | --- | --- | --- |")
    entries, _ = told(report, Style(findings=len(report.findings)))
    by_severity = sorted(range(len(entries)), key=lambda at: -entries[at].finding.severity)
    rows: dict[int, str] = {}
    for at in by_severity:
        row = _row(report, entries[at])
        left -= len(row.encode()) + 1
        if left < _ROOM:
            break
        rows[at] = row
    yield from (rows[at] for at in sorted(rows))
    if missing := len(entries) - len(rows):
        yield from ("", f"{number(missing, 'more finding')} {'is' if missing == 1 else 'are'} not shown here.")
    yield ""


def _row(report: Report, entry: Told) -> str:
    finding = entry.finding
    at = finding.at
    place = escape.markdown(f"{at.path}:{at.line}:{at.column}", _CELL)
    also = f"<br>also at {escape.markdown(entry.also, _CELL)}" if entry.also else ""
    help_lines = (escape.markdown(line.strip(), _CELL) for line in finding.help.split("\n")[:3] if line.strip())
    what = "<br>".join([escape.markdown(finding.message, _CELL) + also, *help_lines])
    title = escape.markdown(finding.standard or title_of(report, finding.rule), _CELL)
    rule = escape.markdown(finding.rule, escape.WORD)
    return f"| {_WORDS[finding.severity]} | {place} | {what} | {rule}{f'<br>{title}' if title else ''} |"


def _refused(report: Report) -> Iterator[str]:
    for entry in report.refused[:_REFUSED]:
        place = escape.markdown(f"{entry.at.path}:{entry.at.line}:{entry.at.column}", _SHORT)
        code = escape.markdown(entry.code, escape.WORD)
        yield f"- **refused** {place} {code}: {escape.markdown(entry.message, _SHORT)}"
    if len(report.refused) > _REFUSED:
        yield f"- {len(report.refused) - _REFUSED:,} more refused inputs are not shown here."


def _undetermined(report: Report) -> Iterator[str]:
    for line in not_determined_lines(report):
        yield f"- {escape.markdown(line, _CELL)}"


def _octets(lines: Iterable[str]) -> int:
    return sum(len(line.encode()) + 1 for line in lines)
