"""Mail records at names whose labels lost their underscores (RFC 8552)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mailcheck.analysis.of_record import OfRecord
from mailcheck.analysis.zone_texts import MailKind, mail_kind
from mailcheck.model.names import split_labels
from mailcheck.model.record import Record, RecordSet
from mailcheck.model.zone import Zone

_BARE = frozenset({"dmarc", "report", "domainkey", "mta-sts", "smtp", "tls", "bimi"})


class _Place(NamedTuple):
    """The labels that a standard looks for its record under; `first` where nothing stands in front of them."""

    what: str
    labels: tuple[str, ...]
    first: bool


_PLACES: Mapping[MailKind, tuple[_Place, ...]] = {
    "dmarc": (_Place("DMARC", ("_dmarc",), True), _Place("DMARC", ("_report", "_dmarc"), False)),
    "dkim": (_Place("DKIM", ("_domainkey",), False),),
    "mta-sts": (_Place("MTA-STS", ("_mta-sts",), True),),
    "tls-rpt": (_Place("TLS reporting", ("_smtp", "_tls"), True),),
    "bimi": (_Place("BIMI", ("_bimi",), False),),
}
_ALIASES = (*_PLACES["dmarc"], *_PLACES["dkim"], *_PLACES["tls-rpt"], *_PLACES["bimi"])
"""Where a CNAME may stand for the record; `mta-sts` without its underscore is a host of its own."""


class LostUnderscore(OfRecord):
    """A record, the standard that it serves, and the name where that standard looks for it."""

    def __init__(self, record: Record, what: str, meant: str) -> None:
        super().__init__(record)
        self.what = what
        self.meant = meant


def lost_underscores(zone: Zone) -> tuple[LostUnderscore, ...]:
    """For each name that lost an underscore, the first record that needs it; the zone's own labels are apart."""
    found: dict[str, LostUnderscore] = {}
    for name, types in zone.names.items():
        if not _BARE.isdisjoint(name.split(".")):
            for lost in _at_name(types, zone.name):
                found.setdefault(name, lost)
    return tuple(found.values())


def _at_name(types: Mapping[str, RecordSet], origin: str) -> Iterator[LostUnderscore]:
    for record in types["TXT"].records if "TXT" in types else ():
        kind = mail_kind(record)
        for place in _PLACES.get(kind, ()) if kind else ():
            if (meant := _restored(record.name, origin, place)) is not None:
                yield LostUnderscore(record, place.what, meant)
    for record in types["CNAME"].records if "CNAME" in types else ():
        target = split_labels(record.text.lower())
        for place in _ALIASES:
            if place.labels[-1] in target and (meant := _restored(record.name, origin, place)) is not None:
                yield LostUnderscore(record, place.what, meant)


def _restored(name: str, origin: str, place: _Place) -> str | None:
    """`name` with the underscores of the place put back; None where it has them, or is no such place."""
    labels = split_labels(name.removesuffix(origin))
    size = len(place.labels)
    meant: str | None = None
    for at in range(len(labels)):
        window = labels[at : at + size]
        if tuple(window) == place.labels:
            return None
        may_stand = meant is None and (at == 0 or not place.first)
        if may_stand and ["_" + label.removeprefix("_") for label in window] == list(place.labels):
            meant = ".".join([*labels[:at], *place.labels, *labels[at + size :], origin])
    return meant
