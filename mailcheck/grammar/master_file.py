"""Master files, text to entries: fields with places, quotes, parentheses, comments (RFC 1035 section 5.1)."""

from __future__ import annotations

import re
from typing import NamedTuple

from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

MAX_FIELDS = 70_000
"""More than any RDATA of 65,535 octets can be made of."""

MAX_OPEN = 1_000
"""Parentheses open at once; files in use have one."""

_TOKEN = late(
    r"[ \t\r]*+(?:"
    r"(?P<plain>(?:[^ \t\r\n;\"()\\]|\\[^\n]?)++)"
    r'|"(?P<quoted>(?:[^"\\\n]|\\[^\n])*+)(?P<closed>")?'
    r"|(?P<open>\()|(?P<close>\))"
    r"|(?P<newline>(?:;[^\n]*+)?\n)|(?P<end>(?:;[^\n]*+)?))"
)
_UNIT_TTL = late(r"(?:[0-9]{1,10}[wdhms])+", re.IGNORECASE)
_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_ESCAPE = late(r"\\(?:([0-9]{3})|([^0-9]))", re.DOTALL)


class Field(NamedTuple):
    """One word of an entry as written, escapes not resolved; a quoted one without its quotes.

    `line` and `column` are 1-based; for a quoted field those of the opening quote.
    """

    raw: str
    line: int
    column: int
    quoted: bool = False

    @property
    def end_column(self) -> int:
        """The column behind the field, closing quote included."""
        return self.column + len(self.raw) + 2 * self.quoted

    @property
    def written(self) -> str:
        """The field as it stands in the file."""
        return f'"{self.raw}"' if self.quoted else self.raw


class Fault(NamedTuple):
    """Why an entry cannot be read, and where; `code` is the stable id it is refused under."""

    code: str
    message: str
    line: int
    column: int


class Bad(NamedTuple):
    """Why one field cannot be read as what it stands for."""

    message: str


class Entry(NamedTuple):
    """A record or directive of a master file; `line` is its first.

    `blank_owner` where the line begins with white space, so that the owner is that of the entry before.
    """

    line: int
    fields: tuple[Field, ...]
    blank_owner: bool
    fault: Fault | None = None


