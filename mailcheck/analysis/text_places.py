"""The TXT record sets of a zone by the labels that standards look for them under (RFC 8552)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from mailcheck.model.record import RecordSet
from mailcheck.model.zone import Zone, per_zone

Place = Literal["_dmarc.", "_domainkey.", "_mta-sts.", "_smtp._tls.", "_bimi."]

_PLACES: tuple[Place, ...] = ("_dmarc.", "_domainkey.", "_mta-sts.", "_smtp._tls.", "_bimi.")


def texts_around(zone: Zone, place: Place) -> Sequence[RecordSet]:
    """The TXT record sets whose names hold `place`, be it as a part of a label; in the order of the file."""
    return _by_place(zone).get(place, ())


@per_zone
def _by_place(zone: Zone) -> Mapping[Place, Sequence[RecordSet]]:
    """One pass over the names for all who look for a place."""
    found: dict[Place, list[RecordSet]] = {}
    for texts in zone.record_sets("TXT"):
        name = texts.name
        if "_" in name:
            for place in _PLACES:
                if place in name:
                    found.setdefault(place, []).append(texts)
    return found
