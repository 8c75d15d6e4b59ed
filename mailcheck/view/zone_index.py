"""One declared zone, prepared for lookups: what exists, where it is cut, where a DNAME stands."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from mailcheck.model.names import parent
from mailcheck.model.record import RecordSet
from mailcheck.model.zone import Zone

_NOTHING: Mapping[str, RecordSet] = MappingProxyType({})


class ZoneIndex(NamedTuple):
    """`existing` holds every owner name and every empty non-terminal above one (RFC 4592 section 2.2.2).

    The names of records that could not be read exist too.
    """

    zone: Zone
    existing: frozenset[str]
    cuts: frozenset[str]
    dnames: Mapping[str, str]

    def types_at(self, name: str) -> Mapping[str, RecordSet] | None:
        """The record sets that answer for `name`: its own, or those of the wildcard that covers it.

        None where the name does not exist (RFC 4592 section 3.3: only the wildcard below the closest
        encloser counts; where that is an empty non-terminal, the name exists and holds nothing).
        """
        types = self.zone.names.get(name)
        if types is not None:
            return types
        answering = self.answering(name)
        return self.zone.names.get(answering, _NOTHING if answering in self.existing else None)

    def answering(self, name: str) -> str:
        """The name whose records answer for `name`: itself where it exists, else the wildcard above it."""
        if name in self.existing:
            return name
        encloser = parent(name)
        while encloser not in self.existing:
            encloser = parent(encloser)
        return f"*.{encloser}"

    def cut_above(self, name: str, rtype: str) -> str | None:
        """The delegation at or above `name`, if any; the parent itself answers for DS at the cut."""
        if not self.cuts:
            return None
        if rtype == "DS" and name in self.cuts:
            name = parent(name)
        while name != self.zone.name:
            if name in self.cuts:
                return name
            name = parent(name)
        return None

    def dname_above(self, name: str) -> str | None:
        """The owner of the DNAME that redirects `name`, if any (RFC 6672 section 2.3: not the owner itself)."""
        while self.dnames and name != self.zone.name:
            name = parent(name)
            if name in self.dnames:
                return name
        return None


def index_zone(zone: Zone) -> ZoneIndex:
    """Prepare `zone`; one pass over its owner names."""
    existing = {zone.name}
    cuts = set()
    dnames = {}
    for name in (*zone.names, *zone.unread):
        above = name
        while above not in existing and above != ".":
            existing.add(above)
            above = parent(above)
    for name, types in zone.names.items():
        if "NS" in types and name != zone.name and not name.startswith("*."):
            cuts.add(name)
        if "DNAME" in types:
            dnames[name] = types["DNAME"].records[0].text
    return ZoneIndex(zone, frozenset(existing), frozenset(cuts), dnames)
