"""`$INCLUDE` and `$GENERATE`."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailcheck.model.limits import Limits
from tests.zonefile.master import HEAD, brief, read, records, refused


class TestInclude:
    def test_origin_and_owner_come_back_afterwards(self, tmp_path: Path) -> None:
        (tmp_path / "inc").write_text("@ A 192.0.2.1\n$ORIGIN deep\n@ A 192.0.2.2\n$TTL 60\n")
        zone, refused_ = read(
            HEAD + "www A 192.0.2.9\n$INCLUDE inc sub\n A 192.0.2.3\n$INCLUDE inc\n", file=tmp_path / "a.zone"
        )
        assert not refused_
        assert [brief(record) for record in zone.records[1:]] == [
            "www.example.com. 3600 A 192.0.2.9",
            "sub.example.com. 3600 A 192.0.2.1",
            "deep.sub.example.com. 3600 A 192.0.2.2",
            "www.example.com. 60 A 192.0.2.3",
            "example.com. 60 A 192.0.2.1",
            "deep.example.com. 60 A 192.0.2.2",
        ]
        assert [record.at.path for record in zone.records[2:4]] == ["zones/inc", "zones/inc"]

    def test_what_is_wrong_inside_is_told_there(self, tmp_path: Path) -> None:
        (tmp_path / "inc").write_text("a A x\n$INCLUDE a.zone\n$INCLUDE inc\nb A 192.0.2.1\n")
        zone, found = read(HEAD + "$INCLUDE inc\nc A 192.0.2.1\n", file=tmp_path / "a.zone")
        assert [(entry.code, entry.at.path, entry.at.line) for entry in found] == [
            ("master-bad-rdata", "zones/inc", 1),
            ("include-loop", "zones/inc", 2),
            ("include-loop", "zones/inc", 3),
        ]
        assert [record.name for record in zone.records[1:]] == ["b.example.com.", "c.example.com."]

    def test_a_bad_origin_or_file_leaves_the_rest_alone(self, tmp_path: Path) -> None:
        (tmp_path / "inc").write_text("@ A 192.0.2.1\n")
        zone, found = read(HEAD + "$INCLUDE inc a..b\n$INCLUDE missing\nc A 192.0.2.1\n", file=tmp_path / "a.zone")
        assert [(entry.code, entry.at.line, entry.at.column) for entry in found] == [
            ("master-bad-name", 4, 14),
            ("file-not-found", 5, 10),
        ]
        assert [record.name for record in zone.records[1:]] == ["c.example.com."]


class TestGenerate:
    def test_records_of_a_range(self) -> None:
        found = records('$GENERATE 1-3/2 h$ 60 IN A 192.0.2.$\n$GENERATE 1-1 @ MX "10 m${0,2}"\n')
        assert [brief(record) for record in found] == [
            "h1.example.com. 60 A 192.0.2.1",
            "h3.example.com. 60 A 192.0.2.3",
            "example.com. 3600 MX 10 m01.example.com.",
        ]
        assert found[1].owner_at.span == (4, 17, 4, 19)
        assert found[1].at.within(0, 9).span == (4, 28, 4, 37)

    def test_reverse_zones(self) -> None:
        zone, refused_ = read(
            "$ORIGIN 2.0.192.in-addr.arpa.\n$TTL 60\n$GENERATE 0-255 $ PTR host-$.example.com.\n"
        )
        assert not refused_
        assert (len(zone.records), zone.records[255].text) == (256, "host-255.example.com.")

    @pytest.mark.parametrize(
        ("text", "code", "column"),
        [
            ("$GENERATE 3-1 a A 192.0.2.1", "generate", 11),
            ("$GENERATE 1-2 a${ A 192.0.2.1", "generate", 15),
            ("$GENERATE 1-2 a A ${x}", "generate", 19),
            ("$GENERATE 1-2 a$..b A 192.0.2.1", "generate", 15),
            ("$GENERATE 0-2 a${-1,0,x} A 192.0.2.1", "generate", 15),
            ("$GENERATE 0-2 a A 192.0.2.${-1,0,X}", "generate", 19),
            ('$GENERATE 1-2 a A "("', "generate", 19),
            ('$GENERATE 1-2 a A ""', "generate", 19),
            ("$GENERATE 1-2 a A 192.0.2.1 x", "syntax", 29),
            ("$GENERATE 1-2 a", "syntax", 15),
            ("$GENERATE 1-2 a XYZ 1", "unknown-type", 17),
            ("$GENERATE 1-2 a 1x A 192.0.2.1", "bad-ttl", 17),
            ("$GENERATE 0-65536 a$ A 192.0.2.1", "generate-limit", 11),
            ("$GENERATE 0-2147483647 a$ A 192.0.2.1", "generate-limit", 11),
        ],
    )
    def test_refused(self, text: str, code: str, column: int) -> None:
        assert refused(text + "\nb A 192.0.2.1\n") == [(code, 1, column)]

    def test_a_bad_value_is_told_at_the_template(self) -> None:
        zone, [entry] = read(HEAD + "$GENERATE 254-257 h$ A 192.0.2.$\n")
        assert (entry.code, entry.at.line, entry.at.column) == ("master-bad-rdata", 4, 24)
        assert len(zone.records) == 3

    def test_all_of_a_zone_count_together(self) -> None:
        limits = Limits()._replace(generate=5)
        zone, [entry] = read(
            HEAD + "$GENERATE 1-3 a$ A 192.0.2.1\n$GENERATE 1-3 b$ A 192.0.2.1\n$GENERATE 1-2 c$ A 192.0.2.1\n",
            limits=limits,
        )
        assert (entry.code, entry.at.line) == ("master-generate-limit", 5)
        assert len(zone.records) == 6

    def test_what_is_generated_counts_for_the_octets_of_the_run(self) -> None:
        limits = Limits()._replace(total_size=400)
        _, [entry] = read(HEAD + "$GENERATE 1-100 a$ A 192.0.2.1\n", limits=limits)
        assert entry.code == "total-too-large"
