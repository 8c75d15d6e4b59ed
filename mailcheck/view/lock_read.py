"""The text of `mailcheck.lock`, read strictly: what is wrong is told with its place, the rest still holds."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from datetime import date

from mailcheck.model.dns import Absent, Answer, Present, Question, Unknown, describe
from mailcheck.model.finding import Refused
from mailcheck.model.location import NOWHERE, Location, whole_line
from mailcheck.model.patterns import late
from mailcheck.model.record import Record
from mailcheck.model.text import shorten
from mailcheck.view.lock_text import ABSENT, ARROW, KEPT, UNUSABLE, Word, Wrong, is_own, words
from mailcheck.view.locked import LOCK, Fact, LockFile

VERSION = "1"
TITLE = "# mailcheck.lock"
VERIFIED = "# verified"

MAX_LINE = 600_000
"""Characters of one line: 64 KB of text, every character of it escaped, are fewer."""
MAX_WORDS = 1_000
"""Words of one line; no answer from DNS with more records is taken."""

_AGAIN = "run `mailcheck lock` to write the file anew"
_CONFLICT = late(r"(?:<{7}|>{7}|\|{7}|={7})(?: |\Z)")
_TYPE = late(r"[A-Z0-9]+(?:-[A-Z0-9]+)*\Z")


def read_lock(text: str, path: str) -> LockFile:
    """The facts of a lock, one a line.

    Codes of what is refused: `lock-version` (nothing holds), `lock-header`, `lock-conflict`,
    `lock-syntax`, `lock-limit`, `lock-date`, `lock-name`, `lock-type`, `lock-address`, `lock-duplicate`
    (neither of the two lines holds).
    """
    reader = _Reader(path)
    lines = text.split("\n")
    if not reader.knows(lines[0]):
        return LockFile(path, {}, refused=tuple(reader.refused))
    for number, line in enumerate(lines[1:], 2):
        reader.take(line, number)
    return reader.result()


class _Reader:
    """What was read so far."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._facts: dict[Question, Fact] = {}
        self._twice: set[Question] = set()
        self._verified: date | None = None
        self._verified_at = NOWHERE
        self._resolvers: tuple[str, ...] = ()
        self.refused: list[Refused] = []

    def knows(self, first: str) -> bool:
        """Whether the file says of itself that it is a lock of a version that this reader knows."""
        if first.startswith(f"{TITLE} {VERSION}:"):
            return True
        if first.startswith(TITLE):
            self._refuse(Wrong("lock-version", "this lock was written by another version of mailcheck", 1), 1)
        elif _CONFLICT.match(first):
            self._refuse(_conflict(), 1)
        else:
            message = f"a lock begins with the line `{TITLE} {VERSION}: …`"
            self._refuse(Wrong("lock-version", message, 1), 1)
        return False

    def take(self, line: str, number: int) -> None:
        try:
            if line.startswith(VERIFIED):
                self._header(line, number)
            elif _CONFLICT.match(line):
                raise _conflict()
            elif line and not line.startswith("#"):
                self._fact(line, number)
        except Wrong as wrong:
            self._refuse(wrong, number)

    def result(self) -> LockFile:
        if self._verified is None and not any(entry.code == "lock-header" for entry in self.refused):
            self._refuse(Wrong("lock-header", f"the line `{VERIFIED} DATE from RESOLVER` is missing", 1), 1)
        for question in self._twice:
            del self._facts[question]
        return LockFile(
            self._path,
            self._facts,
            self._verified,
            self._resolvers,
            self._verified_at,
            tuple(self.refused),
        )

    def _header(self, line: str, number: int) -> None:
        day, *resolvers = line.removeprefix(VERIFIED).strip().split(" ")
        verified = _date(day)
        if verified is None or resolvers[:1] not in ([], ["from"]):
            raise Wrong("lock-header", f"this line must be `{VERIFIED} YYYY-MM-DD from RESOLVER`", 1)
        if self._verified is not None:
            raise Wrong("lock-header", f"line {self._verified_at.line} says already when all was verified", 1)
        self._verified = verified
        self._verified_at = Location(self._path, number, 1, number, len(line) + 1)
        self._resolvers = tuple(resolvers[1:])

    def _fact(self, line: str, number: int) -> None:
        if len(line) > MAX_LINE:
            raise Wrong("lock-limit", f"a line of more than {MAX_LINE} characters", MAX_LINE + 1)
        found = words(line)
        _bounded(found, 3, line)
        question = Question(_owner(found[0]), _type(found[1]))
        at = 2
        kept = None
        if not found[2].quoted and found[2].text.startswith(KEPT):
            kept = _kept(found[2])
            at = 3
        answer = self._answer(question, found, at, line, number)
        if question in self._facts:
            first = self._facts[question].at.line
            self._twice.add(question)
            message = f"{shorten(describe(question))} stands on line {first} already; neither of them holds"
            raise Wrong("lock-duplicate", message, 1)
        self._facts[question] = Fact(answer, kept, Location(self._path, number, 1, number, len(line) + 1))

    def _answer(self, question: Question, found: Sequence[Word], at: int, line: str, number: int) -> Answer:
        """The chain and what it ends in, from word `at` on."""
        owner = found[0]
        names = [question.name]
        _bounded(found, at + 1, line)
        while _is(found[at], ARROW):
            _bounded(found, at + 2, line)
            if _has_no_records(found[at + 1]):
                names.append("")
                at += 1
                break
            owner = found[at + 1]
            names.append(_owner(owner))
            at += 2
            _bounded(found, at + 1, line)
        *chain, last = names
        if _has_no_records(found[at]):
            return _without_records(found[at:], tuple(chain), last if chain else "", line)
        owner_at = owner.location(self._path, number)
        records = [
            Record(last, question.type, 0, _value(word, question), word.location(self._path, number), owner_at)
            for word in found[at:]
        ]
        return Present(tuple(records), tuple(chain), source=LOCK)

    def _refuse(self, wrong: Wrong, number: int) -> None:
        at = whole_line(self._path, number)._replace(column=wrong.column, end_column=wrong.column)
        self.refused.append(Refused(wrong.code, at, wrong.message, _AGAIN))


