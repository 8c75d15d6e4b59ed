"""The format for people: each finding with the lines it speaks of and marks below them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from mailcheck.model.finding import Label, Refused, Report, Severity
from mailcheck.render import escape
from mailcheck.render.snippet import snippet
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

BOLD = "1"
FRAME = "1;34"
RELATED = "1;36"
NOTE_LINES = 40
SEVERITY = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}


def render(report: Report, style: Style) -> str:
    """The report as text, in colour where `style` says so."""
    return "".join(f"{line}\n" for line in _Text(report, style).lines())


class _Text:
    def __init__(self, report: Report, style: Style) -> None:
        self._report = report
        self._style = style

    def lines(self) -> Iterator[str]:
        report, style = self._report, self._style
        yield from self._statistics() if style.statistics else self._findings()
        for refused in report.refused[: style.findings]:
            yield from self._refused(refused)
            yield ""
        for line in not_shown(len(report.refused), "refused entries", style):
            yield from (line, "")
        yield from gone_lines(report)
        if not style.quiet:
            yield from not_determined_lines(report)
            yield from fixable_lines(report)
            yield summary_line(report)

    def _findings(self) -> Iterator[str]:
        entries, rest = told(self._report, self._style)
        for entry in entries:
            yield from self._finding(entry)
            yield ""
        for line in rest:
            yield from (line, "")

    def _statistics(self) -> Iterator[str]:
        if lines := statistics_lines(self._report):
            yield from (*lines, "")

    def _finding(self, told: Told) -> Iterator[str]:
        finding = told.finding
        color = SEVERITY[finding.severity]
        gutter = " " * len(str(max(label.at.line for label in finding.labels)))
        message = self._paint(BOLD, escape.text(finding.message))
        yield f"{self._paint(color, finding.severity.word)}: {message}"
        for path, group in groupby(finding.labels, key=lambda label: label.at.path):
            labels = list(group)
            line, column = labels[0].at.line, labels[0].at.column
            yield f"{gutter}{self._paint(FRAME, '-->')} {escape.source(path)}:{line}:{column}"
            for label in labels:
                primary = label is finding.labels[0]
                yield from self._source(label, gutter, "^" if primary else "-", color if primary else RELATED)
        yield from self._note(gutter, "also at", told.also)
        yield from self._note(gutter, "help", finding.help)
        yield from self._note(gutter, escape.text(finding.rule, escape.WORD), finding.standard or "mailcheck")

    def _refused(self, entry: Refused) -> Iterator[str]:
        color = SEVERITY[Severity.ERROR]
        gutter = " " * len(str(entry.at.line))
        yield self._paint(color, refused_line(entry))
        yield from self._source(Label(entry.at), gutter, "^", color)
        yield from self._note(gutter, "help", entry.hint)

    def _source(self, label: Label, gutter: str, mark: str, color: str) -> Iterator[str]:
        """The label's line with marks below it; without its source only what the label says."""
        bar = f"{gutter} {self._paint(FRAME, '|')}"
        message = escape.text(label.message)
        line = self._report.snippets.get((label.at.path, label.at.line))
        if line is None:
            if message:
                yield f"{bar} {self._paint(color, message)}"
            return
        part = snippet(line, label.at.span)
        yield bar
        yield f"{self._paint(FRAME, f'{label.at.line:>{len(gutter)}} |')} {part.text}".rstrip()
        if marks := f"{mark * part.length} {message}".strip():
            yield f"{bar} {' ' * part.start}{self._paint(color, marks)}"

    def _note(self, gutter: str, title: str, note: str) -> Iterator[str]:
        """A note below the source; each line of it is a line of output."""
        if not note:
            return
        first, *more = note.split("\n")[:NOTE_LINES]
        yield f"{gutter} {self._paint(FRAME, '=')} {self._paint(BOLD, title)}: {escape.text(first)}"
        indent = " " * (len(gutter) + len(title) + 5)
        for line in more:
            yield indent + escape.text(line)

    def _paint(self, color: str, text: str) -> str:
        return f"\x1b[{color}m{text}\x1b[0m" if self._style.color and text else text
