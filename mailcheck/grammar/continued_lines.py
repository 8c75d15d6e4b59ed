"""Logical lines of Postfix's tables: a line that begins with space continues the one before (postmap(1))."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mailcheck.grammar.config_lines import Word
from mailcheck.grammar.placed_text import Places


class LogicalLine(NamedTuple):
    """`offsets` tell where each character of `text` stands in the file."""

    text: str
    offsets: Sequence[int]

    def part(self, start: int, end: int, places: Places) -> Word:
        """The characters `start` up to `end`, without the space around them."""
        text = self.text[start:end]
        kept_text = text.strip()
        if kept_text:
            start += len(text) - len(text.lstrip())
        else:
            start = end
        kept = self.offsets[start : start + len(kept_text)]
        first = kept[0] if kept else self.offsets[min(start, len(self.offsets) - 1)]
        past = kept[-1] + 1 if kept else first
        return Word(
            kept_text,
            places.stretch(first, past) if isinstance(kept, range) else places.value(kept, first, past),
        )


def logical_lines(text: str) -> Iterator[LogicalLine]:
    """Lines with their continuations joined; empty lines and comments between them are skipped."""
    parts: list[str] = []
    offsets: list[Sequence[int]] = []
    at = 0
    for raw in text.split("\n"):
        line = raw.removesuffix("\r")
        content = line.strip()
        if content and not content.startswith("#"):
            if parts and line[0] not in " \t":
                yield _joined(parts, offsets)
                parts, offsets = [], []
            parts.append(line)
            offsets.append(range(at, at + len(line)))
        at += len(raw) + 1
    if parts:
        yield _joined(parts, offsets)


def _joined(parts: list[str], offsets: list[Sequence[int]]) -> LogicalLine:
    if len(parts) == 1:
        return LogicalLine(parts[0], offsets[0])
    return LogicalLine("".join(parts), [offset for line in offsets for offset in line])
