"""Records whose places in their file are kept packed: they are half of what a record takes, and seldom needed."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from functools import lru_cache
from sys import intern
from typing import Any

from mailcheck.model.location import Location
from mailcheck.model.plain import sent_plain
from mailcheck.model.record import Record

UNPACKED_ZONES = 256
"""How many zones' places are kept unpacked after somebody asked for one."""

_Places = tuple[Location, Location, Location | None]


class _Packed:
    """The places of all records of one zone, in their order; as a key it is told apart by identity."""

    __slots__ = ("octets",)

    def __init__(self, octets: bytes) -> None:
        self.octets = octets

    def __reduce__(self) -> tuple[type[_Packed], tuple[bytes]]:
        return _Packed, (self.octets,)


@sent_plain
class PackedRecord(Record):
    """A Record that looks up `at`, `owner_at` and `ttl_at`; its own tuple holds where in their stead."""

    __slots__ = ()

    @property
    def at(self) -> Location:
        return _places(self)[0]

    @property
    def owner_at(self) -> Location:
        return _places(self)[1]

    @property
    def ttl_at(self) -> Location | None:
        return _places(self)[2]


def pack(records: Sequence[Record]) -> tuple[Record, ...]:
    """The same records, their places packed and equal text kept once.

    For many zones at once: each place costs more to look up.
    """
    places: list[_Places] = [(record.at, record.owner_at, record.ttl_at) for record in records]
    packed = _Packed(pickle.dumps(places, pickle.HIGHEST_PROTOCOL))
    return tuple(
        [
            tuple.__new__(
                PackedRecord,
                (
                    intern(record.name),
                    record.type,
                    record.ttl,
                    intern(record.text),
                    packed,
                    number,
                    None,
                    *record[7:],
                ),
            )
            for number, record in enumerate(records)
        ]
    )


def _places(record: PackedRecord) -> _Places:
    packed: Any = record[4]
    number: Any = record[5]
    places: _Places = _unpack(packed)[number]
    return places


@lru_cache(maxsize=UNPACKED_ZONES)
def _unpack(packed: _Packed) -> Sequence[_Places]:
    found: Sequence[_Places] = pickle.loads(packed.octets)
    return found
