"""Records that their zone's servers never give: another zone or a DNAME answers for their names (RFC 9499)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from mailcheck.model.names import absolute, parent
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone, per_zone

_AT_A_CUT = frozenset({"NS", "DS", "NSEC", "NSEC3", "RRSIG", "CNAME", "DNAME"})
"""What the parent's side of a cut holds, and what is a conflict there before it is anything else."""
_ADDRESSES = frozenset({"A", "AAAA"})


class Occlusion(NamedTuple):
    """The delegation (`by` NS) or DNAME at `name`, and the declared records that it hides, in their order."""

    name: str
    by: Literal["NS", "DNAME"]
    records: tuple[Record, ...]

    @property
    def type(self) -> str:
        return self.by


@per_zone
def occlusions(zone: Zone) -> tuple[Occlusion, ...]:
    """What hides records of the zone (RFC 1034 section 4.3.2 step 3; RFC 6672 section 2.4).

    Addresses of names that any NS record names are glue, and stay.
    """
    cuts = {found.name for found in zone.record_sets("NS")} - {zone.name}
    dnames = {found.name for found in zone.record_sets("DNAME")}
    if not (cuts or dnames):
        return ()
    glue = {absolute(record.text) for found in zone.record_sets("NS") for record in found.records}
    hidden: dict[tuple[str, Literal["NS", "DNAME"]], list[Record]] = {}
    for name, types in zone.names.items():
        place = _hidden_by(name, zone.name, cuts, dnames)
        if place is None:
            continue
        kept = _AT_A_CUT if place == (name, "NS") else frozenset()
        for found in types.values():
            if found.type not in kept and not (found.type in _ADDRESSES and name in glue and place[1] == "NS"):
                hidden.setdefault(place, []).extend(found.records)
    return tuple([Occlusion(*place, tuple(records)) for place, records in hidden.items()])


@per_zone
def redirected_names(zone: Zone) -> frozenset[str]:
    """The owner names of those below a DNAME: other names take their place, so that nothing is done there."""
    hidden = (occlusion.records for occlusion in occlusions(zone) if occlusion.by == "DNAME")
    return frozenset([record.name for records in hidden for record in records])


@per_zone
def occluded_names(zone: Zone) -> frozenset[str]:
    """The owner names of those records."""
    return frozenset([record.name for occlusion in occlusions(zone) for record in occlusion.records])


def _hidden_by(
    name: str, origin: str, cuts: set[str], dnames: set[str]
) -> tuple[str, Literal["NS", "DNAME"]] | None:
    """The topmost cut at or above `name`, or DNAME above it."""
    topmost: tuple[str, Literal["NS", "DNAME"]] | None = None
    for above in _upwards(name, origin):
        if above in dnames and above != name:
            topmost = above, "DNAME"
        if above in cuts and not above.startswith("*."):
            topmost = above, "NS"
    return topmost


def _upwards(name: str, origin: str) -> Iterator[str]:
    while name not in (origin, "."):
        yield name
        name = parent(name)
    yield name
