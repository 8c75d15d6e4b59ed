"""Master files to zones: what records and directives mean, and what of them is refused."""

from __future__ import annotations

import pytest

from mailcheck.model.limits import Limits
from tests.zonefile.master import HEAD, PATH, brief, read, records, refused


def test_owner_ttl_and_class_may_be_left_out_in_either_order() -> None:
    found = records(
        "www A 192.0.2.1\n"
        " A 192.0.2.2\n"
        "a 300 A 192.0.2.3\n"
        "b IN 5m A 192.0.2.4\n"
        "c 1h in a 192.0.2.5\n"
        "D.Example.COM. CLASS1 A 192.0.2.6\n"
        "@ 0 A 192.0.2.7\n"
    )
    assert [brief(record) for record in found] == [
        "www.example.com. 3600 A 192.0.2.1",
        "www.example.com. 3600 A 192.0.2.2",
        "a.example.com. 300 A 192.0.2.3",
        "b.example.com. 300 A 192.0.2.4",
        "c.example.com. 3600 A 192.0.2.5",
        "d.example.com. 3600 A 192.0.2.6",
        "example.com. 0 A 192.0.2.7",
    ]


def test_places_of_owner_ttl_and_value() -> None:
    own, inherited = records("www  300 IN A 192.0.2.1\n  IN A 192.0.2.2\n")
    assert (own.owner_at.span, own.at.span) == ((4, 1, 4, 4), (4, 15, 4, 24))
    assert own.ttl_at is not None
    assert own.ttl_at.span == (4, 6, 4, 9)
    assert (inherited.owner_at.span, inherited.ttl_at) == ((4, 1, 4, 4), None)
    assert own.at.path == PATH


def test_targets_are_absolute_and_keep_their_case() -> None:
    found = records(
        "@ MX 10 Mail\n@ MX 20 mail.example.net.\n@ MX 0 .\n@ NS @\nw CNAME W2\n"
        "_sip._tcp SRV 0 5 5060 sip\nd DNAME e.example.\n1 PTR Host\n"
    )
    assert [record.text for record in found] == [
        "10 Mail.example.com.",
        "20 mail.example.net.",
        "0 .",
        "example.com.",
        "W2.example.com.",
        "0 5 5060 sip.example.com.",
        "e.example.",
        "Host.example.com.",
    ]


def test_origin_moves_names_and_soa_names_the_zone() -> None:
    zone, refused_ = read(
        "$ORIGIN .\n$TTL 60\nexample.com IN SOA ns1.example.com h.example.com 1 2 3 4 5\n"
        "$ORIGIN example.com.\nwww A 192.0.2.1\n$ORIGIN sub\nwww A 192.0.2.2\n"
    )
    assert (zone.name, refused_) == ("example.com.", ())
    assert [record.name for record in zone.records] == [
        "example.com.",
        "www.example.com.",
        "www.sub.example.com.",
    ]


@pytest.mark.parametrize(
    ("text", "file_name", "zone_name"),
    [
        ("@ A 192.0.2.1\n", "example.com", "example.com."),
        ("$ORIGIN example.net.\n@ A 192.0.2.1\n", None, "example.net."),
        ("$ORIGIN example.net.\n@ A 192.0.2.1\n", "db.internal.", "example.net."),
        ("$ORIGIN com.\nexample A 192.0.2.1\n", "example.com.", "example.com."),
        ("@ A 192.0.2.1\n$ORIGIN sub.example.com.\n@ A 192.0.2.1\n", "example.com.", "example.com."),
        ("@ SOA a. b. 1 2 3 4 5\n$ORIGIN example.net.\n", "Example.COM.", "example.com."),
    ],
)
def test_name_of_the_zone(text: str, file_name: str | None, zone_name: str) -> None:
    zone, refused_ = read("$TTL 60\n" + text, file_name)
    assert (zone.name, zone.path, zone.format, refused_) == (zone_name, PATH, "master", ())


def test_nothing_names_the_zone() -> None:
    zone, found = read("$TTL 60\na.example. A 192.0.2.1\n@ A 192.0.2.1\nb A 192.0.2.1\n")
    assert (zone.name, zone.records) == (".", ())
    assert [(entry.code, entry.at.line) for entry in found] == [("master-no-origin", 3), ("master-no-origin", 1)]


def test_records_outside_the_zone_are_refused_at_their_owner() -> None:
    assert refused("www A 192.0.2.1\nmail.example.net. A 192.0.2.2\n A 192.0.2.3\n") == [
        ("out-of-zone", 2, 1),
        ("out-of-zone", 2, 1),
    ]


class TestTtl:
    def ttls(self, text: str) -> list[int]:
        zone, refused_ = read("$ORIGIN example.com.\n" + text)
        assert not refused_
        return [record.ttl for record in zone.records]

    def test_the_directive_holds_from_there_on(self) -> None:
        assert self.ttls("$TTL 1h\na 5 A 192.0.2.1\nb A 192.0.2.1\n$TTL 60\nc A 192.0.2.1\n") == [5, 3600, 60]

    def test_else_the_last_one_given(self) -> None:
        assert self.ttls("a 5 A 192.0.2.1\nb A 192.0.2.1\nc 7 A 192.0.2.1\nd TXT ( x )\n") == [5, 5, 7, 7]

    def test_else_the_minimum_of_the_soa(self) -> None:
        assert self.ttls("@ SOA a b 1 2 3 4 1m\na A 192.0.2.1\n") == [60, 60]
        assert self.ttls("@ 9 SOA a b 1 2 3 4 1m\na A 192.0.2.1\n") == [9, 9]

    def test_else_the_record_is_refused_once_for_the_file(self) -> None:
        zone, found = read("$ORIGIN example.com.\na A 192.0.2.1\nb A 192.0.2.1\nc 5 A 192.0.2.1\n")
        assert [(entry.code, entry.at.line) for entry in found] == [("master-no-ttl", 2)]
        assert [record.name for record in zone.records] == ["c.example.com."]

    def test_values_out_of_range_are_kept_for_their_rule(self) -> None:
        assert self.ttls("a 2147483648 A 192.0.2.1\nb -5 A 192.0.2.1\nc 99999999999 A 192.0.2.1\n") == [
            2_147_483_648,
            -5,
            99_999_999_999,
        ]


