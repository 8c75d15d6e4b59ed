"""Words that every format of a plan shares."""

from __future__ import annotations

from mailcheck.model.change import Change
from mailcheck.model.location import NOWHERE, Location
from mailcheck.model.record import TEXT_TYPES
from mailcheck.model.sync import ZoneResult
from mailcheck.model.text import shown_name
from mailcheck.render import escape

_OUTCOMES = {
    "applied": "applied",
    "failed": "failed",
    "unknown": "not known whether the last step was written",
    "stopped": "stopped",
    "refused": "refused",
    "not begun": "not begun",
}


def counted(count: int, what: str) -> str:
    """`1 step`, `2,000 steps`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def place_of(at: Location) -> str:
    """`path:line` for a terminal, empty for a place that no file has."""
    return "" if at == NOWHERE else f"{escape.source(at.path)}:{at.line}"


def ttl_line(change: Change) -> str:
    """The TTL, or the old and the new one."""
    if change.ttl_before is None or change.ttl_after is None or change.ttl_before == change.ttl_after:
        return str(change.ttl_before if change.ttl_after is None else change.ttl_after)
    return f"{change.ttl_before} -> {change.ttl_after}"


def value_text(change: Change, value: str) -> str:
    """A value as people read it: texts in quotes."""
    return f'"{value}"' if change.type in TEXT_TYPES else value


def applied_line(zone: str, result: ZoneResult) -> str:
    """What became of one zone, on one escaped line."""
    line = f"{escape.text(shown_name(zone), escape.PATH)}: {_OUTCOMES[result.outcome]}"
    if result.outcome != "not begun":
        line += f", {result.done} of {counted(result.steps, 'step')} written"
    if result.message:
        line += f": {escape.text(result.message)}"
    if result.journal:
        line += f" (journal {escape.source(result.journal)})"
    return line
