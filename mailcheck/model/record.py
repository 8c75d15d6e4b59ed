"""A resource record as a file declares it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from mailcheck.model.location import Location
from mailcheck.model.plain import sent_plain

if TYPE_CHECKING:
    from dns.rdata import Rdata

TEXT_TYPES = frozenset({"TXT", "SPF"})
LONGEST_STRING = 255
"""Octets of a character-string (RFC 1035 section 3.3)."""


class _Fields(NamedTuple):
    name: str
    type: str
    ttl: int
    text: str
    at: Location
    owner_at: Location
    ttl_at: Location | None = None
    cuts: tuple[int, ...] = ()
    extra: Mapping[str, Any] | None = None


@sent_plain
class Record(_Fields):
    """One value of one record set; two of them are never equal, be they alike.

    - `name`: owner, absolute, lower case, presentation form (`\\.` and `\\DDD` escaped), A-labels.
    - `type`: upper-case mnemonic (`TYPE65534` where there is none).
    - `ttl`: seconds as the file gave them, also where they are out of range.
    - `text`: for TXT and SPF the octets of all strings joined (RFC 7208 section 3.3), each octet one
      character of code 0 to 255; for other types the RDATA in presentation form, fields separated by
      one space. Names in it are absolute, except a target of an octoDNS file that lacks its final dot.
    - `at`: the value in its file; `at.within(start, end)` takes offsets into `text`.
    - `owner_at`: where the owner name stands.
    - `ttl_at`: where the record's own TTL stands, None where it is inherited.
    - `cuts`: for TXT and SPF the offsets in `text` at which the file begins another string than the first.
      A string of a master file may be longer than `LONGEST_STRING`, for its rule.
    - `extra`: what an octoDNS file gave beside value and TTL (`octodns:`, `dynamic:`, `geo:` …).
    """

    __slots__ = ()
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def rdata(self) -> Rdata:
        """dnspython's view of the value, built anew at each call: ask once and keep it.

        Raises `dns.exception.DNSException` where dnspython does not take the value.
        """
        import dns.rdata
        import dns.rdataclass
        import dns.rdatatype

        if self.type in TEXT_TYPES:
            from dns.rdtypes.ANY.TXT import TXT

            octets = self.text.encode("latin-1")
            ends = [*self.cuts, len(octets)]
            strings = [octets[start:end] for start, end in zip([0, *self.cuts], ends, strict=True)]
            chunks = [
                string[at : at + LONGEST_STRING]
                for string in strings
                for at in range(0, max(1, len(string)), LONGEST_STRING)
            ]
            return TXT(dns.rdataclass.IN, dns.rdatatype.from_text(self.type), chunks)
        return dns.rdata.from_text("IN", self.type, self.text)


class RecordSet(NamedTuple):
    """All records of one owner name and type, in the order of the file; never empty."""

    name: str
    type: str
    records: tuple[Record, ...]

    @property
    def at(self) -> Location:
        return self.records[0].at
