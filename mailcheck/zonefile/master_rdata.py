"""The RDATA of a master file's record: checked, made absolute, and mapped back to the file."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from typing import NamedTuple

from mailcheck.errors import InputRefused
from mailcheck.grammar.master_file import Bad, Field, parse_octets, parse_ttl
from mailcheck.grammar.master_name import parse_name
from mailcheck.grammar.tlsa import is_readable, parse_tlsa
from mailcheck.model.location import Location, Piece, Span
from mailcheck.model.record import TEXT_TYPES
from mailcheck.model.text import shorten

MAX_FOREIGN = 300_000
"""Characters of RDATA handed to dnspython: the longest legal value, all of it escaped, is shorter."""

MAX_TEXT = 65_279
"""Octets of text that fit one record, one octet of length for each 255 of them counted in."""

MAX_STRING = 4 * MAX_TEXT
"""Characters of such a text, each octet of it escaped as `\\DDD`."""

_NAMES_AT = {
    "AFSDB": (1,), "KX": (1,), "MINFO": (0, 1), "NAPTR": (5,), "NSEC": (0,), "PX": (1, 2), "RP": (0, 1),
    "RRSIG": (7,), "RT": (1,), "SVCB": (1,), "HTTPS": (1,),
}  # fmt: skip
_JOINED_FROM = {
    "CDNSKEY": 3, "CDS": 3, "CERT": 3, "DHCID": 0, "DNSKEY": 3, "DS": 3, "OPENPGPKEY": 0, "RRSIG": 8,
    "SMIMEA": 3, "SSHFP": 2, "TLSA": 3, "ZONEMD": 3,
}  # fmt: skip
"""Types whose last field is hexadecimal or base64 data that may be written in several parts."""


class Rdata(NamedTuple):
    """What a record holds: see `text`, `at` and `cuts` of `mailcheck.model.record.Record`."""

    text: str
    at: Location
    cuts: tuple[int, ...] = ()


class Word(NamedTuple):
    """One field of the RDATA as text to be kept, and the field of the file that it was read from.

    A glued one goes on with the word before it.
    """

    text: str
    field: Field
    glued: bool = False


def read_rdata(rtype: str, fields: Sequence[Field], origin: str | None, path: str) -> Rdata:
    """The RDATA of `rtype` written as `fields`; raises `InputRefused` (`master-bad-rdata`)."""
    if _is_generic(fields):
        return _foreign(rtype, fields, origin, path)
    if rtype in TEXT_TYPES:
        return _strings(fields, path)
    shape = _SHAPES.get(rtype)
    if shape is None:
        return _foreign(rtype, fields, origin, path)
    if len(fields) != len(shape):
        what = "too few" if len(fields) < len(shape) else "too many"
        raise _refuse(f"{rtype} takes {_counted(len(shape))}, not {len(fields)}: {what}", fields[-1], path)
    words = []
    for read, field in zip(shape, fields, strict=True):
        if field.quoted:
            raise _refuse(f"{rtype} takes no quoted string", field, path)
        text = read(field.raw, origin)
        if isinstance(text, Bad):
            raise _refuse(text.message, field, path)
        words.append(Word(text, field))
    return _assemble(words, path)


def _assemble(words: Sequence[Word], path: str) -> Rdata:
    """The words joined by single spaces, with pieces wherever the file does not run alike."""
    pieces: list[Piece] = []
    text = ""
    expected = None
    for word, field, glued in words:
        if text and not glued:
            text += " "
        if expected != (field.line, field.column):
            pieces.append(Piece(len(text), field.line, field.column))
        text += word
        expected = (field.line, field.end_column + 1)
        if word != field.written:
            if len(word) > 1:
                pieces.append(Piece(len(text) - 1, field.line, field.end_column - 1))
            expected = None
    if len(pieces) == 1:
        pieces.clear()
    first, last = words[0].field, words[-1].field
    return Rdata(text, Location(path, first.line, first.column, last.line, last.end_column, tuple(pieces)))


def _strings(fields: Sequence[Field], path: str) -> Rdata:
    """Character-strings joined; each begins a piece of its own (RFC 1035 section 3.3.14).

    One that is too long for a string, but not for a record, is kept for its rule.
    """
    texts: list[str] = []
    cuts: list[int] = []
    pieces: list[Piece] = []
    length = 0
    for field in fields:
        if len(field.raw) > MAX_STRING:
            raise _refuse(f"a string of over {MAX_TEXT} octets", field, path)
        parsed = parse_octets(field.raw)
        if isinstance(parsed, Bad):
            raise _refuse(parsed.message, field, path)
        octets, breaks = parsed
        if len(octets) > MAX_TEXT:
            raise _refuse(f"a string of {len(octets)} octets; a record holds {MAX_TEXT}", field, path)
        if texts:
            cuts.append(length)
        begin = field.column + field.quoted
        pieces.extend(
            Piece(length + offset, field.line, begin + raw_offset) for offset, raw_offset in breaks or ((0, 0),)
        )
        texts.append(octets)
        length += len(octets)
    first, last = fields[0], fields[-1]
    span = Span(first.line, first.column + first.quoted, last.line, last.end_column - last.quoted)
    if len(pieces) == 1:
        pieces.clear()
    return Rdata("".join(texts), Location(path, *span, tuple(pieces)), tuple(cuts))


def _foreign(rtype: str, fields: Sequence[Field], origin: str | None, path: str) -> Rdata:
    """A type that is not read here: dnspython says whether the value is one."""
    import dns.exception
    import dns.name
    import dns.rdata
    import dns.rdatatype
    from dns.rdtypes.txtbase import TXTBase

    words = _words(rtype, fields, origin, path)
    if rtype == "TLSA" and is_readable(parse_tlsa((tlsa := _assemble(words, path)).text)):
        return tlsa  # dnspython takes no digest of a wrong length: that is a rule's to judge
    rdata_text = " ".join(word.text for word in words)
    if len(rdata_text) > MAX_FOREIGN:
        raise _refuse(f"RDATA of {len(rdata_text)} characters", fields[0], path)
    try:
        value = dns.rdatatype.from_text(rtype)
        if dns.rdatatype.is_metatype(value):
            raise _refuse(f"{rtype} is no type of data", fields[0], path)
        rdata = dns.rdata.from_text(
            "IN", value, rdata_text, origin=dns.name.from_text(origin or "."), relativize=False
        )
        normal = rdata.to_text()
    except (dns.exception.DNSException, ValueError) as error:
        reason = shorten(str(error).strip().splitlines()[0]) if str(error).strip() else "malformed"
        raise _refuse(f"`{shorten(rdata_text)}` is no {rtype}: {reason}", fields[0], path) from None
    if rtype in TEXT_TYPES:
        assert isinstance(rdata, TXTBase)
        strings = [string.decode("latin-1") for string in rdata.strings]
        ends = [sum(map(len, strings[:index])) for index in range(1, len(strings))]
        return Rdata("".join(strings), loosely(normal, fields, path), tuple(ends))
    as_written = _assemble(words, path)
    if (rtype in _NAMES_AT or rtype in _JOINED_FROM) and not _is_generic(fields):
        return as_written
    return as_written if normal == as_written.text else Rdata(normal, loosely(normal, fields, path))


def loosely(text: str, fields: Sequence[Field], path: str) -> Location:
    """Where `fields` stand, for a text that is not theirs character for character.

    The text's first character is theirs, and its last their last.
    """
    first, last = fields[0], fields[-1]
    ends = (Piece(0, first.line, first.column), Piece(len(text) - 1, last.line, last.end_column - 1))
    return Location(path, first.line, first.column, last.line, last.end_column, ends if len(text) > 1 else ())


def _is_generic(fields: Sequence[Field]) -> bool:
    """Whether the RDATA is written as octets (RFC 3597 section 5)."""
    return fields[0].raw == r"\#" and not fields[0].quoted


def _words(rtype: str, fields: Sequence[Field], origin: str | None, path: str) -> list[Word]:
    """The fields with absolute names, and with data that was written in parts joined."""
    if _is_generic(fields):
        return [Word(field.written, field) for field in fields]
    words = []
    names = _NAMES_AT.get(rtype, ())
    for index, field in enumerate(fields):
        text: str | Bad = parse_name(field.raw, origin) if index in names and not field.quoted else field.written
        if isinstance(text, Bad):
            raise _refuse(text.message, field, path)
        words.append(Word(text, field))
    joined_from = _JOINED_FROM.get(rtype, len(words))
    words[joined_from + 1 :] = [word._replace(glued=True) for word in words[joined_from + 1 :]]
    return words


def _ipv4(raw: str, _origin: str | None) -> str | Bad:
    return raw if is_ipv4(raw) else Bad(f"`{shorten(raw)}` is no IPv4 address")


def _ipv6(raw: str, _origin: str | None) -> str | Bad:
    return raw if is_ipv6(raw) else Bad(f"`{shorten(raw)}` is no IPv6 address")


def is_ipv4(text: str) -> bool:
    """Whether `text` is four decimal numbers up to 255, none with a leading zero."""
    try:
        socket.inet_pton(socket.AF_INET, text)
    except (OSError, ValueError):
        return False
    return True


def is_ipv6(text: str) -> bool:
    """Whether `text` is an IPv6 address (RFC 4291 section 2.2)."""
    try:
        socket.inet_pton(socket.AF_INET6, text)
    except (OSError, ValueError):
        return False
    return True


def _integer(most: int) -> Callable[[str, str | None], str | Bad]:
    def read(raw: str, _origin: str | None) -> str | Bad:
        if raw.isascii() and raw.isdigit() and len(raw) <= 10 and int(raw) <= most:
            return raw
        return Bad(f"`{shorten(raw)}` is no number from 0 to {most}")

    return read


def _seconds(raw: str, _origin: str | None) -> str | Bad:
    seconds = parse_ttl(raw)
    if isinstance(seconds, Bad):
        return seconds
    if not 0 <= seconds < 1 << 32:
        return Bad(f"`{shorten(raw)}` is out of range")
    return raw if raw.isdigit() else str(seconds)


def record_type(word: str) -> str | None:
    """The mnemonic of an upper-case type word (`TYPE15` is MX), None where there is no such type."""
    if word in _SHAPES or word in TEXT_TYPES:
        return word
    import dns.exception
    import dns.rdatatype

    try:
        return dns.rdatatype.to_text(dns.rdatatype.from_text(word))
    except (dns.exception.DNSException, ValueError):
        return None


_PORT = _integer(65_535)
_SHAPES: dict[str, tuple[Callable[[str, str | None], str | Bad], ...]] = {
    "A": (_ipv4,),
    "AAAA": (_ipv6,),
    "NS": (parse_name,),
    "CNAME": (parse_name,),
    "DNAME": (parse_name,),
    "PTR": (parse_name,),
    "MX": (_PORT, parse_name),
    "SRV": (_PORT, _PORT, _PORT, parse_name),
    "SOA": (parse_name, parse_name, _integer((1 << 32) - 1), _seconds, _seconds, _seconds, _seconds),
}


def _counted(fields: int) -> str:
    return "one field" if fields == 1 else f"{fields} fields"


def _refuse(message: str, field: Field, path: str) -> InputRefused:
    return InputRefused("master-bad-rdata", message, path=path, line=field.line, column=field.column)
