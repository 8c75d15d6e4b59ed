"""Tag=value lists, as DKIM keys, DMARC, MTA-STS, TLS-RPT and BIMI records use them (RFC 6376 section 3.2)."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

_WHITE = " \t\r\n"
_TAG = re.compile(rf"[{_WHITE}]*([A-Za-z][A-Za-z0-9_]*)[{_WHITE}]*=[{_WHITE}]*(.*)", re.DOTALL)


class Tag(NamedTuple):
    """One `name=value`; offsets into the text, white space around name and value left out."""

    name: str
    value: str
    start: int
    value_start: int
    end: int


class TagProblem(NamedTuple):
    """A stretch between semicolons that is no tag: `start` up to `end`."""

    kind: Literal["no-equals", "bad-name", "empty"]
    start: int
    end: int


class TagList(NamedTuple):
    """The tags in their order, duplicates included, and what could not be read as a tag."""

    text: str
    tags: tuple[Tag, ...]
    problems: tuple[TagProblem, ...]

    def get(self, name: str) -> Tag | None:
        """The first tag of that name (names are case-sensitive)."""
        for tag in self.tags:
            if tag.name == name:
                return tag
        return None

    def duplicates(self) -> tuple[Tag, ...]:
        """Every tag whose name an earlier tag has already."""
        seen: set[str] = set()
        again = []
        for tag in self.tags:
            if tag.name in seen:
                again.append(tag)
            seen.add(tag.name)
        return tuple(again)


def without(text: str, characters: str) -> str:
    """`text` with none of `characters`; for a few of them far faster than str.translate()."""
    for character in characters:
        text = text.replace(character, "")
    return text


def parse_tags(text: str) -> TagList:
    """Split `text` at semicolons; never raises. One final semicolon is no empty tag."""
    tags: list[Tag] = []
    problems: list[TagProblem] = []
    at = 0
    for part in text.split(";"):
        found = _TAG.match(part)
        if found is not None:
            name, value = found.groups()
            value = value.rstrip(_WHITE)
            value_start = at + (found.start(2) if value else part.index("=") + 1)
            tags.append(Tag(name, value, at + found.start(1), value_start, value_start + len(value)))
        elif at + len(part) < len(text) or part.strip(_WHITE):
            problems.append(_problem(part, at))
        at += len(part) + 1
    return TagList(text, tuple(tags), tuple(problems))


def _problem(part: str, at: int) -> TagProblem:
    stripped = part.strip(_WHITE)
    if not stripped:
        return TagProblem("empty", at, at + len(part))
    start = at + part.index(stripped)
    return TagProblem("bad-name" if "=" in stripped else "no-equals", start, start + len(stripped))
