"""Files of shell assignments such as /etc/default/NAME: parsed, never run (POSIX.1-2017 Shell Command Language).

What only a running shell could tell (`$(...)`, branches, unknown variables) is not determined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mailcheck.grammar.config_lines import FileProblem
from mailcheck.grammar.placed_text import Places
from mailcheck.model.location import Location

LONGEST_VALUE = 65_536
"""Characters of a value; what grows beyond by expansion is not determined."""
MOST_EXPANDED = 1_000_000
"""Characters that the variables of a file stand for together; beyond, they are not determined."""

_PLAIN = re.compile(r"[^ \t\n\\'\"$`;&|<>()]+")
_IN_DOUBLE = re.compile(r"[^\\\"$`]+")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\+?=)")
_VARIABLE = re.compile(r"\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})")
_SPACE = re.compile(r"(?:[ \t]|\\\n)+")
_REST_OF_LINE = re.compile(r"[^\n]*")
_OPENING = frozenset({"if", "case", "for", "while", "until", "{"})
_CLOSING = frozenset({"fi", "esac", "done", "}"})
_CHANGES_ANYTHING = frozenset({".", "source", "eval", "unset", "read"})


class Assignment(NamedTuple):
    """`value` is None where it is not determined; `why` says what it depends on."""

    name: str
    value: str | None
    name_at: Location
    at: Location
    why: str = ""


class ShellAssignments(NamedTuple):
    """The assignments in the file's order, and problems of kind `command` and `quote`.

    Not `complete` where a command of the file may set variables that are not told here.
    """

    path: str
    assignments: tuple[Assignment, ...]
    problems: tuple[FileProblem, ...]
    complete: bool = True

    def last(self, name: str) -> Assignment | None:
        """The assignment that holds in the end."""
        return next((found for found in reversed(self.assignments) if found.name == name), None)


def parse_shell_assignments(text: str, path: str, given: Mapping[str, str] | None = None) -> ShellAssignments:
    """Read the file; linear in the text, never raises. `given` are variables set before the file is read."""
    reader = _Reader(text, path, dict(given or {}))
    reader.read()
    return ShellAssignments(path, tuple(reader.assignments), tuple(reader.problems), reader.complete)


class _Word(NamedTuple):
    value: str
    offsets: list[int]
    start: int
    end: int
    why: str


class _Reader:
    def __init__(self, text: str, path: str, known: dict[str, str | None]) -> None:
        self.assignments: list[Assignment] = []
        self.problems: list[FileProblem] = []
        self.complete = True
        self._text = text
        self._known = known
        self._places = Places(path, text)
        self._depth = 0
        self._open_until = 0
        self._left = MOST_EXPANDED
        self._at = 0

    def read(self) -> None:
        while self._at < len(self._text):
            self._statement()
        for number in range(self._open_until):
            self.assignments[number] = self.assignments[number]._replace(value=None, why="a command may change it")

    def _statement(self) -> None:
        start = self._at
        found: list[Assignment] = []
        command = ""
        exported = False
        while (character := self._next_character()) not in {"", "\n", ";"}:
            if character == "#":
                self._at = _match(_REST_OF_LINE, self._text, self._at).end()
            elif character in "&|<>()":
                command = command or character
                self._at += 1
            elif assigned := _ASSIGNMENT.match(self._text, self._at):
                found.append(self._assignment(assigned))
            else:
                word = self._word().value
                exported = exported or (word == "export" and not found and not command)
                command = command or ("" if exported else word or "''")
        end = self._at
        self._at += 1
        if not command:
            self.assignments += found
        else:
            self._command(command, found, start, end)

    def _command(self, command: str, found: list[Assignment], start: int, end: int) -> None:
        """A command may change every variable that stands in it, and what is set inside a branch may not be."""
        self._depth = max(0, self._depth + (command in _OPENING) - (command in _CLOSING))
        if command in {"then", "else", "do", "{", "&", "|", "(", ")"} or self._depth:
            for assigned in found:
                self._known[assigned.name] = None
                self.assignments.append(assigned._replace(value=None, why="it is set by a command"))
        if command in _CHANGES_ANYTHING:
            self.complete = False
            self._open_until = len(self.assignments)
            self._known = {}
        place = self._places.stretch(start + len(self._text[start:end]) - len(self._text[start:end].lstrip()), end)
        self.problems.append(FileProblem("command", "a command stands among the assignments", place))

    def _assignment(self, assigned: re.Match[str]) -> Assignment:
        name = assigned[1]
        self._at = assigned.end()
        word = self._word()
        why = word.why
        if assigned[2] == "+=":
            why = why or "`+=` is not known to every shell"
        elif self._depth:
            why = why or "it is set inside a branch"
        self._known[name] = None if why else word.value
        at = self._places.value(word.offsets, word.start, word.end)
        name_at = self._places.stretch(*assigned.span(1))
        return Assignment(name, self._known[name], name_at, at, why)

    def _next_character(self) -> str:
        if space := _SPACE.match(self._text, self._at):
            self._at = space.end()
        return self._text[self._at : self._at + 1]

    def _word(self) -> _Word:
        start = self._at
        characters: list[str] = []
        offsets: list[int] = []
        why = ""
        length = 0
        for part, at, reason in self._parts():
            why = why or reason
            length += len(part)
            if length > LONGEST_VALUE:
                why = why or "it grows too long"
            elif at < 0:
                characters.append(part)
                offsets += [~at] * len(part)
            else:
                characters.append(part)
                offsets += range(at, at + len(part))
        value = "".join(characters)
        if value.startswith("~") and self._text[start] == "~":
            why = why or "it begins with a home folder"
        return _Word(value, offsets, start, self._at, why)

    def _parts(self, quoted: bool = False) -> Iterator[tuple[str, int, str]]:
        """Text, its offset (the complement of the offset of the `$` where it was expanded), why it is unknown."""
        text = self._text
        run = _IN_DOUBLE if quoted else _PLAIN
        while self._at < len(text):
            at = self._at
            character = text[at]
            if plain := run.match(text, at):
                self._at = plain.end()
                yield plain[0], at, ""
            elif character == "\\":
                yield from self._escaped(quoted)
            elif character in "$`":
                yield self._expansion()
            elif character == '"':
                self._at += 1
                if quoted:
                    return
                yield from self._parts(quoted=True)
            elif character == "'":
                yield self._single()
            else:
                return
        if quoted:
            yield "", len(text), self._unclosed()

    def _escaped(self, quoted: bool) -> Iterator[tuple[str, int, str]]:
        following = self._text[self._at + 1 : self._at + 2]
        at = self._at
        self._at += 1 + len(following)
        if following == "\n":
            return
        if quoted and following not in {"$", "`", '"', "\\"}:
            yield "\\" + following, at, ""
        else:
            yield following or "\\", at + len(following), ""

    def _expansion(self) -> tuple[str, int, str]:
        at = self._at
        if found := _VARIABLE.match(self._text, at):
            self._at = found.end()
            name = found[1] or found[2]
            value = self._known.get(name)
            if value is None:
                return "", ~at, f"`${name}` is not known"
            self._left -= len(value)
            return (value, ~at, "") if self._left >= 0 else ("", ~at, "the file grows too long")
        if self._text[at] == "$" and not re.compile(r"[({@*#?$!0-9-]").match(self._text, at + 1):
            self._at += 1
            return "$", at, ""
        self._at = self._end_of_expansion()
        return "", at, "only a running shell knows it"

    def _end_of_expansion(self) -> int:
        """Past a substitution whose result nobody needs: its brackets are counted, up to the end of the line."""
        text, at = self._text, self._at
        if text[at] == "`":
            end = text.find("`", at + 1)
            return len(text) if end < 0 else end + 1
        opening = text[at + 1]
        if opening not in "({":
            return at + 2
        depth = 0
        for found in re.compile(r"[(){}\n]").finditer(text, at + 1):
            depth += (found[0] in "({") - (found[0] in ")}")
            if depth == 0 and found[0] != "\n":
                return found.end()
        return len(text)

    def _single(self) -> tuple[str, int, str]:
        start = self._at + 1
        end = self._text.find("'", start)
        if end < 0:
            self._at = len(self._text)
            return self._text[start:], start, self._unclosed()
        self._at = end + 1
        return self._text[start:end], start, ""

    def _unclosed(self) -> str:
        end = len(self._text)
        at = self._places.stretch(max(0, end - 1), end)
        self.problems.append(FileProblem("quote", "a quote is not closed", at))
        return "a quote is not closed"


def _match(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str]:
    found = pattern.match(text, at)
    assert found is not None
    return found
