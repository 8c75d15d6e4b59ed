"""Master files to zones: what records and directives mean, and what of them is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mailcheck.model.limits import Limits
from mailcheck.model.record import Record
from tests.zonefile.master import HEAD, PATH, read, records, refused


def brief(record: Record) -> str:
    return f"{record.name} {record.ttl} {record.type} {record.text}"


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


class TestText:
    def test_strings_are_joined_and_cut(self) -> None:
        one, several, bare = records('a TXT "v=spf1 -all"\nb TXT "ab" "" "cd"\nc TXT ab cd\n')
        assert (one.text, one.cuts) == ("v=spf1 -all", ())
        assert (several.text, several.cuts) == ("abcd", (2, 2))
        assert (bare.text, bare.cuts) == ("abcd", (2,))

    def test_octets_stand_for_themselves(self) -> None:
        escaped, wide = records('a TXT "x\\;\\"\\\\\\200"\nb TXT "é"\n')
        assert escaped.text == 'x;"\\\xc8'
        assert wide.text == "\xc3\xa9"
        assert wide.rdata().to_text() == '"\\195\\169"'

    def test_every_offset_leads_back_to_the_file(self) -> None:
        [record] = records('a TXT ( "ab" ; first\n  "c\\;d"\n  é\\101x )\n')
        assert record.text == "abc;d\xc3\xa9ex"
        assert [record.at.position(offset) for offset in range(len(record.text))] == [
            (4, 10),
            (4, 11),
            (5, 4),
            (5, 5),
            (5, 7),
            (6, 3),
            (6, 3),
            (6, 4),
            (6, 8),
        ]
        assert record.at.span == (4, 10, 6, 9)
        assert record.at.within(1, 5).span == (4, 11, 5, 8)

    def test_a_plain_string_needs_no_pieces(self) -> None:
        [record] = records('a TXT "v=spf1 -all"\n')
        assert record.at.pieces == ()
        assert record.at.within(7, 11).span == (4, 15, 4, 19)

    def test_limits_of_a_string_and_of_a_value(self) -> None:
        [record] = records("a TXT " + f'"{"x" * 255}" ' * 300)
        assert len(record.text) == 76_500
        assert refused(f'a TXT "{"x" * 256}"\nb TXT "ok" {"é" * 128}') == [
            ("bad-rdata", 1, 7),
            ("bad-rdata", 2, 12),
        ]

    def test_spf_is_read_alike(self) -> None:
        [record] = records('a SPF "v=spf1" " -all"\n')
        assert (record.type, record.text, record.cuts) == ("SPF", "v=spf1 -all", (6,))


class TestPlaces:
    """`at.within` stands under what the file wrote, whatever was made of it."""

    def under(self, text: str, start: int, end: int) -> str:
        [record] = records(text)
        span = record.at.within(start, end).span
        assert span.line == span.end_line
        return text.split("\n")[span.line - 4][span.column - 1 : span.end_column - 1]

    @pytest.mark.parametrize(
        ("text", "value", "token", "written"),
        [
            ("a MX 10 mail\n", "10 mail.example.com.", "10", "10"),
            ("a MX 10 mail\n", "10 mail.example.com.", "mail.example.com.", "mail"),
            ("a MX  10 \t mail\n", "10 mail.example.com.", "mail.example.com.", "mail"),
            ("a MX 10 mail.example.net.\n", "10 mail.example.net.", "mail.example.net.", "mail.example.net."),
            ("a MX 10  mail.example.net.\n", "10 mail.example.net.", "mail.example.net.", "mail.example.net."),
            ("a SOA a. b. 1 2 3 4 1s\n", "a. b. 1 2 3 4 1", " 1", " 1"),
            ("a MX 10 @\n", "10 example.com.", "example.com.", "@"),
            ("a NS @\n", "example.com.", "example.com.", "@"),
            ("a CNAME www\n", "www.example.com.", "www.example.com.", "www"),
            ("a AAAA 2001:DB8::1\n", "2001:DB8::1", "DB8", "DB8"),
            ("a MX ( 10\n  mail )\n", "10 mail.example.com.", "mail.example.com.", "mail"),
            ("a SRV 0 5 5060 sip\n", "0 5 5060 sip.example.com.", "5060", "5060"),
            ("a SRV 0 5 5060 sip\n", "0 5 5060 sip.example.com.", "sip.example.com.", "sip"),
            ('a CAA 0 issue "ca.example"\n', '0 issue "ca.example"', '"ca.example"', '"ca.example"'),
            ("a TLSA 3 1 1 ( " + "ab" * 16 + "\n  " + "cd" * 16 + " )\n", "", "cdcd", "cdcd"),
            ("a TYPE1 \\# 4 C0000201\n", "192.0.2.1", "192.0.2.1", "\\# 4 C0000201"),
        ],
    )
    def test_token(self, text: str, value: str, token: str, written: str) -> None:
        [record] = records(text)
        assert not value or record.text == value
        start = record.text.index(token)
        assert self.under(text, start, start + len(token)) == written


class TestOtherTypes:
    @pytest.mark.parametrize(
        ("text", "rtype", "value"),
        [
            ("a CAA 0 issue ca.example", "CAA", '0 issue "ca.example"'),
            ('a NAPTR 1 2 s SIP+D2U "" sip', "NAPTR", '1 2 s SIP+D2U "" sip.example.com.'),
            ("a RP host .", "RP", "host.example.com. ."),
            ("a TLSA 3 1 1 " + "ab" * 32, "TLSA", "3 1 1 " + "ab" * 32),
            ("a DS 1 8 2 " + "ab" * 16 + " " + "AB" * 16, "DS", "1 8 2 " + "ab" * 16 + "AB" * 16),
            ("a HINFO x  y", "HINFO", '"x" "y"'),
            ("a TYPE65534 \\# 2 ABcd", "TYPE65534", "\\# 2 abcd"),
            ("a TYPE15 10 mail", "MX", "10 mail.example.com."),
            ("a TXT \\# 3 026869", "TXT", "hi"),
            ("a TXT \\# 6 026869 026869", "TXT", "hihi"),
            ("a KX 1 box", "KX", "1 box.example.com."),
            ("a PX 1 m n", "PX", "1 m.example.com. n.example.com."),
            ("a HTTPS 1 . alpn=h2", "HTTPS", "1 . alpn=h2"),
            ("a SOA ns h 1 1d 2 3 4", "SOA", "ns.example.com. h.example.com. 1 86400 2 3 4"),
        ],
    )
    def test_value(self, text: str, rtype: str, value: str) -> None:
        [record] = records(text)
        assert (record.type, record.text) == (rtype, value)
        assert record.rdata().to_text()

    @pytest.mark.parametrize(
        ("text", "column"),
        [
            ("a A 192.0.2.256", 5),
            ('a A "192.0.2.1"', 5),
            ("a NS " + "a." * 125 + "a", 6),
            ("a A 192.0.2.01", 5),
            ("a A 192.0.2", 5),
            ("a A 192.0.2.1 192.0.2.2", 15),
            ("a A \ud800", 5),
            ("a AAAA 2001:db8::g", 8),
            ("a AAAA fe80::1%eth0", 8),
            ("a MX mail", 6),
            ("a MX 65536 mail", 6),
            ("a MX ٣ mail", 6),
            ("a MX 10 a..b", 9),
            ('a MX 10 "mail"', 9),
            ("a MX " + "9" * 5000 + " mail", 6),
            ("a SRV 1 2 mail", 11),
            ("a NS a b", 8),
            ("a SOA ns h 1 2 3 4 5h3", 20),
            ("a SOA ns h 1 2 3 4 4294967296", 20),
            ("a TLSA 3 1 1 xx", 8),
            ("a CAA 0 issue", 7),
            ("a RP a..b c", 6),
            ("a TYPE65534 xyz", 13),
            ("a CAA 0 issue " + "x" * 300_001, 7),
            ("a TXT \\300", 7),
            ("a TXT " + "\\000" * 256, 7),
            ("a AXFR \\# 0", 8),
            ("a A", 3),
        ],
    )
    def test_no_value(self, text: str, column: int) -> None:
        assert refused(text + "\nb A 192.0.2.1\n") == [("bad-rdata", 1, column)]


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
    _, found = read(HEAD + line * 5, limits=replace(Limits(), findings=2))
    assert [(entry.at.line, entry.code) for entry in found[2:]] == [(5, "too-many-refused")]
    assert found[2].message == "3 more entries were refused and are not listed"


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
        limits = replace(Limits(), generate=5)
        zone, [entry] = read(
            HEAD + "$GENERATE 1-3 a$ A 192.0.2.1\n$GENERATE 1-3 b$ A 192.0.2.1\n$GENERATE 1-2 c$ A 192.0.2.1\n",
            limits=limits,
        )
        assert (entry.code, entry.at.line) == ("master-generate-limit", 5)
        assert len(zone.records) == 6

    def test_what_is_generated_counts_for_the_octets_of_the_run(self) -> None:
        limits = replace(Limits(), total_size=400)
        _, [entry] = read(HEAD + "$GENERATE 1-100 a$ A 192.0.2.1\n", limits=limits)
        assert entry.code == "total-too-large"


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
