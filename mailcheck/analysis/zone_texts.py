"""TXT records by what they say: which mail standard they belong to, and how large their answers are."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal, NamedTuple

from mailcheck.model.location import Location
from mailcheck.model.record import LONGEST_STRING, Record, RecordSet
from mailcheck.model.zone import Zone

LARGEST_RDATA = 65_535
"""Octets of data that a record holds (RFC 1035 section 3.2.1)."""

MailKind = Literal["spf", "dmarc", "dkim", "mta-sts", "tls-rpt", "bimi"]

_VERSION = re.compile(r"\s{0,8}v\s{0,8}=\s{0,8}(spf1|dmarc1|dkim1|stsv1|tlsrptv1|bimi1)(?!\w)", re.IGNORECASE)
_KINDS: dict[str, MailKind] = {
    "spf1": "spf", "dmarc1": "dmarc", "dkim1": "dkim", "stsv1": "mta-sts", "tlsrptv1": "tls-rpt", "bimi1": "bimi",
}  # fmt: skip
_TIMED_KINDS = frozenset({"spf", "dkim", "dmarc"})
_ESCAPE = re.compile(r"\\(?:\d{3}|.)")
_HEADER_QUESTION_AND_EDNS = 12 + 4 + 11
_POINTER_AND_FIXED_FIELDS = 12
_SMALL = 196
"""Under this no answer is too large: the longest name leaves so much of 450 octets (RFC 7208 section 3.4)."""


def mail_kind(record: Record) -> MailKind | None:
    """The standard whose version the text begins with; below `_domainkey` a key needs none (RFC 6376 3.6.1).

    A label `domainkey` counts as well, so that a key whose name lost its underscore is known for one.
    """
    if (found := _VERSION.match(record.text)) is not None:
        return _KINDS[found[1].lower()]
    if "domainkey." in record.name and "p=" in record.text:
        return "dkim"
    return None


def timed_mail_sets(zone: Zone) -> tuple[RecordSet, ...]:
    """The MX record sets, and the TXT record sets that hold SPF, DKIM or DMARC."""
    texts = [found for found in zone.record_sets("TXT") if _is_timed(found)]
    return (*zone.record_sets("MX"), *texts)


def _is_timed(texts: RecordSet) -> bool:
    return any([mail_kind(record) in _TIMED_KINDS for record in texts.records])


def large_text_sets(zone: Zone) -> tuple[RecordSet, ...]:
    """The TXT record sets with so much text, or so many records, that the size of their answer may matter."""
    return tuple([found for found in zone.record_sets("TXT") if _may_be_large(found)])


def _may_be_large(texts: RecordSet) -> bool:
    size = 0
    for record in texts.records:
        size += len(record.text) + 1 + _POINTER_AND_FIXED_FIELDS
    return size > _SMALL


def texts_beyond_ascii(zone: Zone) -> tuple[Record, ...]:
    """The TXT and SPF records of an octoDNS zone that hold other characters than ASCII."""
    if zone.format != "octodns":
        return ()
    if all([record.text.isascii() for record in zone.records]):
        return ()
    sets = (*zone.record_sets("TXT"), *zone.record_sets("SPF"))
    return tuple([record for found in sets for record in found.records if not record.text.isascii()])


class LongString(NamedTuple):
    """The characters `start` up to `end` of a record's text: one string of its file, and too long for one.

    `fits`: whether a record can hold the whole text once it is cut.
    """

    record: Record
    start: int
    end: int
    fits: bool

    @property
    def name(self) -> str:
        return self.record.name

    @property
    def type(self) -> str:
        return self.record.type

    @property
    def at(self) -> Location:
        return self.record.at.within(self.start, self.end)


def long_strings(zone: Zone) -> tuple[LongString, ...]:
    """The strings of TXT and SPF records of a master file that are too long (RFC 1035 section 3.3).

    octoDNS cuts the values of its files by itself.
    """
    if zone.format != "master":
        return ()
    sets = (*zone.record_sets("TXT"), *zone.record_sets("SPF"))
    long = [
        (record, rdata_size(record) <= LARGEST_RDATA)
        for found in sets
        for record in found.records
        if len(record.text) > LONGEST_STRING
    ]
    return tuple(
        [
            LongString(record, start, end, fits)
            for record, fits in long
            for start, end in pairwise((0, *record.cuts, len(record.text)))
            if end - start > LONGEST_STRING
        ]
    )


def rdata_size(record: Record) -> int:
    """Octets of a TXT record's RDATA: every string of up to 255 has one more for its length."""
    edges = (0, *record.cuts, len(record.text))
    strings = (end - start for start, end in pairwise(edges))
    return sum(size + max(1, -(-size // LONGEST_STRING)) for size in strings)


def answer_size(found: RecordSet) -> int:
    """Octets of the whole answer to a TXT question: header, question, all records, the EDNS record."""
    name = len(_ESCAPE.sub("x", found.name)) + 1
    records = sum(_POINTER_AND_FIXED_FIELDS + rdata_size(record) for record in found.records)
    return _HEADER_QUESTION_AND_EDNS + name + records
