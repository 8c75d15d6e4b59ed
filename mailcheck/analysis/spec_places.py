"""Where the zones and the spec speak of the same thing: the two places of a finding about both."""

from __future__ import annotations

from mailcheck.analysis.spf_request import SpfOutcome
from mailcheck.grammar.spf import is_spf
from mailcheck.model.finding import Label
from mailcheck.model.location import Location
from mailcheck.model.names import is_at_or_below, parent
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone

Sides = tuple[Location, tuple[Label, ...]]
"""The place of a finding, and the labels beside it."""


def sides(zone_at: Location | None, spec_at: Location, message: str) -> Sides:
    """The zone's line first, then the spec's with `message`; the spec's alone where no zone holds the name."""
    return (spec_at, ()) if zone_at is None else (zone_at, (Label(spec_at, message),))


def place_of(zone: Zone, name: str) -> Location | None:
    """The owner name in its file, else the next one above it, else the zone; None where it lies elsewhere."""
    if not is_at_or_below(name, zone.name):
        return None
    while name not in zone.names:
        if name == zone.name:
            return zone.at
        name = parent(name)
    return next(iter(zone.names[name].values())).records[0].owner_at


def set_place(zone: Zone, name: str, rtype: str) -> Location | None:
    """The first record of the set, else as `place_of`."""
    found = zone.at_name(name, rtype)
    return found[0].at if found else place_of(zone, name)


def spf_record(zone: Zone, name: str) -> Record | None:
    """The first SPF record that the zone holds at the name."""
    return next((record for record in zone.at_name(name, "TXT") if is_spf(record.text)), None)


def spf_place(zone: Zone, name: str, outcome: SpfOutcome) -> Location | None:
    """The term of the name's own SPF record that decided, else the record, else as `place_of`."""
    record = spf_record(zone, name)
    if record is None:
        return place_of(zone, name)
    term = outcome.term
    return term.at if term is not None and term.record is record else record.at
