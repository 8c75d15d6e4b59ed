"""What the texts about traces have in common: results in their colours, places, the table of parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mailcheck.analysis.trace import OpenPart
from mailcheck.analysis.trace_parts import PartResult
from mailcheck.model.location import NOWHERE, Location
from mailcheck.render import escape

BOLD = "1"
PLACE = "1;34"
GOOD, BAD, UNSURE = "1;32", "1;31", "1;33"
COLORS = {
    "pass": GOOD,
    "fail": BAD,
    "permerror": BAD,
    "softfail": UNSURE,
    "temperror": UNSURE,
    "undetermined": UNSURE,
}


class Lines(NamedTuple):
    """Writes lines, in colour or without."""

    color: bool

    def paint(self, color: str, text: str) -> str:
        return f"\x1b[{color}m{text}\x1b[0m" if self.color else text

    def result(self, result: str) -> str:
        """A result in the words of the RFCs."""
        return self.paint(COLORS.get(result, BOLD), result)

    def place(self, at: Location) -> str:
        """Two spaces and `path:line:column`; nothing where no file holds it."""
        if at == NOWHERE:
            return ""
        return f"  {self.paint(PLACE, f'{escape.source(at.path)}:{at.line}:{at.column}')}"

    def parts(self, parts: Sequence[PartResult], indent: str) -> Iterator[str]:
        """One line for each part, in columns."""
        title_width = max(len(part.title) for part in parts)
        result_width = max(len(part.result) for part in parts)
        for part in parts:
            result = self.result(part.result) + " " * (result_width - len(part.result))
            why = f"{escape.text(part.why)}{self.place(part.at)}"
            yield f"{indent}{part.title:<{title_width}}  {result}  {why}"


def open_line(part: OpenPart) -> str:
    """What was not answered, and which part that leaves open."""
    return f"not determined: {escape.text(part.part, escape.PATH)}: {escape.text(part.why)}"
