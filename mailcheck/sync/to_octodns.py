"""Our zones as octoDNS's: what our reader accepted goes in, octoDNS's validators have no say."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from mailcheck.model.finding import Refused
from mailcheck.model.record import TEXT_TYPES, Record, RecordSet
from mailcheck.model.zone import Zone

if TYPE_CHECKING:
    from octodns.record import Record as OctodnsRecord
    from octodns.zone import Zone as OctodnsZone

VALUE_FIELDS = frozenset({"type", "ttl", "value", "values"})


class Translated(NamedTuple):
    """A zone for octoDNS, and what it lacks.

    - `left_out`: record sets of types that octoDNS does not have, so that no provider ever touches them.
    - `refused`: record sets that octoDNS cannot hold although it has their type: without them a provider
      would lose what it holds there, so such a zone must not be applied.
    """

    zone: OctodnsZone
    left_out: tuple[Refused, ...] = ()
    refused: tuple[Refused, ...] = ()


def to_octodns(zone: Zone) -> Translated:
    """The zone without its SOA, which is the provider's own.

    A record set has one TTL there, its first record's. `octodns:` and whatever else an octoDNS file says
    beside the values comes along.
    """
    translated = octodns_zone(zone.name)
    left_out: list[Refused] = []
    refused: list[Refused] = []
    known = _registered_types()
    for types in zone.names.values():
        for found in types.values():
            if found.type == "SOA":
                continue
            if found.type not in known:
                message = f"octoDNS has no type {found.type}: these records are left alone"
                left_out.append(Refused("sync-left-out", found.at, message))
                continue
            try:
                translated.add_record(octodns_record(translated, found), lenient=True)
            except Exception as error:  # octoDNS and its plugins raise whatever a value makes them raise
                refused.append(Refused("sync-not-octodns", found.at, _cannot(found, error)))
    return Translated(translated, tuple(left_out), tuple(refused))


def octodns_zone(name: str) -> OctodnsZone:
    """An empty zone; `name` is absolute."""
    from octodns.zone import Zone as OctodnsZone

    silence_octodns()
    return OctodnsZone(name, [])


def octodns_record(zone: OctodnsZone, found: RecordSet) -> OctodnsRecord:
    """One record set, not yet in the zone. Raises whatever octoDNS does for what it cannot hold."""
    first = found.records[0]
    record_class = _registered_types()[found.type]
    data: dict[str, Any] = {"ttl": first.ttl, "type": found.type, **(first.extra or {})}
    if not VALUE_FIELDS.isdisjoint(first.extra or {}):  # a type that only its provider knows
        values: Sequence[str] = ()
    elif found.type in TEXT_TYPES:
        values = [text_value(record.text) for record in found.records]
        data |= {"values": []}
    else:
        values = ()
        data |= _data(record_class, found)
    name = found.name.removesuffix(zone.name).removesuffix(".")
    record = record_class(zone, name, data)
    if values:
        set_text_values(record, values)
    return record


def text_value(text: str) -> str:
    """The text of a TXT record as octoDNS keeps it: `;` escaped, characters for octets that are UTF-8.

    `text` has a character from 0 to 255 for each octet. Raises ValueError for octets that are not UTF-8.
    """
    return text.encode("latin-1").decode("utf-8").replace(";", "\\;")


def plain_text(value: str) -> str:
    """The octets of a TXT value of octoDNS, each as one character: the inverse of `text_value`."""
    return value.replace("\\;", ";").encode("utf-8").decode("latin-1")


def set_text_values(record: OctodnsRecord, values: Iterable[str]) -> None:
    """Give a TXT or SPF record these values (see `text_value`) as they are.

    octoDNS itself drops quotes at the ends of a value that begins with one, and `" "` wherever it stands.
    A provider that reads its records back must set their values by this, too, or a text with quotes is
    planned again and again.
    """
    record.values = sorted(record._value_type(value) for value in dict.fromkeys(values))


def silence_octodns() -> None:
    """Keep octoDNS's warnings off standard error, where Python puts those that nobody handles."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())


def _registered_types() -> dict[str, Any]:
    from octodns.record import Record as OctodnsRecord

    types: dict[str, Any] = OctodnsRecord.registered_types()
    return types


def _data(record_class: Any, found: RecordSet) -> dict[str, Any]:
    from octodns.record.rr import Rrset

    texts = dict.fromkeys(_presentation(record) for record in found.records)
    data: dict[str, Any] = record_class.data_from_rrset(
        Rrset(found.name, found.type, found.records[0].ttl, list(texts))
    )
    return data


def _presentation(record: Record) -> str:
    return _location(record) if record.type == "LOC" else record.text


def _location(record: Record) -> str:
    """A LOC with all twelve fields: octoDNS knows no defaults (RFC 1876 section 3)."""
    from dns.rdtypes.ANY.LOC import LOC

    rdata = record.rdata()
    assert isinstance(rdata, LOC)
    latitude, longitude = _angle(rdata.latitude, "NS"), _angle(rdata.longitude, "EW")
    sizes = (rdata.altitude, rdata.size, rdata.horizontal_precision, rdata.vertical_precision)
    return " ".join([latitude, longitude, *(f"{size / 100}m" for size in sizes)])


def _angle(parts: tuple[int, int, int, int, int], directions: str) -> str:
    degrees, minutes, seconds, milliseconds, sign = parts
    return f"{degrees} {minutes} {seconds + milliseconds / 1000} {directions[sign < 0]}"


def _cannot(found: RecordSet, error: Exception) -> str:
    reason = str(error).strip().splitlines()
    name = found.name.rstrip(".")
    return (
        f"octoDNS cannot hold the {found.type} records of {name}: {reason[0] if reason else type(error).__name__}"
    )
