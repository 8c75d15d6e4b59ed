"""What a change does to mail, for people."""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.model.diff import DomainDiff, MailDiff
from mailcheck.model.finding import Severity
from mailcheck.render import escape
from mailcheck.render.diff_words import further_open_lines, heading, lines_of, open_line, verdict
from mailcheck.render.style import Style, not_shown
from mailcheck.render.summary import refused_line

_COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "33", Severity.INFO: "1"}
_SIGNS = {"+": "32", "-": "31"}


def render(diff: MailDiff, style: Style) -> str:
    """Each domain with what changes, what was refused, and the verdict."""
    return "".join(f"{line}\n" for line in _lines(diff, style))


def _lines(diff: MailDiff, style: Style) -> Iterator[str]:
    for domain in diff.changed[: style.findings]:
        yield from _domain(domain, style)
        yield ""
    yield from not_shown(len(diff.changed), "domains", style)
    yield from map(escape.text, further_open_lines(diff))
    for entry in diff.refused:
        yield f"refused: {refused_line(entry)}"
    yield escape.text(verdict(diff))


def _domain(domain: DomainDiff, style: Style) -> Iterator[str]:
    yield _paint("1", escape.text(heading(domain)), style)
    for line in lines_of(domain):
        word = _paint(_COLORS[line.severity], line.severity.word, style)
        yield f"  {word}: {escape.text(line.text)}"
        for sign, detail in line.details:
            yield f"      {_paint(_SIGNS.get(sign, ''), f'{sign} {escape.text(detail)}', style)}"
    for entry in domain.open:
        yield f"  {escape.text(open_line(entry))}"


def _paint(color: str, shown: str, style: Style) -> str:
    return f"\x1b[{color}m{shown}\x1b[0m" if style.color and color else shown
