"""A plan, or what came of it, in GitHub's Markdown, for a step summary or a comment: within 1 MiB."""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.model.change import Change
from mailcheck.model.sync import SyncReport, ZoneSync
from mailcheck.model.text import shown_name
from mailcheck.render import escape
from mailcheck.render.plan_text import SIGNS
from mailcheck.render.plan_words import applied_line, counted, place_of, ttl_line, value_text
from mailcheck.render.style import Style

MOST = 900_000
"""Octets of the changes: GitHub refuses a summary of over 1 MiB."""


def render(report: SyncReport, style: Style) -> str:
    """The document; of changes that are too many to show it says how many there are."""
    lines = [f"## {escape.markdown(report.provider)}: {counted(report.changes, 'change')}", ""]
    lines += [f"- **not to be applied**: {escape.markdown(why)}" for why in report.refusals]
    lines += [
        f"- **{finding.severity.word}** {escape.markdown(finding.message)} "
        f"({escape.markdown_code(finding.rule)}, {escape.markdown_code(place_of(finding.at) or '-')})"
        for finding in report.report.findings[: style.findings]
    ]
    lines += [
        f"- **{escape.markdown(shown_name(name))}** could not be planned: {escape.markdown(why)}"
        for name, why in report.failed
    ]
    left = MOST
    for zone in report.zones:
        part = "\n".join(_zone(zone, report.provider, left))
        left -= len(part.encode())
        lines += ["", part]
    return "\n".join(lines) + "\n"


def _zone(zone: ZoneSync, provider: str, left: int) -> Iterator[str]:
    new = "" if zone.exists else ", a new zone"
    yield f"### {escape.markdown(shown_name(zone.zone))}: {counted(len(zone.changes), 'change')}{new}"
    yield ""
    if zone.result is not None:
        yield f"- {escape.markdown(applied_line(zone.zone, zone.result))}"
    for note in zone.notes:
        yield f"- note: {escape.markdown(note)}"
    for title, entries in (("left out", zone.left_out), ("blocked", zone.blocked)):
        for entry in entries:
            place = escape.markdown_code(place_of(entry.at) or "-")
            yield f"- {title}: {escape.markdown(entry.message)} ({place})"
    for change in zone.changes:
        if change.meaning:
            yield f"- {escape.markdown(change.meaning)}"
    shown: list[str] = []
    taken = 0
    for number, change in enumerate(zone.changes):
        lines = [escape.text(line) for line in _change(change)]
        taken += sum(len(line.encode()) + 1 for line in lines)
        if taken > left:
            yield f"- {counted(len(zone.changes) - number, 'change')} are not shown here"
            break
        shown += lines
    if shown:
        yield ""
        yield from escape.fenced(shown, "diff")


def _change(change: Change) -> Iterator[str]:
    sign = SIGNS[change.kind].replace("~", "!")
    place = place_of(change.at)
    yield f"{sign} {shown_name(change.name)} {change.type} {ttl_line(change)}  {place}".rstrip()
    kept = set(change.before) & set(change.after)
    for mark, values in (("-", change.before), ("+", change.after)):
        for value in values:
            if value not in kept:
                yield f"{mark}     {value_text(change, value)}"
    for detail in change.details:
        yield f"!     {detail}"
