"""Edits of records as edits of their files: which characters of the file must change, and nothing else."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from mailcheck.model.finding import Edit
from mailcheck.model.patterns import late
from mailcheck.model.record import Record
from mailcheck.zonefile.recut import recut

_BREAK = late("\r\n|\r|\n")
_BYTE_ORDER_MARK = "\ufeff"
_ESCAPE = late(r"\\(?:[0-9]{3}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)|''")
"""One character as a master file writes it, or as YAML does between quotes."""

_ESCAPABLE = "\\'\""


class Patch(NamedTuple):
    """The characters `start` up to `end` of a file's text give way to `replacement`."""

    path: str
    start: int
    end: int
    replacement: str

    def clashes(self, other: Patch) -> bool:
        """Whether the two cannot be made at once: they overlap, or one inserts where the other begins or ends."""
        if self.path != other.path or self.end < other.start or other.end < self.start:
            return False
        apart = self.end == other.start or other.end == self.start
        return not (apart and self.start < self.end and other.start < other.end)


class FileText:
    """The text of a file as its octets have it: line ends, tabs and a byte order mark included."""

    def __init__(self, octets: bytes) -> None:
        self.text = octets.decode("utf-8")
        first = len(_BYTE_ORDER_MARK) if self.text.startswith(_BYTE_ORDER_MARK) else 0
        self._lines = [first, *(found.end() for found in _BREAK.finditer(self.text))]

    def offset(self, line: int, column: int) -> int:
        """Where the character of a 1-based line and column stands."""
        return self._lines[line - 1] + column - 1

    def line(self, line: int) -> str:
        """A 1-based line with its break."""
        end = self._lines[line] if line < len(self._lines) else None
        return self.text[self._lines[line - 1] : end]

    def patched(self, patches: Iterable[Patch]) -> bytes:
        """The octets of the text with the patches made, of which no two clash."""
        parts: list[str] = []
        at = 0
        for patch in sorted(patches, key=lambda patch: patch.start):
            parts += self.text[at : patch.start], patch.replacement
            at = patch.end
        return "".join((*parts, self.text[at:])).encode("utf-8")


class Taken:
    """Patches of which no two clash."""

    def __init__(self) -> None:
        self._by_path: dict[str, list[Patch]] = {}

    def take(self, patches: Sequence[Patch]) -> bool:
        """Add all of them, unless one clashes with what is there; whether they were added."""
        if any(patch.clashes(other) for patch in patches for other in self._beside(patch)):
            return False
        for patch in patches:
            insort(self._by_path.setdefault(patch.path, []), patch)
        return True

    def _beside(self, patch: Patch) -> Iterable[Patch]:
        """The nearest patches on both sides: any other is farther away."""
        there = self._by_path.get(patch.path, [])
        at = bisect_left(there, patch)
        return there[max(0, at - 1) : at + 1]


def patches_of(edit: Edit, file: FileText) -> tuple[Patch, ...] | None:
    """What must change in the file for the edit; None where its text is not that of the record.

    Only what differs is written anew. A stretch that lies in several strings is taken out of each, and what
    replaces it goes into the first.
    """
    if edit.recut:
        return _recut(edit, file)
    if edit.owner:
        return _renamed(edit, file)
    places = _Places(edit.record, file)
    if edit.dot:
        span = places.stretch(edit.start - 1, edit.start - 1)
        return None if span is None else (Patch(edit.record.at.path, *span, "."),)
    patches = []
    for start, end, replacement in _differences(edit):
        edges = [start, *(cut for cut in edit.record.cuts if start < cut < end), end]
        for first, last in pairwise(edges):
            try:
                span = places.stretch(first, last)
            except IndexError:
                return None
            if span is None:
                return None
            patches.append(Patch(edit.record.at.path, *span, replacement if first == start else ""))
    return tuple(patches)


def _recut(edit: Edit, file: FileText) -> tuple[Patch, ...] | None:
    line, column = edit.record.at.position(edit.start)
    found = recut(file.line(line), column)
    if found is None:
        return None
    start, end = (file.offset(line, edge) for edge in (found.column, found.end_column))
    return (Patch(edit.record.at.path, start, end, found.strings),)


def _renamed(edit: Edit, file: FileText) -> tuple[Patch, ...] | None:
    at = edit.record.owner_at
    if at.path != edit.record.at.path or at.line != at.end_line:
        return None
    start, end = (file.offset(at.line, column) for column in (at.column, at.end_column))
    if edit.dot:
        return (Patch(at.path, end, end, "."),)
    kept = max(start, end - len(edit.record.name) + len(edit.owner))
    empty = "" if kept > start or file.text[start - 1 : start] in ("'", '"') else "''"
    return (Patch(at.path, kept, end, empty),)


def edited(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """A record's text after edits `(start, end, replacement)` of which no two overlap."""
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def _differences(edit: Edit) -> Iterator[tuple[int, int, str]]:
    """The same edit without what stays as it is: `(start, end, replacement)` for each stretch that does not."""
    record, start, end, replacement, *_ = edit
    old = record.text[start:end]
    if len(old) == len(replacement):
        changed = [at for at in range(len(old)) if old[at] != replacement[at]]
        yield from ((start + at, start + at + 1, replacement[at]) for at in changed)
        return
    alike = _alike(old, replacement)
    old, replacement = old[alike:], replacement[alike:]
    behind = _alike(old[::-1], replacement[::-1])
    yield start + alike, end - behind, replacement[: len(replacement) - behind]


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs: Iterator[tuple[str, str]] = zip(one, other, strict=False)
    return next((at for at, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))


class _Places:
    """Where in its file each character of a record's text begins and ends."""

    def __init__(self, record: Record, file: FileText) -> None:
        self._record = record
        self._file = file
        self._cuts = frozenset(record.cuts)

    def stretch(self, start: int, end: int) -> tuple[int, int] | None:
        """What stands for the text's characters `start` up to `end`; for none, the place behind `start - 1`."""
        last = self._end(end - 1) if end else self._offset(0)
        first = last if start == end else self._start(start)
        return None if first is None or last is None or last < first else (first, last)

    def _offset(self, at: int) -> int:
        return self._file.offset(*self._record.at.position(at))

    def _start(self, at: int) -> int:
        """Where the character begins; backslashes before it that are no character of their own belong to it."""
        offset = self._offset(at)
        if at and at not in self._cuts:
            before = self._end(at - 1)
            if before is not None and set(self._file.text[before:offset]) == {"\\"}:
                return before
        return offset

    def _end(self, at: int) -> int | None:
        """Where the character ends; None where that cannot be told."""
        offset = self._offset(at)
        char = self._file.text[offset]
        if char == self._record.text[at] and char not in _ESCAPABLE:
            return offset + 1
        following = at + 1
        if following < len(self._record.text) and following not in self._cuts:
            return self._offset(following)
        escape = _ESCAPE.match(self._file.text, offset)
        return escape.end() if escape else None
