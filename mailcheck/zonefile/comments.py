"""Inline suppressions: `mailcheck: ignore[rule, glob*] reason until 2027-03-01` in a comment of a zone file.

It holds for the line it ends, or, alone on its line, for the next line that is not a comment; and from
there for the whole of what begins on that line, else for the innermost thing around it. Such things
are, in a master file, the records; in octoDNS YAML the entry of a name, one record of its list, and one
value of `values`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from mailcheck.model.location import Location
from mailcheck.model.patterns import late
from mailcheck.model.zone import Suppression
from mailcheck.zonefile.lines import Lines
from mailcheck.zonefile.source import Source

MARK = "mailcheck:"

_MARKED = {
    "octodns": late(r"#[ \t]*mailcheck:[ \t]*([^\n]*)"),
    "master": late(r";[ \t]*mailcheck:[ \t]*([^\n]*)"),
}
_IGNORE = late(r"ignore[ \t]*\[([^\]]*+)\][ \t]*(.*)")
_UNTIL = late(r"(?:^|[ \t])until[ \t]+(\S*[0-9]\S*)$")
_MASTER_BEFORE_COMMENT = late(r'(?:[^";\\\n]|\\[^\n]|"(?:[^"\\\n]|\\[^\n])*+"?)*+')


def suppressions(sources: Sequence[Source], kind: Literal["octodns", "master"]) -> tuple[Suppression, ...]:
    """All suppressions of a zone's files, in their order; malformed ones come without a reason."""
    return tuple(
        suppression for source in sources if MARK in source.text for suppression in _of_source(source, kind)
    )


def _of_source(source: Source, kind: Literal["octodns", "master"]) -> Iterator[Suppression]:
    text = source.text
    marks = list(_MARKED[kind].finditer(text))
    if kind == "master":
        marks = [mark for mark in marks if _in_master_comment(text, mark.start())]
        things = list(_master_records(text)) if marks else []
    else:
        from mailcheck.zonefile.yaml_things import yaml_things

        things, strings = yaml_things(text)
        marks = [mark for mark in marks if not _in_string(strings, mark.start())]
    if not marks:
        return
    layout = _Layout(text, things, "#" if kind == "octodns" else ";")
    for mark in marks:
        line, column = layout.position(mark.start())
        rules, reason, end = _read(mark[1].rstrip())
        until = _date(end)
        held = layout.held(line, alone=not text[mark.start() - column + 1 : mark.start()].strip())
        at = Location(source.path, line, column, line, column + len(mark[0].rstrip()))
        first, last = min(line, held.first), max(line, held.last)
        yield Suppression(at, rules, reason, until, first, last, "" if until else end)


def _read(text: str) -> tuple[tuple[str, ...], str, str]:
    """Rules, reason and end of a suppression; what is left out is empty, and so is all of a malformed one."""
    ignore = _IGNORE.fullmatch(text)
    if ignore is None:
        return (), "", ""
    rules = tuple(rule for part in ignore[1].split(",") if (rule := part.strip()))
    reason = ignore[2].strip()
    until = _UNTIL.search(reason)
    return (rules, reason, "") if until is None else (rules, reason[: until.start()].strip(), until[1])


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class _Layout:
    """Which thing of a file a comment on a given line is about."""

    def __init__(self, text: str, things: Sequence[Lines], marker: str) -> None:
        lines = text.split("\n")
        self._starts = [0]
        for line in lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._below: list[int] = [0] * (len(lines) + 2)
        for number in range(len(lines), 0, -1):
            line = lines[number - 1].strip()
            self._below[number] = number if line and not line.startswith(marker) else self._below[number + 1]
        self._beginning: dict[int, Lines] = {}
        self._around: dict[int, Lines] = {}
        for thing in sorted(things, key=lambda thing: thing.depth):
            self._beginning.setdefault(thing.first, thing)
            self._around.update(dict.fromkeys(range(thing.first, thing.last + 1), thing))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def held(self, line: int, *, alone: bool) -> Lines:
        """What a comment on `line` is about; the line itself where that is nothing."""
        target = self._below[line] if alone else line
        own = Lines(line, line)
        return self._beginning.get(target) or self._around.get(target, own)


def _in_master_comment(text: str, at: int) -> bool:
    before = _MASTER_BEFORE_COMMENT.match(text, text.rfind("\n", 0, at) + 1)
    return before is not None and before.end() <= at


def _master_records(text: str) -> Iterator[Lines]:
    from mailcheck.grammar.master_file import EntryScanner

    scanner = EntryScanner(text)
    at, line = 0, 1
    while at < len(text):
        entry, at, below = scanner.read(at, line)
        if entry.fields:
            yield Lines(line, max(line, below - 1))
        line = below


def _in_string(strings: Sequence[tuple[int, int]], at: int) -> bool:
    index = bisect_left(strings, (at + 1, 0)) - 1
    return index >= 0 and at < strings[index][1]
