"""Tag=value lists, as DKIM keys, DMARC, MTA-STS, TLS-RPT and BIMI records use them (RFC 6376 section 3.2)."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_WHITE = " \t\r\n"


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
    parts = text.split(";")
    for index, part in enumerate(parts):
        stripped = part.strip(_WHITE)
        start = at + len(part) - len(part.lstrip(_WHITE)) if stripped else at
        at += len(part) + 1
        if not stripped:
            if index < len(parts) - 1:
                problems.append(TagProblem("empty", start, start + len(part)))
            continue
        end = start + len(stripped)
        raw_name, equals, raw_value = stripped.partition("=")
        name = raw_name.rstrip(_WHITE)
        if not equals:
            problems.append(TagProblem("no-equals", start, end))
        elif not _NAME.fullmatch(name):
            problems.append(TagProblem("bad-name", start, end))
        else:
            value = raw_value.lstrip(_WHITE)
            tags.append(Tag(name, value, start, end - len(value), end))
    return TagList(text, tuple(tags), tuple(problems))
