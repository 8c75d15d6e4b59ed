"""Providers whose raw records are record sets in presentation form: nothing of them is lost on octoDNS's way.

octoDNS takes a text's own quotes away and writes its backslashes unescaped; and types that it does not
know it does not show. So the sets are read and written here, and octoDNS compares and plans.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from mailcheck.model.location import NOWHERE
from mailcheck.model.record import TEXT_TYPES, Record, RecordSet
from mailcheck.sync.provider import RawRecord, Snapshot
from mailcheck.sync.to_octodns import octodns_record, octodns_zone, plain_text
from mailcheck_providers.octodns import OctodnsProvider
from mailcheck_providers.packing import digest, key

if TYPE_CHECKING:
    from octodns.record import Record as OctodnsRecord
    from octodns.zone import Zone as OctodnsZone


class PresentedProvider(OctodnsProvider):
    """A provider with `sets`. A raw record is `name`, `type`, `ttl`, `values`, and what else the provider has."""

    def sets(self, zone: str) -> list[RawRecord] | None:
        """All record sets but those that the server keeps itself, None where there is no such zone."""
        raise NotImplementedError

    def read(self, zone: str) -> Snapshot:
        sets = self.sets(zone)
        records = tuple(sorted(sets or (), key=key))
        found = octodns_zone(zone)
        self._fill(found, records)
        return Snapshot(found, records, digest(records), sets is not None)

    def raw(self, record: OctodnsRecord, before: RawRecord | None) -> RawRecord:
        values = (
            [_text(plain_text(value)) for value in record.values]
            if record._type in TEXT_TYPES
            else record.to_rrset().rdatas
        )
        return {
            **(before or {}),
            "name": record.fqdn,
            "type": record._type,
            "ttl": record.ttl,
            "values": sorted(values),
        }

    def same(self, raw: RawRecord | None, wanted: RawRecord | None) -> bool:
        return _meaning(raw) == _meaning(wanted)

    def reading_ours(self, octodns_class: Any) -> Any:
        """octoDNS's class, but filling its zones from `sets`."""

        def populate(_: Any, zone: OctodnsZone, target: bool = False, lenient: bool = False) -> bool:
            sets = self.sets(zone.name)
            self._fill(zone, sets or ())
            return sets is not None

        return type(octodns_class.__name__, (octodns_class,), {"populate": populate})

    def _fill(self, zone: OctodnsZone, sets: Iterable[RawRecord]) -> None:
        for raw in sets:
            if raw["values"] and raw["type"] in self.target.SUPPORTS:
                zone.add_record(_record(zone, raw), lenient=True)


def _record(zone: OctodnsZone, raw: RawRecord) -> OctodnsRecord:
    found = tuple(
        [
            Record(raw["name"], raw["type"], raw["ttl"], _octets(raw["type"], value), NOWHERE, NOWHERE)
            for value in raw["values"]
        ]
    )
    return octodns_record(zone, RecordSet(raw["name"], raw["type"], found))


def _octets(rdtype: str, value: str) -> str:
    """A value as our records hold it. Octets that are not UTF-8 octoDNS cannot hold: they are shown as `\\xff`."""
    if rdtype not in TEXT_TYPES:
        return value
    return _joined(value).decode("utf-8", "backslashreplace").encode("utf-8").decode("latin-1")


def _joined(value: str) -> bytes:
    import dns.rdata
    from dns.rdtypes.ANY.TXT import TXT

    rdata = dns.rdata.from_text("IN", "TXT", value)
    assert isinstance(rdata, TXT)
    return b"".join(rdata.strings)


def _text(octets: str) -> str:
    """The presentation form of a text, cut into strings of at most 255 octets (RFC 1035 section 3.3)."""
    return Record("", "TXT", 0, octets, NOWHERE, NOWHERE).rdata().to_text()


def _meaning(raw: RawRecord | None) -> tuple[int, Sequence[Any]] | None:
    """TTL and values, whatever the spelling: servers cut texts into strings as they like."""
    if raw is None:
        return None
    return raw["ttl"], sorted([_normal(raw["type"], value) for value in raw["values"]])


def _normal(rdtype: str, value: str) -> str:
    import dns.exception
    import dns.rdata

    if rdtype in TEXT_TYPES:
        return _joined(value).hex()
    try:
        return dns.rdata.from_text("IN", rdtype, value).to_text().lower()
    except (dns.exception.DNSException, ValueError):
        return value
