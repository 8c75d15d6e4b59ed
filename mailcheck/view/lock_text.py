"""The words of a line of `mailcheck.lock`, and the way from a quoted word back to its place.

A word stands bare where it is printable ASCII without space, quote and backslash, and could not be
taken for one of the file's own words. Any other is written in double quotes: `\\"`, `\\\\`, an octet as
`\\DDD` (RFC 1035 section 5.1), a character over 255 as `\\{hexadecimal}`. So every fact keeps one line.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mailcheck.model.location import Location, Piece
from mailcheck.model.patterns import late

ARROW = "->"
ABSENT = ("nodata", "nxdomain")
UNUSABLE = "unusable"
KEPT = "kept:"

_BARE = late(r"[!#-\[\]-~]+\Z")
_SPECIAL = late(r"[^ !#-\[\]-~]")
_WORD = late(r'"((?:[^"\\]++|\\.)*+)"(?= |\Z)|([!#-\[\]-~]++)(?= |\Z)')
_ESCAPE = late(r'\\(?:([0-9]{3})|\{([0-9a-f]{1,6})\}|(["\\])|)')


class Wrong(Exception):  # noqa: N818 - becomes a Refused and never leaves the reader
    """What is wrong at one column (1-based) of a line."""

    def __init__(self, code: str, message: str, column: int) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.column = column


class Word(NamedTuple):
    """A word's meaning; `column` (1-based) and `end` of it as written; `pieces` as in Location."""

    text: str
    quoted: bool
    column: int
    end: int
    pieces: tuple[tuple[int, int], ...] = ()

    def location(self, path: str, line: int) -> Location:
        """The place of what the word means, so that `within` leads to its single characters."""
        pieces = tuple(Piece(offset, line, column) for offset, column in self.pieces)
        inside = 1 if self.quoted else 0
        return Location(path, line, self.column + inside, line, self.end - inside, pieces)


def is_own(text: str) -> bool:
    """Whether a bare word is one of the file's own."""
    return text in (ARROW, UNUSABLE, *ABSENT) or text.startswith(KEPT)


def written(text: str) -> str:
    """`text` as one word."""
    if _BARE.match(text) and not is_own(text) and not text.startswith("#"):
        return text
    return '"' + _SPECIAL.sub(_escaped, text) + '"'


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    if character in '"\\':
        return "\\" + character
    code = ord(character)
    return f"\\{code:03d}" if code <= 0xFF else f"\\{{{code:x}}}"


def words(line: str) -> list[Word]:
    """The words of one line, a single space between them. Raises Wrong."""
    found = []
    at = 0
    while True:
        match = _WORD.match(line, at)
        if match is None:
            raise Wrong("lock-syntax", _what_is_wrong(line, at), at + 1)
        if match[1] is None:
            found.append(Word(match[2], False, at + 1, match.end() + 1))
        else:
            text, pieces = _unescaped(match[1], at + 2)
            found.append(Word(text, True, at + 1, match.end() + 1, pieces))
        at = match.end()
        if at == len(line):
            return found
        at += 1


def _what_is_wrong(line: str, at: int) -> str:
    rest = line[at : at + 1]
    if rest == '"':
        return "this quoted word has no end"
    if rest in ("", " "):
        return "a single space stands between two words, and none at the end of a line"
    return "a word with a quote, a backslash or what is not printable ASCII stands in double quotes"


def _unescaped(body: str, column: int) -> tuple[str, tuple[tuple[int, int], ...]]:
    """What a quoted word means, and at which of its offsets the columns jump."""
    if "\\" not in body:
        if stray := _SPECIAL.search(body):
            raise Wrong("lock-syntax", _STRAY, column + stray.start())
        return body, ()
    parts: list[str] = []
    pieces = [(0, column)]
    length = at = 0
    for escape in _ESCAPE.finditer(body):
        plain = body[at : escape.start()]
        if stray := _SPECIAL.search(plain):
            raise Wrong("lock-syntax", _STRAY, column + at + stray.start())
        parts += plain, _character(escape, column)
        length += len(plain) + 1
        at = escape.end()
        pieces.append((length, column + at))
    if stray := _SPECIAL.search(body, at):
        raise Wrong("lock-syntax", _STRAY, column + stray.start())
    return "".join([*parts, body[at:]]), tuple(pieces)


_STRAY = "in a quoted word, what is not printable ASCII is written as \\DDD or \\{hexadecimal}"


def _character(escape: re.Match[str], column: int) -> str:
    octet, code, plain = escape.groups()
    if plain:
        return str(plain)
    value = int(octet) if octet else int(code, 16) if code else -1
    if (octet and value <= 0xFF) or (code and value <= 0x10FFFF):
        return chr(value)
    raise Wrong("lock-syntax", f"`{escape[0]}` stands for no character", column + escape.start())
