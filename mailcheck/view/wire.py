"""DNS messages as a stub resolver needs them, by hand: the short way for nearly all of them (RFC 1035 section 4).

A query is a header, a question and an OPT record. Of a reply the header, the question, and the records
of the type that was asked for are read, for the types that mail is made of. What is unusual raises
`Odd` and is left to `mailcheck.view.odd_message`.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from mailcheck.view.wire_names import BadName, from_wire

PAYLOAD: Final = 1232
"""Octets of a datagram that pass everywhere without fragments (DNS flag day 2020)."""
MAX_RECORDS: Final = 500
"""Records of one answer; what holds more is not read."""

TYPES: Final = {"A": 1, "NS": 2, "CNAME": 5, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SPF": 99}
NS: Final = 2
CNAME: Final = 5
SOA: Final = 6
NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED = range(6)

_IN: Final = 1
_TRUNCATED: Final = 0x0200
_RECURSIVE: Final = 0x0080
_AUTHENTIC: Final = 0x0020
_ASK: Final = b"\x01\x20\0\1\0\0\0\0\0\1"
"""Recursion desired, and AD: tell whether the answer is authentic (RFC 6840 section 5.7)."""
_OPT: Final = struct.pack("!BHHIH", 0, 41, PAYLOAD, 0, 0)
_HEAD: Final = struct.Struct("!HHHHHH")
_FIXED: Final = struct.Struct("!HHIH")
_LETTERS: Final = bytes(0x20 if chr(octet).isascii() and chr(octet).isalpha() else 0 for octet in range(256))


class Odd(Exception):  # noqa: N818 - not an error, another way to go
    """The message is not one for the short way."""


class Row(NamedTuple):
    """A record of the answer section; `text` and `cuts` as in `mailcheck.model.record.Record`."""

    name: str
    type: int
    ttl: int
    text: str
    cuts: tuple[int, ...] = ()


class Head(NamedTuple):
    """What a reply's header says. `answers` is the count that it gives, not how many there are."""

    rcode: int
    truncated: bool
    recursive: bool
    authentic: bool
    answers: int
    authorities: int

    @property
    def has_rows(self) -> bool:
        """Whether the records are worth reading: there is an answer, whole and not too long."""
        return not self.truncated and self.rcode in (NOERROR, NXDOMAIN) and not self.is_too_long

    @property
    def is_too_long(self) -> bool:
        return self.answers > MAX_RECORDS or self.authorities > MAX_RECORDS


class Reply(NamedTuple):
    """A reply: CNAMEs and records of the type that was asked for, in the order of the message.

    `rcode` may be one that only the OPT record tells (RFC 6891 section 6.1.3). `authority` holds the types
    of the authority section where there is no record of the type that was asked for.
    """

    head: Head
    rcode: int
    rows: tuple[Row, ...] = ()
    authority: tuple[int, ...] = ()

    @property
    def is_proven(self) -> bool:
        """Whether a SOA says that there is no more than this (RFC 2308 section 2)."""
        return SOA in self.authority

    @property
    def is_referral(self) -> bool:
        """Whether other servers are named instead of an answer (RFC 2308 section 2.1)."""
        return not self.rows and NS in self.authority and SOA not in self.authority


def write_question(name: bytes, rtype: int) -> bytes:
    """The question for a name on the wire, class IN."""
    return name + struct.pack("!HH", rtype, _IN)


def write_query(message_id: int, question: bytes) -> bytes:
    """The query that asks one question."""
    return message_id.to_bytes(2, "big") + _ASK + question + _OPT


def vary_case(question: bytes, chance: int) -> bytes:
    """The question, each letter of its name in upper or lower case by a bit of `chance`.

    A reply that repeats the case was made by one who saw the query (draft-vixie-dnsext-dns0x20).
    """
    mask = int.from_bytes(question[:-4].translate(_LETTERS), "big") & chance
    return (int.from_bytes(question, "big") ^ (mask << 32)).to_bytes(len(question), "big")