class TestRefused:
    @pytest.mark.parametrize(
        ("text", "code", "column"),
        [
            ('a TXT "x', "unclosed-quote", 7),
            ("a TXT ( x", "unclosed-parenthesis", 7),
            ("a A ) 192.0.2.1", "syntax", 5),
            ('"a" A 192.0.2.1', "syntax", 1),
            ("a 5 6 A 192.0.2.1", "syntax", 5),
            ('a "A" 192.0.2.1', "syntax", 3),
            ("a", "syntax", 1),
            ("a 300 IN", "syntax", 7),
            ("a 1x A 192.0.2.1", "bad-ttl", 3),
            ("a 1.5 A 192.0.2.1", "bad-ttl", 3),
            ("a " + "9" * 5000 + " A 192.0.2.1", "bad-ttl", 3),
            ("a CH A 192.0.2.1", "bad-class", 3),
            ("a CLASS2 A 192.0.2.1", "bad-class", 3),
            ("a IN IN A 192.0.2.1", "unknown-type", 6),
            ("a XYZ 192.0.2.1", "unknown-type", 3),
            ("a TYPE99999 192.0.2.1", "unknown-type", 3),
            ("a..b A 192.0.2.1", "bad-name", 1),
            ("$TTL 1x", "bad-ttl", 6),
            ("$TTL", "syntax", 1),
            ("$TTL 1 2", "syntax", 8),
            ("$ORIGIN a..b", "bad-name", 9),
            ("$FOO 1", "unknown-directive", 1),
            ("$INCLUDE other", "include-outside", 10),
            ('"', "syntax", 1),
            (' "', "unclosed-quote", 2),
            (")", "syntax", 1),
        ],
    )
    def test_entry(self, text: str, code: str, column: int) -> None:
        found = refused(text + "\nb.example.com. A 192.0.2.1\n")
        assert found == [(code, 1, column)]

    def test_white_space_continues_no_owner_that_was_refused(self) -> None:
        text = "a A 192.0.2.1\nb..c A 192.0.2.2\n A 192.0.2.3\n\td TXT x\ne A 192.0.2.4\n A 192.0.2.5\n"
        assert refused(text) == [("bad-name", 2, 1), ("no-owner", 3, 2), ("no-owner", 4, 2)]

    def test_white_space_continues_an_owner_whose_value_was_refused(self) -> None:
        zone, _ = read(HEAD + "a A x\n A 192.0.2.1\nb TXT ( y\n A 192.0.2.2\n")
        assert [record.name for record in zone.records[1:]] == ["a.example.com.", "b.example.com."]

    def test_white_space_continues_nothing_at_the_start(self) -> None:
        zone, found = read("$TTL 60\n A 192.0.2.1\nexample.com. SOA a. b. 1 2 3 4 5\n")
        assert [(entry.code, entry.at.line, entry.at.column) for entry in found] == [("master-no-owner", 2, 2)]
        assert len(zone.records) == 1

    def test_relative_names_after_a_refused_origin_are_told_once(self) -> None:
        assert refused("$ORIGIN a..b\nx A 192.0.2.1\ny A 192.0.2.1\nz.example.com. MX 1 m\n") == [
            ("bad-name", 1, 9),
            ("no-origin", 2, 1),
            ("bad-rdata", 4, 21),
        ]

    def test_messages_stay_short(self) -> None:
        for text in ("a A " + "x" * 5000, "x" * 5000 + " A 192.0.2.1", "a " + "T" * 5000 + " x", "$" + "x" * 5000):
            _, [entry] = read(HEAD + text)
            assert len(entry.message) < 200


@pytest.mark.parametrize("line", ["a A x\n", "a.example. A 192.0.2.1\n"])
def test_what_is_refused_beyond_the_limit_is_counted(line: str) -> None:
    _, found = read(HEAD + line * 5, limits=Limits()._replace(findings=2))
    assert [(entry.at.line, entry.code) for entry in found[2:]] == [(5, "too-many-refused")]
    assert found[2].message == "3 more entries were refused and are not listed"


def test_hostile_names_are_kept_apart_from_the_terminal() -> None:
    [record] = records("a\x1b[31mb A 192.0.2.1\n")
    assert record.name == r"a\027[31mb.example.com."


def test_an_empty_file_is_a_zone_without_records() -> None:
    zone, refused_ = read("; nothing\n\n", "example.com.")
    assert (zone.name, zone.records, refused_) == ("example.com.", (), ())


def test_lines_that_hold_nothing_are_passed_over() -> None:
    assert [record.text for record in records("\n( )\n \t; x\n(\n)\nb A 192.0.2.2\n\n")] == ["192.0.2.2"]


def test_a_last_line_needs_no_line_feed() -> None:
    assert [record.text for record in records("a A 192.0.2.1\nb A 192.0.2.2")] == ["192.0.2.1", "192.0.2.2"]
