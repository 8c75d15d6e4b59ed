"""Several declarations of one zone: refused, replaced or merged, as octoDNS does with several sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mailcheck.model.finding import Refused
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone
from mailcheck.zonefile.discover import Found


def join_zones(declared: Iterable[tuple[Found, Zone]]) -> tuple[list[Zone], list[Refused]]:
    """The zones by name, in the order of their first declarations, and what of the later ones is refused.

    Sources of one octoDNS zone add their record sets to it; one that is there already is refused, or
    replaced where the source says `populate_should_replace`. Any other second declaration is refused.
    """
    zones: dict[str, Zone] = {}
    refused: list[Refused] = []
    for found, zone in declared:
        first = zones.setdefault(zone.name, zone)
        if first is zone:
            continue
        if found.settings.replace:
            zones[zone.name] = _together(_without(first, _sets(zone)), zone)
        elif found.adds:
            again = _sets(zone).keys() & _sets(first).keys()
            refused += _duplicates(first, zone, again)
            merged = _together(first, _without(zone, again))
            zones[zone.name] = replace(merged, unread=merged.unread | {name for name, _ in again})
        else:
            message = f"zone {zone.name.rstrip('.') or '.'} is declared in {first.path} too; this one is left out"
            refused.append(Refused("zone-twice", zone.at, message, "keep one of the two"))
    return list(zones.values()), refused


def _sets(zone: Zone) -> dict[tuple[str, str], Record]:
    """The first record of each name and type."""
    return {(record.name, record.type): record for record in reversed(zone.records)}


def _without(zone: Zone, sets: Iterable[tuple[str, str]]) -> Zone:
    dropped = frozenset(sets)
    return replace(
        zone,
        records=tuple([record for record in zone.records if (record.name, record.type) not in dropped]),
        remarks=tuple([remark for remark in zone.remarks if (remark.name, remark.type) not in dropped]),
    )


def _together(first: Zone, later: Zone) -> Zone:
    return replace(
        first,
        records=first.records + later.records,
        remarks=first.remarks + later.remarks,
        suppressions=first.suppressions + later.suppressions,
        unread=first.unread | later.unread,
        incomplete=first.incomplete or later.incomplete,
    )


def _duplicates(first: Zone, later: Zone, again: Iterable[tuple[str, str]]) -> list[Refused]:
    there, here = _sets(first), _sets(later)
    refused = []
    for key in sorted(again, key=lambda key: here[key].owner_at):
        at = there[key].owner_at
        message = f"the {key[1]} records of this name are declared in {at.path} line {at.line} already"
        hint = "keep one of the two, or set `populate_should_replace: true` for the later source"
        refused.append(Refused("record-duplicate", here[key].owner_at, message, hint))
    return refused
