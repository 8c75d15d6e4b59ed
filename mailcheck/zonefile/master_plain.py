"""The short way for the lines that most master files are made of: one record, one line, nothing unusual."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailcheck.grammar.master_name import MAX_TEXT, PLAIN_NAME
from mailcheck.model.location import Location, Piece, Span
from mailcheck.model.patterns import late
from mailcheck.model.record import LONGEST_STRING
from mailcheck.zonefile.master_rdata import is_ipv4, is_ipv6

PLAIN_LINE = late(
    r"([A-Za-z0-9_*/-]{1,63}+(?:\.[A-Za-z0-9_*/-]{1,63}+)*+\.?|@)?[ \t]++"
    r"(?:([0-9]{1,10})[ \t]++)?(?:[Ii][Nn][ \t]++)?(?:([0-9]{1,10})[ \t]++)?"
    r"([A-Za-z]++)[ \t]++"
    r'(?:"([^"\\\n]*+)"|([^ \t\r\n;"()\\]++(?:[ \t]++[^ \t\r\n;"()\\]++)?+))'
    r"[ \t]*+(?:;[^\n]*+)?(?:\n|\Z)"
)
"""Owner, TTL before the class, TTL behind it, type, one quoted string, or one or two words."""

BLANK_LINES = late(r"(?:[ \t]*+(?:;[^\n]*+)?\n)++")

_NAME_TYPES = frozenset({"CNAME", "DNAME", "NS", "PTR"})
_EXCHANGE = late(r"([0-9]{1,5})[ \t]++(\S++)")


def plain_name(raw: str, origin: str) -> str | None:
    """The absolute name that a name of plain labels stands for; None where it is too long."""
    if raw == "@":
        return origin
    name = raw if raw[-1] == "." else raw + "." if origin == "." else f"{raw}.{origin}"
    return name if len(name) <= MAX_TEXT else None


def plain_rdata(
    rtype: str, match: re.Match[str], origin: str, path: str, line: int
) -> tuple[str, Location] | None:
    """Text and place of the RDATA of a line that matched `PLAIN_LINE`; None where it needs a closer look."""
    before = match.start() - 1
    if rtype == "TXT":
        text = match[5]
        if text is None or len(text) > LONGEST_STRING or not text.isascii():
            return None
        start, end = match.span(5)
        return text, Location(path, line, start - before, line, end - before)
    raw = match[6]
    if raw is None:
        return None
    start, end = match.span(6)
    span = Span(line, start - before, line, end - before)
    if (rtype == "A" and is_ipv4(raw)) or (rtype == "AAAA" and is_ipv6(raw)):
        return raw, Location(path, *span)
    if rtype in _NAME_TYPES:
        before_target, at_target, raw_target = "", 0, raw
    elif rtype == "MX" and (exchange := _EXCHANGE.fullmatch(raw)) is not None and int(exchange[1]) <= 65_535:
        before_target, at_target, raw_target = exchange[1] + " ", exchange.start(2), exchange[2]
    else:
        return None
    target = plain_name(raw_target, origin) if raw_target == "@" or PLAIN_NAME.fullmatch(raw_target) else None
    if target is None:
        return None
    pieces: tuple[Piece, ...] = ()
    if target != raw_target or at_target != len(before_target):
        pieces = tuple(_pieces(len(before_target), at_target, len(target), target != raw_target, span))
    return before_target + target, Location(path, *span, pieces)


def _pieces(offset: int, gap: int, length: int, completed: bool, span: Span) -> Iterator[Piece]:
    """For a target of `length` at `offset` of the value, written `gap` columns into the span.

    What an origin completed ends where the file's text does.
    """
    yield Piece(0, span.line, span.column)
    if offset:
        yield Piece(offset, span.line, span.column + gap)
    if completed:
        yield Piece(offset + length - 1, span.line, span.end_column - 1)