def _conflict() -> Wrong:
    return Wrong("lock-conflict", "a merge conflict was left here", 1)


def _is(word: Word, text: str) -> bool:
    return word.text == text and not word.quoted


def _has_no_records(word: Word) -> bool:
    return word.text in (*ABSENT, UNUSABLE) and not word.quoted


def _without_records(found: Sequence[Word], chain: tuple[str, ...], target: str, line: str) -> Absent | Unknown:
    kind = found[0].text
    length = 2 if kind == UNUSABLE else 1
    _bounded(found, length, line)
    if len(found) > length:
        raise Wrong("lock-syntax", f"nothing can follow `{found[length - 1].text}`", found[length].column)
    if kind == UNUSABLE:
        return Unknown("unusable", found[1].text, chain, target)
    return Absent("nxdomain" if kind == "nxdomain" else "nodata", chain, LOCK, target)


def _bounded(found: Sequence[Word], least: int, line: str) -> None:
    if len(found) < least:
        raise Wrong("lock-syntax", "a line is NAME TYPE ANSWER, and this one ends too early", len(line) + 1)
    if len(found) > MAX_WORDS:
        raise Wrong("lock-limit", f"more than {MAX_WORDS} values in one answer", found[MAX_WORDS].column)


def _owner(word: Word) -> str:
    name = word.text
    if not name.endswith(".") or name != name.lower() or " " in name:
        raise Wrong("lock-name", f"`{shorten(name)}` is no lower-case name with its final dot", word.column)
    return name


def _type(word: Word) -> str:
    if not _TYPE.match(word.text):
        raise Wrong("lock-type", f"`{shorten(word.text)}` is no record type", word.column)
    return word.text


def _kept(word: Word) -> date:
    day = _date(word.text.removeprefix(KEPT))
    if day is None:
        raise Wrong("lock-date", f"`{shorten(word.text)}` must be {KEPT}YYYY-MM-DD", word.column)
    return day


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


_FAMILIES = {"A": (socket.AF_INET, 4), "AAAA": (socket.AF_INET6, 6)}


def _value(word: Word, question: Question) -> str:
    family = _FAMILIES.get(question.type)
    if family is not None and not _is_address(word.text, family[0]):
        raise Wrong("lock-address", f"`{shorten(word.text)}` is no IPv{family[1]} address", word.column)
    if not word.quoted and is_own(word.text):
        raise Wrong("lock-syntax", f"`{word.text}` cannot stand among values: write it in quotes", word.column)
    return word.text


def _is_address(text: str, family: socket.AddressFamily) -> bool:
    try:
        socket.inet_pton(family, text)
    except (OSError, ValueError):
        return False
    return True
