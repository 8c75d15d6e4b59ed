"""The short way for the lines that most master files are made of: one record, one line, nothing unusual."""

from __future__ import annotations

import re

from mailcheck.grammar.master_name import MAX_TEXT, PLAIN_NAME
from mailcheck.model.location import Location, Piece, Span
from mailcheck.zonefile.master_rdata import is_ipv4, is_ipv6

PLAIN_LINE = re.compile(
    r"([A-Za-z0-9_*/-]{1,63}+(?:\.[A-Za-z0-9_*/-]{1,63}+)*+\.?|@)?[ \t]++"
    r"(?:([0-9]{1,10})[ \t]++)?(?:[Ii][Nn][ \t]++)?(?:([0-9]{1,10})[ \t]++)?"
    r"([A-Za-z]++)[ \t]++"
    r'(?:"([^"\\\n]*+)"|([^ \t\r\n;"()\\]++(?:[ \t]++[^ \t\r\n;"()\\]++)?+))'
    r"[ \t]*+(?:;[^\n]*+)?(?:\n|\Z)"
)
"""Owner, TTL before the class, TTL behind it, type, one quoted string, or one or two words."""

BLANK_LINES = re.compile(r"(?:[ \t]*+(?:;[^\n]*+)?\n)++")

_NAME_TYPES = frozenset({"CNAME", "DNAME", "NS", "PTR"})
_EXCHANGE = re.compile(r"([0-9]{1,5})[ \t]++(\S++)")


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
        if text is None or len(text) > 255 or not text.isascii():
            return None
        start, end = match.span(5)
        return text, Location(path, Span(line, start - before, line, end - before))
    raw = match[6]
    if raw is None:
        return None
    start, end = match.span(6)
    span = Span(line, start - before, line, end - before)
    if (rtype == "A" and is_ipv4(raw)) or (rtype == "AAAA" and is_ipv6(raw)):
        return raw, Location(path, span)
    if rtype in _NAME_TYPES:
        return _targeted("", raw, origin, Location(path, span), span.column)
    if rtype == "MX" and (exchange := _EXCHANGE.fullmatch(raw)) is not None and int(exchange[1]) <= 65_535:
        return _targeted(
            exchange[1] + " ", exchange[2], origin, Location(path, span), span.column + exchange.start(2)
        )
    return None


def _targeted(before: str, raw: str, origin: str, at: Location, column: int) -> tuple[str, Location] | None:
    """`before` and the absolute target, whose text as written stands at `column`."""
    if raw != "@" and PLAIN_NAME.fullmatch(raw) is None:
        return None
    target = plain_name(raw, origin)
    if target is None:
        return None
    text = before + target
    span = at.span
    if target == raw and column == span.column + len(before):
        return text, at
    pieces = [Piece(0, span.line, span.column)]
    if before:
        pieces.append(Piece(len(before), span.line, column))
    if target != raw:
        pieces.append(Piece(len(text) - 1, span.line, span.end_column - 1))
    return text, Location(at.path, span, tuple(pieces))
