"""The values of records: text, targets, other types, and where each character of them stands."""

from __future__ import annotations

import pytest

from tests.zonefile.master import HEAD, read, records, refused


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
        assert refused(f'a TXT "{"x" * 65_280}"\nb TXT "ok" {"é" * 32_640}') == [
            ("bad-rdata", 1, 7),
            ("bad-rdata", 2, 12),
        ]

    def test_a_string_too_long_for_one_is_kept_for_its_rule(self) -> None:
        text = "x" * 65_278
        one, several, escaped = records(
            f'a TXT "{text}\\200"\nb SPF ok {"é" * 128}\nc TXT ' + "\\000" * 256 + "\n"
        )
        assert (one.text, one.cuts) == (text + "\xc8", ())
        assert (several.text, several.cuts) == ("ok" + "\xc3\xa9" * 128, (2,))
        assert escaped.text == "\x00" * 256
        assert [len(string) for string in several.rdata().strings] == [2, 255, 1]  # type: ignore[attr-defined]

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
            ('a TXT "ab\\048"\n', "ab0", "b0", "b\\048"),
            ('a TXT "ab\\048" "c"\n', "ab0c", "0", "\\048"),
            ('a TXT "a\\048b" "c"\n', "a0bc", "0", "\\048"),
            ('a TXT "a\\;" c\n', "a;c", "a;", "a\\;"),
            ('a TXT "b" "c"\n', "bc", "b", "b"),
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
            ("a TXT " + "\\000" * 65_280, 7),
            ("a TXT " + "\\000" * 70_000, 7),
            ("a AXFR \\# 0", 8),
            ("a A", 3),
        ],
    )
    def test_no_value(self, text: str, column: int) -> None:
        assert refused(text + "\nb A 192.0.2.1\n") == [("bad-rdata", 1, column)]


class TestSoa:
    """A zone has one SOA, at its apex."""

    def test_its_numbers_may_have_units(self) -> None:
        zone, refusals = read("$ORIGIN example.com.\n@ 1 SOA ns h 1 1d 2 3 4s\n")
        assert not refusals
        assert zone.records[0].text == "ns.example.com. h.example.com. 1 86400 2 3 4"
        at = zone.records[0].at.within(len(zone.records[0].text) - 2, len(zone.records[0].text))
        assert (at.column, at.end_column) == (22, 24)

    @pytest.mark.parametrize("soa", ["@ SOA ns1 hostmaster 2 7200 3600 1209600 3600", "a SOA a. b. 1 2 3 4 5"])
    def test_another_is_refused_and_the_rest_is_read(self, soa: str) -> None:
        zone, refusals = read(HEAD + f"{soa}\nwww A 192.0.2.1\n")
        assert [(entry.code, entry.at.line, entry.at.column) for entry in refusals] == [
            ("master-second-soa", 4, 7)
        ]
        assert [record.type for record in zone.records] == ["SOA", "A"]
        assert not zone.unread

    def test_the_same_again_is_for_a_rule_to_judge(self) -> None:
        assert records("@ SOA NS1 hostmaster 1 7200 3600 1209600 3600\n")
