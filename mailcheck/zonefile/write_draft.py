"""A zone that was made, not read, as the text of a file of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from mailcheck.model.draft import ZoneDraft, comment
from mailcheck.zonefile.write import rdata_text
from mailcheck.zonefile.write_octodns import octodns_text

ZoneFormat = Literal["octodns", "master"]
SUFFIXES: dict[ZoneFormat, str] = {"octodns": ".yaml", "master": ".zone"}


def zone_file_name(zone: ZoneDraft, kind: ZoneFormat) -> str:
    """The name that lets the file be found as that zone."""
    return zone.name.removesuffix(".") + SUFFIXES[kind]


def zone_text(zone: ZoneDraft, kind: ZoneFormat) -> str:
    """The file; its reader gives the records back, but for those that octoDNS cannot hold: they are comments."""
    return octodns_text(zone) if kind == "octodns" else "\n".join(_master_lines(zone)) + "\n"


def _master_lines(zone: ZoneDraft) -> Iterator[str]:
    yield from (f"; {comment(note)}" for note in zone.notes)
    yield f"$ORIGIN {zone.name}"
    for entry in zone.entries:
        if entry.notes:
            yield ""
        yield from (f"; {comment(note)}" for note in entry.notes)
        for record in entry.records:
            name = "@" if record.name == zone.name else record.name.removesuffix("." + zone.name)
            yield f"{name} {record.ttl} IN {record.type} {rdata_text(record)}"
