"""The text of `mailcheck.lock`, read strictly: what is wrong is told with its place, the rest still holds."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from datetime import date

from mailcheck.model.dns import Absent, Present, Question, describe
from mailcheck.model.finding import Refused
from mailcheck.model.location import NOWHERE, Location, whole_line
from mailcheck.model.record import Record
from mailcheck.model.text import shorten
from mailcheck.view.lock_text import ABSENT, ARROW, KEPT, Word, Wrong, words
from mailcheck.view.locked import LOCK, Fact, LockFile

VERSION = "1"
TITLE = "# mailcheck.lock"
VERIFIED = "# verified"

_AGAIN = "run `mailcheck lock` to write the file anew"
_CONFLICT = re.compile(r"(?:<{7}|>{7}|\|{7}|={7})(?: |\Z)")
_TYPE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*\Z")


def read_lock(text: str, path: str) -> LockFile:
    """The facts of a lock, one a line.

    Codes of what is refused: `lock-version` (nothing holds), `lock-header`, `lock-conflict`,
    `lock-syntax`, `lock-date`, `lock-name`, `lock-type`, `lock-address`, `lock-duplicate` (neither of
    the two lines holds).
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
        name, rtype, *rest = _at_least(words(line), 3, line)
        question = Question(_owner(name), _type(rtype))
        kept = None
        if not rest[0].quoted and rest[0].text.startswith(KEPT):
            kept = _kept(rest[0])
            rest = _at_least(rest, 2, line)[1:]
        answer = self._answer(question, name, rest, line, number)
        if question in self._facts:
            first = self._facts[question].at.line
            self._twice.add(question)
            message = f"{shorten(describe(question))} stands on line {first} already; neither of them holds"
            raise Wrong("lock-duplicate", message, 1)
        self._facts[question] = Fact(answer, kept, Location(self._path, number, 1, number, len(line) + 1))

    def _answer(
        self, question: Question, owner: Word, rest: list[Word], line: str, number: int
    ) -> Present | Absent:
        names = [question.name]
        while _is(rest[0], ARROW):
            rest = _at_least(rest, 2, line)[1:]
            if rest[0].text in ABSENT and not rest[0].quoted:
                names.append("")
                break
            owner = rest[0]
            names.append(_owner(owner))
            rest = _at_least(rest, 2, line)[1:]
        *chain, last = names
        if rest[0].text in ABSENT and not rest[0].quoted:
            if len(rest) > 1:
                raise Wrong("lock-syntax", f"nothing can follow `{rest[0].text}`", rest[1].column)
            return Absent("nxdomain" if rest[0].text == "nxdomain" else "nodata", tuple(chain), source=LOCK)
        owner_at = owner.location(self._path, number)
        records = tuple(
            Record(last, question.type, 0, _value(word, question), word.location(self._path, number), owner_at)
            for word in rest
        )
        return Present(records, tuple(chain), source=LOCK)

    def _refuse(self, wrong: Wrong, number: int) -> None:
        at = whole_line(self._path, number)._replace(column=wrong.column, end_column=wrong.column)
        self.refused.append(Refused(wrong.code, at, wrong.message, _AGAIN))


def _conflict() -> Wrong:
    return Wrong("lock-conflict", "a merge conflict was left here", 1)


def _is(word: Word, text: str) -> bool:
    return word.text == text and not word.quoted


def _at_least(found: Sequence[Word], count: int, line: str) -> list[Word]:
    if len(found) < count:
        raise Wrong("lock-syntax", "a line is NAME TYPE ANSWER, and this one ends too early", len(line) + 1)
    return list(found)


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


_VERSIONS = {"A": 4, "AAAA": 6}


def _value(word: Word, question: Question) -> str:
    version = _VERSIONS.get(question.type)
    if version is not None and not _is_address(word.text, version):
        raise Wrong("lock-address", f"`{shorten(word.text)}` is no IPv{version} address", word.column)
    if _is(word, ARROW) or (not word.quoted and (word.text in ABSENT or word.text.startswith(KEPT))):
        raise Wrong("lock-syntax", f"`{word.text}` cannot stand among values: write it in quotes", word.column)
    return word.text


def _is_address(text: str, version: int) -> bool:
    try:
        return ipaddress.ip_address(text).version == version and "%" not in text
    except ValueError:
        return False
