"""Master files to zones (RFC 1035 section 5)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from mailcheck.model.finding import Refused
from mailcheck.model.limits import Limits
from mailcheck.model.location import whole_line
from mailcheck.model.names import absolute, is_at_or_below
from mailcheck.model.record import Record
from mailcheck.model.text import shorten
from mailcheck.model.zone import Zone
from mailcheck.zonefile.master_reader import MasterReader
from mailcheck.zonefile.source import Includes, Source


def read_master(
    source: Source, zone_name: str | None, shown_path: str, *, limits: Limits, includes: Includes
) -> tuple[Zone, tuple[Refused, ...]]:
    """The zone of a master file, and what of it could not be read.

    The zone's name is the owner of its SOA, else `zone_name` (from the file's name) where it lies at
    or below the `$ORIGIN` above the first record, else that origin. Where nothing names the zone it
    comes back as the root, without records, beside a refusal `master-no-origin`.
    """
    named = absolute(zone_name) if zone_name else None
    reader = MasterReader(named, limits, includes)
    reader.read(source)
    at = whole_line(shown_path)
    name = reader.soa_owner or _name_without_soa(named, reader.first_origin)
    if name is None:
        message = "neither an SOA, nor $ORIGIN, nor the file's name says which zone this is"
        unnamed = Refused("master-no-origin", at, message, "begin the file with $ORIGIN")
        return Zone(".", shown_path, "master", (), at), (*reader.refused, unnamed)
    outside = {owner for owner in {record.name for record in reader.records} if not is_at_or_below(owner, name)}
    records = tuple(record for record in reader.records if record.name not in outside)
    refused = [*reader.refused]
    left_out = reader.left_out + len(reader.records) - len(records)
    for entry in islice(_refused_outside(reader.records, outside, name), limits.findings - len(refused)):
        refused.append(entry)
        left_out -= 1
    if left_out:
        message = f"{left_out} more entries were refused and are not listed"
        refused.append(Refused("too-many-refused", refused[-1].at, message))
    return Zone(name, shown_path, "master", records, at, unread=frozenset(reader.unread)), tuple(refused)


def _name_without_soa(named: str | None, origin: str | None) -> str | None:
    if origin is None or (named is not None and is_at_or_below(named, origin)):
        return named
    return origin


def _refused_outside(records: list[Record], outside: set[str], zone_name: str) -> Iterator[Refused]:
    for record in records if outside else ():
        if record.name in outside:
            message = f"`{shorten(record.name)}` is outside the zone `{shorten(zone_name)}`"
            yield Refused("master-out-of-zone", record.owner_at, message)
