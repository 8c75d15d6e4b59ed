"""A plan, or what came of it, for people."""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.model.change import Change
from mailcheck.model.sync import SyncReport, ZoneSync
from mailcheck.model.text import shown_name
from mailcheck.render import escape, text
from mailcheck.render.plan_words import applied_line, counted, place_of, ttl_line, value_text
from mailcheck.render.style import Style
from mailcheck.render.summary import not_determined_lines

SIGNS = {"create": "+", "update": "~", "delete": "-"}
_COLORS = {"+": "32", "~": "33", "-": "31"}
_NOTE = "1"
_GRAVE = "1;31"


def render(report: SyncReport, style: Style) -> str:
    """The changes of every zone, what the rules say of them, and what was applied."""
    return "".join(f"{line}\n" for line in _lines(report, style)) + results(report)


def results(report: SyncReport) -> str:
    """What was applied, a line for each zone; empty where nothing was tried."""
    lines = []
    for zone in report.zones:
        if zone.result is not None:
            lines.append(f"{applied_line(zone.zone, zone.result)}\n")
            lines += [f"  hint: {escape.text(zone.result.hint)}\n"] if zone.result.hint else []
    return "".join(lines)


def _lines(report: SyncReport, style: Style) -> Iterator[str]:
    for zone in report.zones:
        yield from _zone(zone, report.provider, style)
    for name, why in report.failed:
        yield f"{_paint(_GRAVE, _name(name), style)}: not planned: {escape.text(why)}"
        yield ""
    found = text.render(report.report, style._replace(quiet=True))
    yield from found.splitlines()
    if style.quiet:
        return
    yield from not_determined_lines(report.report)
    yield _summary(report)
    for why in report.refusals:
        yield f"{_paint(_GRAVE, 'not to be applied', style)}: {escape.text(why)}"


def _zone(zone: ZoneSync, provider: str, style: Style) -> Iterator[str]:
    where = f"{_paint(_NOTE, _name(zone.zone), style)} at {escape.text(provider, escape.WORD)}"
    new = "" if zone.exists else ", a new zone"
    if not zone.steps:
        yield f"{where}: no changes"
    else:
        steps = f", {counted(zone.operations, 'operation')} in {counted(zone.steps, 'step')}"
        yield f"{where}: {counted(len(zone.changes), 'change')}{steps}{new}"
    for note in zone.notes:
        yield f"  note: {escape.text(note)}"
    for change in zone.changes[: style.findings]:
        yield from _change(change, style)
    if len(zone.changes) > style.findings:
        total = len(zone.changes)
        yield f"  {style.findings:,} of {total:,} changes are shown; `--limit findings={total}` shows all"
    for entry in zone.left_out:
        yield f"  left out: {place_of(entry.at)} {escape.text(entry.message)}"
    for entry in zone.blocked:
        yield f"  {_paint(_GRAVE, 'blocked', style)}: {place_of(entry.at)} {escape.text(entry.message)}"
    yield ""


def _change(change: Change, style: Style) -> Iterator[str]:
    sign = SIGNS[change.kind]
    head = f"{sign} {_name(change.name)} {escape.text(change.type, escape.WORD)} {ttl_line(change)}"
    place = place_of(change.at)
    yield f"  {_paint(_COLORS[sign], head.strip(), style)}{f'  ({place})' if place else ''}"
    if change.meaning:
        yield f"      {_paint(_NOTE, escape.text(change.meaning), style)}"
    kept = set(change.before) & set(change.after)
    for mark, values in (("-", change.before), ("+", change.after)):
        for value in values:
            if value not in kept:
                shown = escape.text(f"{mark} {value_text(change, value)}")
                yield f"      {_paint(_COLORS[mark], shown, style)}"
    for detail in change.details:
        yield f"      {escape.text(detail)}"


def _summary(report: SyncReport) -> str:
    if not report.has_work:
        return f"{counted(len(report.zones), 'zone')}, nothing to change"
    return f"{counted(report.changes, 'change')} in {counted(len(report.zones), 'zone')}"


def _name(name: str) -> str:
    return escape.text(shown_name(name), escape.PATH)


def _paint(color: str, shown: str, style: Style) -> str:
    return f"\x1b[{color}m{shown}\x1b[0m" if style.color and shown else shown
