"""systemd units: the settings of a unit and of the files that change it, and the words of a command line.

systemd.unit(5), systemd.service(5), systemd.exec(5), systemd.syntax(7).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mailcheck.grammar.config_lines import Word
from mailcheck.grammar.placed_text import Places
from mailcheck.model.location import Location

_SECTION = re.compile(r"\[([^\[\]]+)\]")
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\$")
_BARE_REFERENCE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_ESCAPES = {"n": "\n", "t": "\t", "s": " ", "\\": "\\", '"': '"', "'": "'"}


class UnitEntry(NamedTuple):
    """One setting `KEY=VALUE` of a section; continued lines are joined by a space."""

    section: str
    key: str
    value: str
    at: Location


class CommandWord(NamedTuple):
    """A word of a command line; `value` is None where it holds something that only systemd knows."""

    value: str | None
    at: Location


def parse_unit(text: str, path: str) -> tuple[UnitEntry, ...]:
    """The settings of one file in its order; linear in the text, never raises. What is no setting is left out."""
    return tuple(_entries(text, path))


def settings(entries: Iterable[UnitEntry], section: str, key: str) -> tuple[UnitEntry, ...]:
    """What holds of a list setting when all files are read: an empty value takes back the earlier ones."""
    found: list[UnitEntry] = []
    for entry in entries:
        if entry.section == section and entry.key == key:
            if entry.value:
                found.append(entry)
            else:
                found.clear()
    return tuple(found)


def command_line(entry: UnitEntry, environment: Mapping[str, str | None]) -> tuple[CommandWord, ...]:
    """The words of an `ExecStart`, the program first and without its prefixes, variables put in."""
    line = tuple(_words(entry))
    if line:
        program = line[0].text.lstrip("@-:+!|")
        line = (Word(program, line[0].at), *line[1:])
    return tuple([found for word in line for found in _expanded(word, environment)])


def environment_of(entries: Iterable[UnitEntry]) -> dict[str, str | None]:
    """The variables that `Environment=` sets."""
    found: dict[str, str | None] = {}
    for entry in settings(entries, "Service", "Environment"):
        for word in _words(entry):
            name, equals, value = word.text.partition("=")
            if equals:
                found[name] = None if _has_specifier(value) else value
    return found


def _entries(text: str, path: str) -> Iterator[UnitEntry]:
    places = Places(path, text)
    section = ""
    for value, offsets in _logical_lines(text):
        stripped = value.strip()
        if found := _SECTION.fullmatch(stripped):
            section = found[1]
            continue
        key, equals, _ = value.partition("=")
        if not equals or not section:
            continue
        start = len(key) + 1
        start += len(value[start:]) - len(value[start:].lstrip())
        end = max(start, len(value.rstrip()))
        kept = offsets[start:end]
        first = kept[0] if kept else offsets[len(key)]
        at = places.value(kept, first, (kept[-1] if kept else first) + 1)
        yield UnitEntry(section, key.strip(), value[start:end], at)


def _logical_lines(text: str) -> Iterator[tuple[str, list[int]]]:
    """Joined lines and the offset of each character; a comment inside a continuation is skipped."""
    joined: list[str] = []
    offsets: list[int] = []
    at = 0
    for raw in text.split("\n"):
        line = raw.removesuffix("\r")
        is_comment = line.lstrip(" \t").startswith(("#", ";"))
        if not is_comment:
            continued = line.endswith("\\")
            kept = line[:-1] + " " if continued else line
            joined.append(kept)
            offsets += range(at, at + len(kept))
            if not continued:
                yield "".join(joined), offsets
                joined, offsets = [], []
        at += len(raw) + 1
    if joined:
        yield "".join(joined), offsets


def _words(entry: UnitEntry) -> Iterator[Word]:
    value = entry.value
    at = 0
    while at < len(value):
        if value[at].isspace():
            at += 1
            continue
        start = at
        text, at = _word(value, at)
        yield Word(text, entry.at.within(start, at))


def _word(value: str, at: int) -> tuple[str, int]:
    characters: list[str] = []
    quote = ""
    while at < len(value):
        character = value[at]
        if character == "\\" and at + 1 < len(value):
            characters.append(_ESCAPES.get(value[at + 1], "\\" + value[at + 1]))
            at += 2
            continue
        if quote:
            if character == quote:
                quote = ""
            else:
                characters.append(character)
        elif character in "'\"":
            quote = character
        elif character.isspace():
            break
        else:
            characters.append(character)
        at += 1
    return "".join(characters), at


def _expanded(word: Word, environment: Mapping[str, str | None]) -> list[CommandWord]:
    if bare := _BARE_REFERENCE.fullmatch(word.text):
        value = environment.get(bare[1], "")
        if value is None:
            return [CommandWord(None, word.at)]
        return [CommandWord(part, word.at) for part in value.split()]
    if _has_specifier(word.text):
        return [CommandWord(None, word.at)]
    names = [found[1] for found in _REFERENCE.finditer(word.text) if found[1]]
    if any([environment.get(name, "") is None for name in names]):
        return [CommandWord(None, word.at)]
    replaced = _REFERENCE.sub(lambda found: (environment.get(found[1]) or "") if found[1] else "$", word.text)
    return [CommandWord(replaced.replace("%%", "%"), word.at)]


def _has_specifier(text: str) -> bool:
    return "%" in text.replace("%%", "")
