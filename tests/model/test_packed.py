"""A packed record is the same record; only where its places are kept differs."""

import pickle

from mailcheck.model.location import Location, Piece
from mailcheck.model.packed import UNPACKED_ZONES, PackedRecord, pack
from mailcheck.model.record import Record
from tests.build import zone

PLAIN = zone("example.com", "@ TXT v=spf1 -all", "@ MX 10 mail.example.com.", "mail A 192.0.2.25").records
ODD = Record(
    "example.com.",
    "TXT",
    60,
    "a;b",
    Location("z", 3, 1, 3, 5, (Piece(0, 3, 1), Piece(1, 3, 3))),
    Location("z", 2, 1, 2, 4),
    Location("z", 2, 7, 2, 9),
    (1,),
    {"octodns": {"lenient": True}},
)


def fields(record: Record) -> list[object]:
    return [getattr(record, name) for name in Record._fields]


def test_every_field_is_what_it_was() -> None:
    records = (*PLAIN, ODD)
    packed = pack(records)
    assert all(isinstance(record, PackedRecord) for record in packed)
    assert list(map(fields, packed)) == list(map(fields, records))
    assert packed[-1].at.within(1, 2) == ODD.at.within(1, 2)
    assert packed[0].rdata() == PLAIN[0].rdata()


def test_it_survives_the_way_to_another_process() -> None:
    assert list(map(fields, pickle.loads(pickle.dumps(pack(PLAIN))))) == list(map(fields, PLAIN))


def test_places_are_found_again_after_many_other_zones() -> None:
    first, *others = [pack(PLAIN) for _ in range(UNPACKED_ZONES + 2)]
    assert first[0].at is first[0].at
    for other in others:
        assert other[1].at == PLAIN[1].at
    assert first[2].at == PLAIN[2].at


def test_two_packed_records_are_never_equal() -> None:
    first, second = pack((ODD, ODD))
    assert first != second
    assert pack(PLAIN)[0] != PLAIN[0]
