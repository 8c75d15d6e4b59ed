"""What a change does to mail, in GitHub's Markdown, for a comment or a step summary: within 1 MiB."""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.model.diff import DomainDiff, MailDiff
from mailcheck.render import escape
from mailcheck.render.diff_words import further_open_lines, heading, lines_of, open_line, verdict
from mailcheck.render.style import Style
from mailcheck.render.summary import number, refused_line

MOST = 50_000
"""Octets of the domains: GitHub takes no comment of over 65,536 characters."""

MOST_OPEN = 10


def render(diff: MailDiff, style: Style) -> str:
    """The verdict, then the domains; of those that are too many it says how many there are."""
    between = f"{escape.markdown_code(diff.before)} to {escape.markdown_code(diff.after)}"
    lines = [
        "## What this change does to mail",
        "",
        f"**{escape.markdown(verdict(diff))}**",
        "",
        f"From {between}.",
    ]
    left = MOST
    for at, domain in enumerate(diff.changed):
        part = "\n".join(["", *_domain(domain)])
        left -= len(part.encode())
        if left < 0:
            lines += ["", f"{number(len(diff.changed) - at, 'more domain')} not shown here."]
            break
        lines.append(part)
    if further := further_open_lines(diff):
        lines += ["", *(f"- {escape.markdown(line, 300)}" for line in further[:MOST_OPEN])]
    if diff.refused:
        shown = [refused_line(entry) for entry in diff.refused[:20]]
        lines += ["", f"Refused, {number(len(diff.refused), 'input')}:", "", *escape.fenced(shown, "")]
    return "\n".join(lines) + "\n"


def _domain(domain: DomainDiff) -> Iterator[str]:
    yield f"### {escape.markdown(heading(domain))}"
    yield ""
    for line in lines_of(domain):
        yield f"- **{line.severity.word}**: {escape.markdown(line.text)}"
        if line.details:
            block = [f"{sign} {escape.text(detail)}" for sign, detail in line.details]
            yield ""
            yield from (f"  {each}" for each in escape.fenced(block, "diff"))
    for entry in domain.open:
        yield f"- {escape.markdown(open_line(entry))}"