class EntryScanner:
    """Reads a text entry by entry in linear time, whatever it holds.

    A quoted string ends with its line at the latest, so nothing but open parentheses joins lines. One
    that never closes faults its own entry; the next entry begins on the line below it.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._never_closed: set[int] = set()

    def read(self, at: int, line: int) -> tuple[Entry, int, int]:
        """The entry that begins with the line at offset `at`; where the next one begins: offset and line.

        Blank and comment lines give an entry without fields.
        """
        text = self._text
        draft = _Draft(line, at, text[at : at + 1] in (" ", "\t", "\r"))
        fields = draft.fields
        for token in _TOKEN.finditer(text, at):  # always comes to an `end`
            kind = token.lastgroup
            if kind == "plain" and len(fields) < MAX_FIELDS:
                start, end = token.span(1)
                fields.append(Field(text[start:end], draft.line, start - draft.line_start + 1))
            elif kind == "newline":
                if not draft.opened:
                    return draft.entry(), token.end(), draft.line + 1
                draft.line += 1
                draft.line_start = token.end()
            elif kind == "open":
                draft.opened.append((token.start(kind), draft.line, draft.column(token.start(kind))))
                if token.start(kind) in self._never_closed or len(draft.opened) > MAX_OPEN:
                    break
            elif kind == "end":
                break
            else:
                draft.take(token)
        if not draft.opened:
            return draft.entry(), len(text), draft.line
        self._never_closed.update(offset for offset, _, _ in draft.opened)
        offset, line, column = draft.opened[0]
        draft.fail("master-unclosed-parenthesis", "this parenthesis is never closed", line, column)
        below = text.find("\n", offset) + 1
        return draft.entry(), below or len(text), line + 1


class _Draft:
    """An entry being read: its fields, its first fault, the parentheses open (offset, line, column)."""

    def __init__(self, line: int, line_start: int, blank_owner: bool) -> None:
        self.line = line
        self.line_start = line_start
        self.opened: list[tuple[int, int, int]] = []
        self.fields: list[Field] = []
        self._first_line = line
        self._blank_owner = blank_owner
        self._fault: Fault | None = None

    def column(self, offset: int) -> int:
        return offset - self.line_start + 1

    def entry(self) -> Entry:
        return Entry(self._first_line, tuple(self.fields), self._blank_owner, self._fault)

    def fail(self, code: str, message: str, line: int, column: int) -> None:
        self._fault = self._fault or Fault(code, message, line, column)

    def take(self, token: re.Match[str]) -> None:
        """A quoted string, a closing parenthesis, or one word too many."""
        if token.lastgroup == "close":
            if self.opened:
                self.opened.pop()
            else:
                column = self.column(token.start("close"))
                self.fail("master-syntax", "`)` closes no parenthesis", self.line, column)
        elif len(self.fields) < MAX_FIELDS:
            column = self.column(token.start("quoted")) - 1
            self.fields.append(Field(token["quoted"], self.line, column, quoted=True))
            if token["closed"] is None:
                self.fail("master-unclosed-quote", "this quote is not closed on its line", self.line, column)
        elif self._fault is None:
            column = self.column(token.start())
            self.fail("master-syntax", f"more than {MAX_FIELDS} fields in one entry", self.line, column)


def parse_ttl(text: str) -> int | Bad:
    """Seconds of `3600`, `1h30m` or `1W`; a value out of range is kept (up to 19 digits, also negative)."""
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit():
        return int(text) if len(digits) <= 19 else Bad(f"TTL of {len(digits)} digits")
    if len(text) <= 64 and _UNIT_TTL.fullmatch(text):
        return sum(int(part[:-1]) * _UNITS[part[-1].lower()] for part in re.findall(r"[0-9]+[A-Za-z]", text))
    return Bad(f"`{shorten(text)}` is no TTL: seconds, or numbers with w, d, h, m, s")


def parse_octets(raw: str) -> tuple[str, tuple[tuple[int, int], ...]] | Bad:
    """A character-string as octets (characters 0 to 255), its escapes resolved.

    Also the breaks `(offset in the octets, offset in raw)` from which on one octet is again one
    character of `raw`; none where that holds throughout. Behind an escape a break comes twice, so that it is
    known where it ends.
    """
    if "\\" not in raw and raw.isascii():
        return raw, ()
    octets: list[str] = []
    breaks: list[tuple[int, int]] = []
    count = 0
    at = 0
    while at < len(raw):
        stop = at
        while stop < len(raw) and raw[stop] != "\\" and raw[stop] < "\x80":
            stop += 1
        if stop > at:
            breaks.append((count, at))
            octets.append(raw[at:stop])
            count += stop - at
            at = stop
            continue
        if raw[at] == "\\":
            escape = _ESCAPE.match(raw, at)
            if escape is None or (escape[1] and int(escape[1]) > 255):
                return bad_escape(raw, at)
            piece = chr(int(escape[1])) if escape[1] else escape[2]
            length = escape.end() - at
        else:
            piece, length = raw[at], 1
        encoded = piece if piece < "\x80" or length == 4 else piece.encode().decode("latin-1")
        breaks.extend((count + index, at) for index in range(len(encoded)))
        octets.append(encoded)
        count += len(encoded)
        at += length
        if length > 1:
            breaks += [(count, at)] * 2
    return "".join(octets), tuple(breaks)


def bad_escape(raw: str, at: int) -> Bad:
    """What to say of the backslash at offset `at`."""
    return Bad(
        f"`{raw[at : at + 4]}` is no escape: write \\ and three digits up to 255, or \\ and another character"
    )
