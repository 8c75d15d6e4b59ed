"""Logical lines of Postfix's tables: a line that begins with space continues the one before (postmap(1))."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.grammar.config_lines import Word
from mailcheck.grammar.placed_text import Places


class LogicalLine(NamedTuple):
    """`offsets` tell where each character of `text` stands in the file."""

    text: str
    offsets: list[int]

    def part(self, start: int, end: int, places: Places) -> Word:
        """The characters `start` up to `end`, without the space around them."""
        while start < end and self.text[start].isspace():
            start += 1
        while start < end and self.text[end - 1].isspace():
            end -= 1
        kept = self.offsets[start:end]
        first = kept[0] if kept else self.offsets[min(start, len(self.offsets) - 1)]
        return Word(self.text[start:end], places.value(kept, first, kept[-1] + 1 if kept else first))


def logical_lines(text: str) -> Iterator[LogicalLine]:
    """Lines with their continuations joined; empty lines and comments between them are skipped."""
    parts: list[str] = []
    offsets: list[int] = []
    at = 0
    for raw in text.split("\n"):
        line = raw.removesuffix("\r")
        content = line.strip()
        if content and not content.startswith("#"):
            if parts and line[0] not in " \t":
                yield LogicalLine("".join(parts), offsets)
                parts, offsets = [], []
            parts.append(line)
            offsets += range(at, at + len(line))
        at += len(raw) + 1
    if parts:
        yield LogicalLine("".join(parts), offsets)
