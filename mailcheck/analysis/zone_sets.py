"""Selections of a zone's record sets and remarks, listed once for all rules that read them."""

from __future__ import annotations

from collections.abc import Sequence

from mailcheck.model.names import is_at_or_below
from mailcheck.model.record import Record, RecordSet
from mailcheck.model.zone import Remark, Zone

MAX_TTL = 2**31 - 1
"""The largest TTL in seconds (RFC 2181 section 8)."""


def whole_zone(zone: Zone) -> tuple[Zone]:
    """The zone itself, for what is said of it as a whole."""
    return (zone,)


def sender_ids(zone: Zone) -> tuple[Record, ...]:
    """The TXT records of Sender ID (RFC 4406 section 3)."""
    texts = zone.record_sets("TXT")
    return tuple([record for found in texts for record in found.records if record.text[:5].lower() == "spf2."])


def spf_type_sets(zone: Zone) -> tuple[RecordSet, ...]:
    """Every record set of the obsolete type SPF (99)."""
    return tuple(zone.record_sets("SPF"))


def wildcard_exchanges(zone: Zone) -> tuple[RecordSet, ...]:
    """The MX record sets at wildcard names."""
    return tuple([found for found in zone.record_sets("MX") if found.name.startswith("*.")])


def cname_sets(zone: Zone) -> tuple[RecordSet, ...]:
    """Every CNAME record set."""
    return tuple(zone.record_sets("CNAME"))


def sets_of_several(zone: Zone) -> tuple[RecordSet, ...]:
    """The record sets that have more than one record, be they equal."""
    return tuple([found for types in zone.names.values() for found in types.values() if len(found.records) > 1])


def ttls_out_of_range(zone: Zone) -> tuple[Record, ...]:
    """A record for every place that gives a TTL that no record can have (RFC 2181 section 8).

    Of the records that inherit one wrong TTL, or share it in an octoDNS file, only the first is listed.
    """
    wrong = [record for record in zone.records if not 0 <= record.ttl <= MAX_TTL]
    places = {(record.ttl_at, record.ttl): record for record in reversed(wrong)}
    return tuple(reversed(places.values()))


def remarks(zone: Zone) -> tuple[Remark, ...]:
    """What the reader of the file noted, of every kind."""
    return zone.remarks


def declared_as_written(written: str, completed: str, zones: Sequence[Zone]) -> bool:
    """Whether a zone holds the name as it is written, and none what an origin would complete it to."""
    return _is_held(written, zones) and not _is_held(completed, zones)


def _is_held(name: str, zones: Sequence[Zone]) -> bool:
    return any(is_at_or_below(name, zone.name) and name in zone.names for zone in zones)
