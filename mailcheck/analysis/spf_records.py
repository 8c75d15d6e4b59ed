"""The SPF records of a zone, parsed once for all who read them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from mailcheck.grammar.spf import SpfTree, is_spf, parse_spf
from mailcheck.model.location import Location
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone


@dataclass(frozen=True)
class SpfRecord:
    """A TXT record that receivers take as SPF (RFC 7208 section 4.5)."""

    record: Record

    @cached_property
    def tree(self) -> SpfTree:
        return parse_spf(self.record.text)

    @property
    def name(self) -> str:
        return self.record.name

    @property
    def type(self) -> str:
        return "TXT"

    @property
    def at(self) -> Location:
        return self.record.at


def spf_records(zone: Zone) -> tuple[SpfRecord, ...]:
    """Every SPF record of the zone, several at one name included, in the order of the file."""
    return tuple(
        SpfRecord(record) for found in zone.record_sets("TXT") for record in found.records if is_spf(record.text)
    )
