"""TLSA records: text to fields, with an offset for each (RFC 6698 section 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_HEX = frozenset("0123456789abcdefABCDEF")
_FIELD = re.compile(r"[^ ]+")
DIGESTS = {1: ("SHA-256", 32), 2: ("SHA-512", 64)}
"""Name and octets of the digest, by matching type (section 2.1.3)."""

_DER_SEQUENCE = b"\x30"
_MOST_DATA = 65_535 - 3
"""Octets that RDATA can hold behind the three numbers (RFC 1035 section 3.2.1)."""


class Number(NamedTuple):
    """A field of one octet: its value, None where it is no number of 0 to 255."""

    value: int | None
    start: int
    end: int


class TlsaRecord(NamedTuple):
    """The four fields; `data` are the octets of the association, None where it is no hexadecimal.

    `data_start` up to `data_end` is where it stands; where a field is missing, its offsets are the
    end of the text.
    """

    usage: Number
    selector: Number
    matching: Number
    data: bytes | None
    data_start: int
    data_end: int


def parse_tlsa(text: str) -> TlsaRecord:
    """Read RDATA in presentation form, its fields separated by spaces; linear in the text, never raises."""
    places = [(found.start(), found.end()) for found in _FIELD.finditer(text)]
    end = len(text)
    usage, selector, matching = (_number(text, *place) for place in (*places, *[(end, end)] * 3)[:3])
    data_start = places[3][0] if len(places) > 3 else end
    data_end = places[-1][1] if len(places) > 3 else end
    digits = text[data_start:data_end].replace(" ", "")
    is_hex = bool(digits) and len(digits) % 2 == 0 and _HEX.issuperset(digits)
    data = bytes.fromhex(digits) if is_hex else None
    return TlsaRecord(usage, selector, matching, data, data_start, data_end)


def is_readable(record: TlsaRecord) -> bool:
    """Whether all four fields could be read and fit a record, be their values right or wrong."""
    numbers = (record.usage, record.selector, record.matching)
    fits = record.data is not None and len(record.data) <= _MOST_DATA
    return fits and all(number.value is not None for number in numbers)


def is_usable(record: TlsaRecord) -> bool:
    """Whether senders of mail can use the record; the others are to them as if they were not there.

    RFC 7672 section 3.1 has only the usages 2 and 3; RFC 6698 section 4.1 leaves out what is malformed.
    """
    known = record.usage.value in (2, 3) and record.selector.value in (0, 1)
    if not known or record.data is None or not is_readable(record):
        return False
    if record.matching.value == 0:
        return record.data.startswith(_DER_SEQUENCE)
    digest = DIGESTS.get(record.matching.value or 0)
    return digest is not None and len(record.data) == digest[1]


def usable(texts: Iterable[str]) -> frozenset[tuple[int | bytes | None, ...]]:
    """The fields of those records of a set that senders of mail can use."""
    records = [parse_tlsa(text) for text in texts]
    return frozenset(
        (record.usage.value, record.selector.value, record.matching.value, record.data)
        for record in records
        if is_usable(record)
    )


def _number(text: str, start: int, end: int) -> Number:
    digits = text[start:end]
    readable = digits.isascii() and digits.isdigit() and len(digits) <= 3 and int(digits) <= 255
    return Number(int(digits) if readable else None, start, end)
