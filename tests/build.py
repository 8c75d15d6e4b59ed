"""Zones for tests, from lines of `owner type value`, each line its own place in the file."""

from __future__ import annotations

from mailcheck.model.location import Location
from mailcheck.model.names import absolute
from mailcheck.model.record import LONGEST_STRING, Record
from mailcheck.model.zone import Suppression, Zone


def zone(name: str, *lines: str, suppressions: tuple[Suppression, ...] = ()) -> Zone:
    """A zone of the given origin; `@` is the apex, relative owners are completed, values are absolute."""
    origin = absolute(name)
    path = f"zones/{origin}zone"
    records = tuple(record(origin, path, number, line) for number, line in enumerate(lines, 1))
    at = Location(path, 1, 1, 1, 1)
    return Zone(origin, path, "master", records, at, suppressions=suppressions)


def record(origin: str, path: str, number: int, line: str) -> Record:
    owner, rtype, text = line.split(" ", 2)
    full = origin if owner == "@" else owner if owner.endswith(".") else f"{owner}.{origin.lstrip('.')}"
    column = len(owner) + len(rtype) + 3
    at = Location(path, number, column, number, column + len(text))
    cuts = tuple(range(LONGEST_STRING, len(text), LONGEST_STRING)) if rtype == "TXT" else ()
    owner_at = Location(path, number, 1, number, 1 + len(owner))
    return Record(full.lower(), rtype, 3600, text, at, owner_at)._replace(cuts=cuts)
