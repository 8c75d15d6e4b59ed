"""Edits of single values, where the file writes the value out character for character."""

from __future__ import annotations

from mailcheck.model.finding import Edit
from mailcheck.model.location import Span
from mailcheck.model.record import Record


def replacing(record: Record, start: int, end: int, replacement: str) -> Edit | None:
    """Put `replacement` in place of the text's characters `start` up to `end`.

    None where an escape, a line break or the seam of two strings lies between them: there the stretch
    of the file holds more than these characters.
    """
    at = record.at
    line, column = at.position(start)
    span = Span(line, column, line, column + end - start)
    if any(at.position(offset) != (line, column + offset - start) for offset in range(start, end)):
        return None
    after = (at.span.end_line, at.span.end_column) if end == len(record.text) else at.position(end)
    return Edit(at.path, span, replacement) if after == (span.end_line, span.end_column) else None