def is_reply(message: bytes) -> bool:
    """Whether this is a response to a query that asks one question."""
    return len(message) >= 12 and message[2] & 0xF8 == 0x80 and message[4:6] == b"\0\1"


def holds_question(message: bytes, question: bytes) -> bool:
    """Whether the message repeats the question octet for octet."""
    return message.startswith(question, 12)


def holds_question_in_other_case(message: bytes, question: bytes) -> bool:
    """Whether the message repeats the question but for the case of letters in its name."""
    end = 12 + len(question)
    name = question[:-4]
    return message[end - 4 : end] == question[-4:] and message[12 : end - 4].lower() == name.lower()


def read_head(message: bytes) -> Head:
    """The header of a message of twelve octets or more."""
    _, flags, _, answers, authorities, _ = _HEAD.unpack_from(message)
    return Head(
        flags & 15,
        bool(flags & _TRUNCATED),
        bool(flags & _RECURSIVE),
        bool(flags & _AUTHENTIC),
        answers,
        authorities,
    )


def read_reply(message: bytes, question: bytes) -> Reply:
    """A message that holds the question (in whatever case); raises `Odd`."""
    head = read_head(message)
    if not head.has_rows:
        return Reply(head, head.rcode)
    if head.rcode == NOERROR and not head.answers and not head.authorities:
        raise Odd  # it may have its code in an OPT record
    wanted = int.from_bytes(question[-4:-2], "big")
    rows = []
    at = 12 + len(question)
    try:
        for _ in range(head.answers):
            name, at = from_wire(message, at)
            rtype, rclass, ttl, size = _FIXED.unpack_from(message, at)
            at += 10
            end = at + size
            if end > len(message):
                raise Odd
            if rclass == _IN and rtype in (wanted, CNAME):
                text, cuts = _read_rdata(message, rtype, at, end)
                rows.append(Row(name, rtype, ttl if ttl < 1 << 31 else 0, text, cuts))
            at = end
        found = any([row.type == wanted for row in rows])
        authority = () if found else tuple(_types(message, at, head.authorities))
    except (BadName, IndexError, OSError, struct.error):
        raise Odd from None
    return Reply(head, head.rcode, tuple(rows), authority)


def _types(message: bytes, at: int, count: int) -> Iterator[int]:
    """The types of the records from offset `at` on."""
    for _ in range(count):
        _, at = from_wire(message, at)
        rtype, _, _, size = _FIXED.unpack_from(message, at)
        at += 10 + size
        if at > len(message):
            raise Odd
        yield rtype


def _read_rdata(message: bytes, rtype: int, at: int, end: int) -> tuple[str, tuple[int, ...]]:
    if rtype == 16 or rtype == 99:  # noqa: PLR1714 - two comparisons are faster than a set of two
        return _read_strings(message, at, end)
    if rtype == 1 and end - at == 4:
        return socket.inet_ntop(socket.AF_INET, message[at:end]), ()
    if rtype == 28 and end - at == 16:
        return socket.inet_ntop(socket.AF_INET6, message[at:end]), ()
    before = ""
    if rtype == 15:
        before = f"{int.from_bytes(message[at : at + 2], 'big')} "
        at += 2
    elif rtype not in (2, 5, 12):
        raise Odd
    name, behind = from_wire(message, at)
    if behind != end:
        raise Odd
    return before + name, ()


def _read_strings(message: bytes, at: int, end: int) -> tuple[str, tuple[int, ...]]:
    """Character-strings joined, and where each but the first begins (RFC 1035 section 3.3.14)."""
    first = at + 1 + message[at]
    if first == end:
        return message[at + 1 : end].decode("latin-1"), ()
    strings: list[bytes] = []
    cuts = []
    length = 0
    while at < end:
        if strings:
            cuts.append(length)
        size = message[at]
        strings.append(message[at + 1 : at + 1 + size])
        length += size
        at += size + 1
    if at != end or not strings:
        raise Odd
    return b"".join(strings).decode("latin-1"), tuple(cuts)
