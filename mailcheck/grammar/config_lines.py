"""Lines and words of a host's configuration file, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.model.location import Location

_WORD = re.compile(r"[^ \t]+")


class Word(NamedTuple):
    """A part of a file and where it stands."""

    text: str
    at: Location


class FileProblem(NamedTuple):
    """What a program that reads the file refuses or overlooks: `kind` names the case, `message` is a sentence."""

    kind: str
    message: str
    at: Location


def numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines from 1 on, without their line ends; only LF and CRLF end one."""
    for number, line in enumerate(text.split("\n"), 1):
        yield number, line.removesuffix("\r")


def word_at(path: str, line: int, start: int, text: str) -> Word:
    """`text` as it stands from the 0-based character `start` of a line on."""
    return Word(text, span(path, line, start, start + len(text)))


def span(path: str, line: int, start: int, end: int) -> Location:
    """The 0-based characters `start` up to `end` of a line; at least one character wide."""
    return Location(path, line, start + 1, line, max(end, start + 1) + 1)


def words(text: str, at: Location) -> tuple[Word, ...]:
    """What stands between spaces and tabs of a value that begins at `at`."""
    return tuple([Word(found[0], at.within(*found.span())) for found in _WORD.finditer(text)])


def list_items(text: str, at: Location) -> tuple[Word, ...]:
    """What stands between commas, without the space around it; empty items are left out."""
    return tuple(
        [stripped(text, start, end, at) for start, end in _stretches(text, ",") if text[start:end].strip()]
    )


def fields(text: str, at: Location, separator: str, count: int) -> tuple[Word, ...]:
    """What stands between separators, as it is, at most `count` fields; empty fields are kept."""
    found, start = [], 0
    for part in text.split(separator, count - 1):
        found.append(Word(part, at.within(start, start + len(part))))
        start += len(part) + len(separator)
    return tuple(found)


def stripped(text: str, start: int, end: int, at: Location) -> Word:
    """The characters `start` up to `end` of a value at `at`, without the space around them."""
    part = text[start:end]
    begin = start + len(part) - len(part.lstrip())
    return Word(part.strip(), at.within(begin, max(begin, start + len(part.rstrip()))))


def _stretches(text: str, separator: str) -> Iterator[tuple[int, int]]:
    start = 0
    while (end := text.find(separator, start)) >= 0:
        yield start, end
        start = end + 1
    yield start, len(text)
