"""octoDNS's zones as ours, so that the same rules judge what a provider holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mailcheck.model.location import NOWHERE
from mailcheck.model.record import TEXT_TYPES, Record
from mailcheck.model.zone import Zone
from mailcheck.sync.to_octodns import VALUE_FIELDS, plain_text

if TYPE_CHECKING:
    from octodns.record import Record as OctodnsRecord
    from octodns.zone import Zone as OctodnsZone


def from_octodns(zone: OctodnsZone, source: str) -> Zone:
    """The zone, its records at `NOWHERE`; `source` is shown where a file's path would be."""
    found = (record for octodns in sorted(zone.records) for record in records_of(octodns))
    return Zone(zone.name, source, "octodns", tuple(found), NOWHERE)


def records_of(record: OctodnsRecord) -> Iterator[Record]:
    """One record for each value."""
    known = VALUE_FIELDS if _is_known(record) else frozenset({"type", "ttl"})
    extra = {name: value for name, value in record.data.items() if name not in known} or None
    for text in values_of(record):
        yield Record(record.fqdn, record._type, record.ttl, text, NOWHERE, NOWHERE, extra=extra)


def values_of(record: OctodnsRecord) -> tuple[str, ...]:
    """The values, sorted: octets of TXT and SPF, others in presentation form."""
    if record._type in TEXT_TYPES:
        return tuple(sorted(plain_text(value) for value in record.values))
    if not _is_known(record):
        values = getattr(record, "values", None) or [record.value]
        return tuple(sorted(str(value) for value in values))
    return tuple(sorted(record.to_rrset().rdatas))


def _is_known(record: OctodnsRecord) -> bool:
    """Whether the type is one of DNS, and none that only a provider has (`CloudflareProvider/REDIRECT`)."""
    return "/" not in record._type
