"""Selections of record sets."""

from dataclasses import replace

from mailcheck.analysis import zone_sets
from mailcheck.model.location import whole_line
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone
from tests.build import zone

DECLARED = zone(
    "example.com",
    "@ TXT one",
    "@ TXT two",
    "@ TXT SPF2.0/pra a -all",
    "@ SPF v=spf1 -all",
    "* MX 10 mail.example.com.",
    "lists MX 10 mail.example.com.",
    "*.lists MX 10 mail.example.com.",
    "www CNAME example.com.",
    "mail A 192.0.2.25",
    "mail A 192.0.2.25",
)


def names(found: tuple[object, ...]) -> list[tuple[str, str]]:
    return [(item.name, item.type) for item in found]  # type: ignore[attr-defined]


def test_record_sets_by_kind() -> None:
    assert [found.text for found in zone_sets.sender_ids(DECLARED)] == ["SPF2.0/pra a -all"]
    assert names(zone_sets.spf_type_sets(DECLARED)) == [("example.com.", "SPF")]
    assert names(zone_sets.cname_sets(DECLARED)) == [("www.example.com.", "CNAME")]
    assert names(zone_sets.wildcard_exchanges(DECLARED)) == [
        ("*.example.com.", "MX"),
        ("*.lists.example.com.", "MX"),
    ]
    assert names(zone_sets.sets_of_several(DECLARED)) == [("example.com.", "TXT"), ("mail.example.com.", "A")]
    assert zone_sets.whole_zone(DECLARED) == (DECLARED,)
    assert zone_sets.remarks(DECLARED) == ()


def with_ttls(*ttls: tuple[int, int | None]) -> Zone:
    """One record for each TTL; the second number is the line on which it stands, None where it is inherited."""
    at = whole_line("example.com.zone")
    records = tuple(
        Record(
            "example.com.", "A", ttl, str(index), at, at, whole_line("example.com.zone", line) if line else None
        )
        for index, (ttl, line) in enumerate(ttls)
    )
    return replace(zone("example.com"), records=records)


def test_ttls_out_of_range_are_listed_once_for_each_place() -> None:
    found = zone_sets.ttls_out_of_range(
        with_ttls((0, 1), (2**31 - 1, 2), (2**31, 3), (2**31, 3), (-1, 4), (-2, None), (-2, None), (-3, None))
    )
    assert [record.text for record in found] == ["2", "4", "5", "7"]
