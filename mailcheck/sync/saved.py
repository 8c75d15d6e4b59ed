"""Zones and changes as JSON, for journals and digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from mailcheck.model.change import Change
from mailcheck.model.location import whole_line
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone


def saved_zone(zone: Zone) -> list[dict[str, Any]]:
    """The zone's records, their places in files left out, the SOA too."""
    return [
        {"name": record.name, "type": record.type, "ttl": record.ttl, "text": record.text, "extra": record.extra}
        for record in zone.records
        if record.type != "SOA"
    ]


def restored_zone(name: str, records: Iterable[Mapping[str, Any]], source: str) -> Zone:
    """The zone of `saved_zone`; `source` is the file that it was saved in."""
    at = whole_line(source)
    found = tuple(
        Record(saved["name"], saved["type"], saved["ttl"], saved["text"], at, at, extra=saved["extra"])
        for saved in records
    )
    return Zone(name, source, "octodns", found, at)


def zone_digest(zone: Zone) -> str:
    """The same for zones that say the same, in whatever order and file."""
    lines = sorted({json.dumps(saved, sort_keys=True, default=str) for saved in saved_zone(zone)})
    return hashlib.sha256("\n".join([zone.name, *lines]).encode("utf-8", "surrogatepass")).hexdigest()


def saved_change(change: Change) -> dict[str, Any]:
    """What the change writes: the same for two changes that write the same."""
    return {
        "kind": change.kind,
        "name": change.name,
        "type": change.type,
        "before": list(change.before),
        "after": list(change.after),
        "ttl_before": change.ttl_before,
        "ttl_after": change.ttl_after,
        "details": list(change.details),
    }
