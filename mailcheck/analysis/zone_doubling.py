"""Names to which a zone's own name was added once too often."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.model.index import Index, all_names
from mailcheck.model.location import Location
from mailcheck.model.names import split_labels
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone

_TARGET_TYPES = frozenset({"MX", "CNAME", "NS", "PTR", "SRV", "DNAME", "ALIAS"})


class DoubledName(NamedTuple):
    """An owner or a target that ends in the same domain twice.

    `whole` is the name as it would be deployed, `meant` the name without the repetition, both absolute.
    `undotted` are the records that are written with the `meant` name without a final dot: all of an owner, or the
    one of a master file that has it as its target.
    """

    name: str
    type: str
    whole: str
    meant: str
    at: Location
    undotted: tuple[Record, ...] = ()


def doubled_names(zone: Zone) -> tuple[DoubledName, ...]:
    """Every doubled owner of the zone once, and every record whose target is doubled."""
    return tuple(_owners(zone)) + tuple(_targets(zone))


meant_names = Index(lambda zone: tuple([doubled.meant for doubled in _owners(zone)]), all_names)
"""The names that doubled owners were meant to be: their records exist, and stand elsewhere."""


def without_doubling(name: str, origin: str) -> str | None:
    """`name` without its repetition, or None where it has none.

    A repetition is a domain of two labels or more, at or below `origin`, that follows upon itself at
    the end of the name. (`example.com._report._dmarc.example.com` has none.)
    """
    inner = name.removesuffix(origin)
    if inner == name or origin.removesuffix(".") not in inner:
        return None
    labels = split_labels(name)
    for size in range(max(2, len(split_labels(origin))), len(labels) // 2 + 1):
        if labels[-size:] == labels[-2 * size : -size]:
            return ".".join(labels[:-size]) + "."
    return None


def _owners(zone: Zone) -> Iterator[DoubledName]:
    bare = zone.name.removesuffix(".")
    for name, types in zone.names.items():
        if name.count(bare) > 1 and (meant := without_doubling(name, zone.name)) is not None:
            records = tuple([record for found in types.values() for record in found.records])
            undotted = all(_written(record.owner_at) == len(meant) - 1 for record in records)
            at = records[0].owner_at
            yield DoubledName(name, records[0].type, name, meant, at, records if undotted else ())


def _targets(zone: Zone) -> Iterator[DoubledName]:
    origin = zone.name
    bare = origin.removesuffix(".")
    for record in zone.records:
        if record.type not in _TARGET_TYPES:
            continue
        text = record.text.lower()
        if text.count(bare) > 1 and text.endswith(origin):
            start = text.rfind(" ") + 1
            meant = without_doubling(text[start:], origin)
            if meant is not None:
                at = record.at.within(start, len(text))
                undotted = zone.format == "master" and _written(at) == len(meant) - 1
                yield DoubledName(record.name, record.type, text[start:], meant, at, (record,) if undotted else ())


def _written(at: Location) -> int | None:
    """How many characters of its line the name has; None where it has more than one line."""
    return at.end_column - at.column if at.end_line == at.line else None
