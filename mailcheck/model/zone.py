"""A declared zone: what its file or files say, nothing asked of the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import ClassVar, Literal, NamedTuple, TypeVar, cast

from mailcheck.model.location import Location
from mailcheck.model.names import parent
from mailcheck.model.record import Record, RecordSet

T = TypeVar("T")

REMEMBERED_ZONES = 1024

RemarkKind = Literal[
    "ambiguous-name",  # an unquoted YAML key that octoDNS would read as something else; `detail` is that
    "unescaped-semicolon",  # octoDNS TXT with a bare `;` where escaping is on
    "double-escaped-semicolon",  # octoDNS TXT with `\\;` twice escaped
    "escaped-semicolon",  # octoDNS TXT with `\\;` where escaping is off
    "lenient",  # `octodns: lenient: true`
    "missing-final-dot",  # an octoDNS target without its final dot
]


class Remark(NamedTuple):
    """Something about how a zone file is written that its records no longer show."""

    kind: RemarkKind
    name: str
    type: str
    at: Location
    detail: str = ""


class Suppression(NamedTuple):
    """`# mailcheck: ignore[rule, …] reason until DATE`; holds on the lines `first` to `last` of its file.

    `bad_date` is what stands in the place of a date and is none; it ends the comment.
    """

    at: Location
    rules: tuple[str, ...]
    reason: str
    until: date | None
    first: int
    last: int
    bad_date: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """One zone with all its records.

    `name` is absolute and lower case, `path` the file (or the folder of a split zone) as it is shown
    to the user, `at` the start of that file, `policies` the texts of MTA-STS policy files that lie
    beside the zone, by domain name with final dot. `unread` are the owner names at which a record was
    refused: what stands there is not known. Of an `incomplete` zone a part could not be read at all, so
    that nothing is known to be absent from it.
    """

    name: str
    path: str
    format: Literal["octodns", "master"]
    records: tuple[Record, ...]
    at: Location
    remarks: tuple[Remark, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    policies: Mapping[str, PolicyFile] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    incomplete: bool = False

    type: ClassVar[str] = ""

    @property
    def names(self) -> Mapping[str, Mapping[str, RecordSet]]:
        """The record sets by owner name and type, in the order of the file."""
        return _names(self)

    def record_sets(self, rtype: str) -> Sequence[RecordSet]:
        """All record sets of one type, in the order of the file."""
        return _sets(self).get(rtype, ())

    def at_name(self, name: str, rtype: str) -> tuple[Record, ...]:
        """The records of one name and type exactly as written there; wildcards and CNAMEs not followed."""
        types = self.names.get(name)
        found = types.get(rtype) if types else None
        return found.records if found else ()

    def may_hold_more(self, name: str) -> bool:
        """Whether there may be records at this name that could not be read."""
        return self.incomplete or name in self.unread


def zone_of(name: str, zones: Mapping[str, Zone]) -> Zone | None:
    """The deepest of `zones` (by name) that `name` lies in."""
    while name not in zones:
        if name == ".":
            return None
        name = parent(name)
    return zones[name]


def per_zone(compute: Callable[[Zone], T]) -> Callable[[Zone], T]:
    """Keep what `compute` answers for the zones in use.

    Of 10,000 zones few are in use at once: for older ones it is computed anew, so that memory is flat.
    """
    remembered = lru_cache(maxsize=REMEMBERED_ZONES)(compute)
    _clearing.append(remembered.cache_clear)
    return cast("Callable[[Zone], T]", remembered)


def forget_zones() -> None:
    """Drop all that was computed of single zones: a run over more zones than are kept has no use for it."""
    for clear in _clearing:
        clear()


_clearing: list[Callable[[], None]] = []


@per_zone
def _sets(zone: Zone) -> Mapping[str, Sequence[RecordSet]]:
    """The record sets by type; one pass over the records, since every zone of a run comes here."""
    grouped: dict[str, dict[str, list[Record]]] = {}
    for record in zone.records:
        name, rtype = record.name, record.type
        if rtype not in grouped:
            grouped[rtype] = {name: [record]}
        elif name not in grouped[rtype]:
            grouped[rtype][name] = [record]
        else:
            grouped[rtype][name].append(record)
    return {
        rtype: [RecordSet(name, rtype, tuple(records)) for name, records in names.items()]
        for rtype, names in grouped.items()
    }


@per_zone
def _names(zone: Zone) -> Mapping[str, Mapping[str, RecordSet]]:
    names: dict[str, dict[str, RecordSet]] = {record.name: {} for record in zone.records}
    for rtype, sets in _sets(zone).items():
        for found in sets:
            names[found.name][rtype] = found
    return names


class PolicyFile(NamedTuple):
    """An MTA-STS policy kept beside a zone as `mta-sts.<domain>.txt` (RFC 8461 section 3.2)."""

    domain: str
    text: str
    at: Location
