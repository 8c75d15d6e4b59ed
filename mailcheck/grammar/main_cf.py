"""main.cf: text to entries in file order (postconf(5)); never raises, linear in the text."""

from __future__ import annotations

from typing import NamedTuple

from mailcheck.grammar.postfix_lines import SPACE, LogicalLine, Problem, logical_lines, template_problem
from mailcheck.model.location import Location
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

_ASSIGNMENT = late(r"[ \t]+([A-Za-z0-9_.-]+)[ \t]*=(?!=)")


class Swallowed(NamedTuple):
    """An indented line that reads `name = …` and so is part of the entry before it; `at` is the name's place."""

    name: str
    at: Location


class Entry(NamedTuple):
    """`name = value`; the value as it stands, continuation lines joined, not expanded."""

    name: str
    name_at: Location
    value: str
    value_at: Location
    swallowed: tuple[Swallowed, ...] = ()


class MainCf(NamedTuple):
    """Every entry in file order; of the same name the last one counts.

    Kinds of problems: `template` (then there are no entries), `no-equals`, `no-name`, `nothing-before`, `nul`.
    """

    path: str
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_template(self) -> bool:
        return any([problem.kind == "template" for problem in self.problems])

    def entry(self, name: str) -> Entry | None:
        """The entry that counts."""
        return next((entry for entry in reversed(self.entries) if entry.name == name), None)


def parse_main_cf(path: str, text: str) -> MainCf:
    """Read main.cf; `path` is what the locations name."""
    if template := template_problem(path, text):
        return MainCf(path, (), (template,))
    entries: list[Entry] = []
    problems: list[Problem] = []
    for line in logical_lines(path, text):
        _read_line(line, entries, problems)
    return MainCf(path, tuple(entries), tuple(problems))


def _read_line(line: LogicalLine, entries: list[Entry], problems: list[Problem]) -> None:
    text = line.text
    nul = text.find("\0")
    if nul >= 0:
        message = "a NUL character ends the value here, what follows on the line is lost"
        problems.append(Problem("nul", message, "remove the character", line.at(nul, nul + 1)))
        text = text[:nul]
    if text[:1] in SPACE:
        message = "the line is indented, but there is no line before it to continue, so Postfix ignores it"
        advice = "begin the line in the first column"
        problems.append(Problem("nothing-before", message, advice, line.at(0, len(text.rstrip(SPACE)))))
        return
    name, equals, _ = text.partition("=")
    name_end = len(name.rstrip(SPACE))
    name = name[:name_end]
    whole = line.at(0, len(text.rstrip(SPACE)))
    if not equals or any([letter in name for letter in SPACE]):
        message = f"`{shorten(text.strip(SPACE))}` has no `=` after its name, so Postfix does not start"
        problems.append(Problem("no-equals", message, "write `name = value`", whole))
        return
    if not name:
        message = "no name stands before `=`, so Postfix does not start"
        problems.append(Problem("no-name", message, "write `name = value`", whole))
        return
    equals_at = text.index("=") + 1
    value = text[equals_at:].strip(SPACE)
    start = text.index(value[0], equals_at) if value else min(equals_at + 1, len(text))
    entries.append(
        Entry(name, line.at(0, name_end), value, line.at(start, start + len(value)), _swallowed(line, len(text)))
    )


def _swallowed(line: LogicalLine, end: int) -> tuple[Swallowed, ...]:
    found: list[Swallowed] = []
    for piece in line.pieces[1:]:
        if piece.offset >= end:
            break
        if match := _ASSIGNMENT.match(line.text, piece.offset):
            found.append(Swallowed(match[1], line.at(match.start(1), match.end(1))))
    return tuple(found)
