"""aliases(5): local names and where their mail goes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from mailcheck.grammar.config_lines import FileProblem, Word
from mailcheck.grammar.continued_lines import LogicalLine, logical_lines
from mailcheck.grammar.placed_text import Places
from mailcheck.model.text import shorten

_NAME = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*+)"|([^":\s]+))\s*:(?!include:)')
_DESTINATION = re.compile(r'(?:[^",\\]|\\.|"(?:[^"\\]|\\.)*+(?:"|\Z)|\\\Z)+')
_INCLUDE = re.compile(r":include:\s*", re.IGNORECASE)

DestinationKind = Literal["address", "file", "command", "include"]


class Destination(NamedTuple):
    """Where mail goes: `target` is the address, or the path of the file, or the command, without its quotes."""

    kind: DestinationKind
    target: Word


class Alias(NamedTuple):
    """One alias. Local names do not tell upper from lower case: `key` is the name in lower case."""

    name: Word
    destinations: tuple[Destination, ...]

    @property
    def key(self) -> str:
        return self.name.text.lower()


class Aliases(NamedTuple):
    """The aliases in the file's order (of several with one name the database keeps one), problems `syntax`."""

    path: str
    aliases: tuple[Alias, ...]
    problems: tuple[FileProblem, ...]

    def named(self, name: str) -> Alias | None:
        """The first alias of that local part."""
        return next((found for found in self.aliases if found.key == name.lower()), None)


@lru_cache(maxsize=8)  # several rules look into the same file
def parse_aliases(text: str, path: str) -> Aliases:
    """Read the file; linear in the text, never raises."""
    places = Places(path, text)
    aliases: list[Alias] = []
    problems: list[FileProblem] = []
    for line in logical_lines(text):
        found = _NAME.match(line.text)
        if found is None:
            word = line.part(0, len(line.text), places)
            problems.append(FileProblem("syntax", f"`{shorten(word.text)}` is no `name: value`", word.at))
            continue
        name = line.part(*found.span(1 if found[1] is not None else 2), places)
        aliases.append(Alias(name, tuple(_destinations(line, found.end(), places))))
    return Aliases(path, tuple(aliases), tuple(problems))


def _destinations(line: LogicalLine, start: int, places: Places) -> Iterator[Destination]:
    for found in _DESTINATION.finditer(line.text, start):
        word = line.part(*found.span(), places)
        begin, end = found.span()
        if word.text[:1] == '"' == word.text[-1:] and len(word.text) > 1:
            begin = line.text.index('"', begin) + 1
            end = line.text.rindex('"', begin, end)
            word = line.part(begin, end, places)
        if not word.text:
            continue
        begin = line.text.index(word.text, begin)
        if include := _INCLUDE.match(word.text):
            yield Destination("include", line.part(begin + include.end(), end, places))
        elif word.text[0] == "|":
            yield Destination("command", line.part(begin + 1, end, places))
        else:
            yield Destination("file" if word.text[0] == "/" else "address", word)
