"""Values of octoDNS records: addresses, targets, strings with their quotes and semicolons, and fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.model.finding import Refused
from mailcheck.model.location import Location, whole_line
from mailcheck.model.record import Record
from mailcheck.zonefile.octodns_fields import read_any
from mailcheck.zonefile.octodns_values import NotRead
from mailcheck.zonefile.octodns_yaml import OctodnsSettings
from tests.zonefile.octodns import brief, read, records, refused, remarks, shown, value


def source_at(text: str, at: Location, offset: int, length: int = 1) -> str:
    """The source text from the place of an offset on."""
    line, column = at.position(offset)
    return text.split("\n")[line - 1][column - 1 : column - 1 + length]


def only(text: str, *, escaped: bool = True) -> Record:
    [record] = records(text, escaped=escaped)
    return record


# Addresses


@pytest.mark.parametrize("address", ["192.0.2.1", "'192.0.2.1'", "0.0.0.0"])
def test_ipv4_addresses(address: str) -> None:
    assert value("A", address).text == address.strip("'")


@pytest.mark.parametrize("address", ["2001:db8::1", "'::'", "2001:DB8::192.0.2.1", '"2001:10:20:30:40:50:51:52"'])
def test_ipv6_addresses_stay_as_they_are_written(address: str) -> None:
    assert value("AAAA", address).text == address.strip("'\"")


@pytest.mark.parametrize(
    ("rtype", "address", "message"),
    [
        ("A", "192.0.2.256", "`192.0.2.256` is no IPv4 address"),
        ("A", "192.0.2.01", "`192.0.2.01` is no IPv4 address"),
        ("A", "192.0.2", "`192.0.2` is no IPv4 address"),
        ("A", "'192.0.2.1 '", "`192.0.2.1 ` is no IPv4 address"),
        ("A", "''", "`` is no IPv4 address"),
        ("A", "2001:db8::1", "`2001:db8::1` is no IPv4 address"),
        ("A", '"192.0.2.1\\0"', "`192.0.2.1\0` is no IPv4 address"),
        ("A", "١٩٢.0.2.1", "`١٩٢.0.2.1` is no IPv4 address"),
        ("A", "1.5", "octoDNS reads the value `1.5` as a number, not as text"),
        ("A", "[[192.0.2.1]]", "the value is a list where text belongs"),
        ("A", "{a: b}", "the value is a mapping where text belongs"),
        ("AAAA", "192.0.2.1", "`192.0.2.1` is no IPv6 address"),
        ("AAAA", "2001:db8::1::2", "`2001:db8::1::2` is no IPv6 address"),
        ("AAAA", "fe80::1%eth0", "`fe80::1%eth0` is no IPv6 address"),
        (
            "AAAA",
            "2001:10:20:30:40:50:51:52",
            "octoDNS reads the value `2001:10:20:30:40:50:51:52` as a number, not as text",
        ),
        ("AAAA", "x" * 70, "`" + "x" * 59 + "…` is no IPv6 address"),
    ],
)
def test_what_is_no_address(rtype: str, address: str, message: str) -> None:
    zone, [entry] = read(f"x: {{type: {rtype}, values: [{address}]}}\n")
    assert zone.records == ()
    assert (entry.code, entry.message) == ("record-bad-value", message)


# Targets


@pytest.mark.parametrize("rtype", ["CNAME", "ALIAS", "DNAME", "NS", "PTR"])
def test_targets_stay_as_they_are_written(rtype: str) -> None:
    name = "''" if rtype == "ALIAS" else "x"
    [record] = records(f"{name}: {{type: {rtype}, value: Mail.Example.com.}}\n")
    assert record.text == "Mail.Example.com."


@pytest.mark.parametrize(
    "target",
    ["localhost.", ".", "192.0.2.1.", "_spf.example.com.", "'*.example.com.'", "a/b.example.", "-a.example."],
)
def test_readable_but_odd_targets_are_kept(target: str) -> None:
    assert value("NS", target).text == target.strip("'")


@pytest.mark.parametrize(
    "target", ["'a b.example.'", '"a\\tb."', "a..b.", "a..", ".a.", "a" * 64 + ".", ".".join(["a" * 60] * 5) + "."]
)
def test_what_is_no_name(target: str) -> None:
    assert refused(f"x: {{type: NS, value: {target}}}\n")[0].startswith("record-bad-value 1:2")


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("''", "record-no-value"),
        ("~", "record-no-value"),
        ("", "record-no-value"),
        ("5", "record-bad-value"),
        ("no", "record-bad-value"),
        ("10.", "record-bad-value"),
        ("2026-11-23", "record-bad-value"),
    ],
)
def test_what_octodns_does_not_see_as_text(target: str, code: str) -> None:
    assert refused(f"x:\n  type: CNAME\n  value: {target}\n")[0].split()[0] == code


def test_a_target_that_is_not_ascii_becomes_a_labels_and_keeps_its_places() -> None:
    text = "x: {type: CNAME, value: www.bücher.example.}\n"
    record = only(text)
    assert record.text == "www.xn--bcher-kva.example."
    assert source_at(text, record.at, record.text.index("example"), 7) == "example"
    assert source_at(text, record.at, record.text.index("xn--")) == "b"
    assert source_at(text, record.at, record.text.index(".example") - 1) == "r"
    assert shown(text, record.at) == "www.bücher.example."


@pytest.mark.parametrize("target", ["☃.example.", "ü" * 60 + ".", "ü" * 30 + "." + ("a" * 60 + ".") * 4])
def test_a_target_that_idna_does_not_allow(target: str) -> None:
    assert refused(f"x: {{type: NS, value: {target}}}\n") == ["record-bad-value 1:22"]


@pytest.mark.parametrize(
    ("rtype", "source", "place"),
    [
        ("CNAME", "mail.example.com", "mail.example.com"),
        ("NS", "'ns1'", "ns1"),
        ("MX", "{preference: 10, exchange: mail.example.com}", "mail.example.com"),
        ("SRV", "{target: sip.example, priority: 1, weight: 2, port: 3}", "sip.example"),
        ("HTTPS", "{svcpriority: 1, targetname: www.example, svcparams: {port: 443}}", "www.example"),
        ("SVCB", "{svcpriority: 0, targetname: www.example}", "www.example"),
        (
            "NAPTR",
            "{order: 1, preference: 2, flags: S, service: SIP, regexp: '', replacement: sip.example}",
            "sip.example",
        ),
    ],
)
def test_a_target_without_its_final_dot_is_kept_and_remarked(rtype: str, source: str, place: str) -> None:
    text = f"x: {{type: {rtype}, value: {source}}}\n"
    [remark] = remarks(text)
    assert (remark.kind, remark.name, remark.type, remark.detail) == (
        "missing-final-dot",
        "x.example.com.",
        rtype,
        place,
    )
    assert shown(text, remark.at) == place


@pytest.mark.parametrize(
    ("rtype", "source"),
    [
        ("CNAME", "'{zone_name}'"),
        ("MX", "{preference: 0, exchange: .}"),
        ("HTTPS", "{svcpriority: 1, targetname: ., svcparams: {alpn: [h2]}}"),
        ("TXT", "no dot"),
        ("A", "192.0.2.1"),
    ],
)
def test_values_that_need_no_final_dot(rtype: str, source: str) -> None:
    assert remarks(f"x: {{type: {rtype}, value: {source}}}\n") == []


# Strings


@pytest.mark.parametrize("style", ["{}", "'{}'", '"{}"'])
def test_the_caret_stands_under_one_term_of_one_of_several_values(style: str) -> None:
    values = ["one", "v=spf1 inclde:_spf.example.net -all", "three"]
    text = "x:\n  type: TXT\n  values:\n" + "".join(f"  - {style.format(item)}\n" for item in values)
    record = records(text)[1]
    start = record.text.index("inclde")
    at = record.at.within(start, start + 6)
    assert (at.line, shown(text, at)) == (5, "inclde")


@pytest.mark.parametrize("header", [">-", "|-", ">", "|"])
def test_the_caret_in_block_scalars(header: str) -> None:
    text = f"x:\n  type: TXT\n  values:\n  - one\n  - {header}\n    v=spf1\n    inclde:x -all\n  - three\n"
    record = records(text)[1]
    start = record.text.index("inclde")
    at = record.at.within(start, start + 6)
    assert (at.line, shown(text, at)) == (7, "inclde")


def test_the_caret_in_a_folded_plain_value_with_escaped_semicolons() -> None:
    text = "x:\n  type: TXT\n  value: v=DMARC1\\;\n    p=none\\; rua=mailto:d@example.com\\;\n    pct=5\n"
    record = only(text)
    assert record.text == "v=DMARC1; p=none; rua=mailto:d@example.com; pct=5"
    for term, line in (("DMARC1", 3), ("none", 4), ("rua", 4), ("pct", 5)):
        start = record.text.index(term)
        at = record.at.within(start, start + len(term))
        assert (at.line, shown(text, at)) == (line, term)


def test_the_caret_in_double_quotes_with_escaped_semicolons() -> None:
    text = 'x:\n  type: TXT\n  value: "v=DMARC1\\\\; p=\\x6eone\\\\; sp=bad"\n'
    record = only(text)
    assert record.text == "v=DMARC1; p=none; sp=bad"
    for term in ("DMARC1", "p=", "one", "sp=bad"):
        start = record.text.index(term)
        assert shown(text, record.at.within(start, start + len(term))) == term
    assert source_at(text, record.at, record.text.index("none")) == "\\"
    assert source_at(text, record.at, 8) == ";"


@pytest.mark.parametrize(
    ("source", "text", "cuts"),
    [
        ("""'"one two"'""", "one two", ()),
        ("""'"one" "two"'""", "onetwo", (3,)),
        ("""'"a" "b" "c"'""", "abc", (1, 2)),
        ("""'"" "a"'""", "a", ()),
        ("""'"a" "" "b"'""", "ab", (1, 1)),
        ("""'"a" ""'""", "a", (1,)),
        ("""'one" "two'""", "onetwo", (3,)),
        ("""'"cut'""", "cu", ()),
        ("""'"'""", "", ()),
        ("""'""'""", "", ()),
        ("""'"a"  "b"'""", 'a"  "b', ()),
        (r"""'"a\;b" "c\;d"'""", "a;bc;d", (3,)),
        (r"""'"a\" ";b"'""", "a;b", (1,)),
        ("""'"é" "ü"'""", "Ã©Ã¼", (2,)),
        ("'é'", "Ã©", ()),
        ("''", "", ()),
        (r"'a\b'", r"a\b", ()),
        (r"""'say \"hi\"'""", r"say \"hi\"", ()),
        (r"'\;a\;\;'", ";a;;", ()),
        (r"'a\\;b'", r"a\;b", ()),
    ],
)
@pytest.mark.parametrize("rtype", ["TXT", "SPF"])
def test_quotes_and_escapes_as_octodns_takes_them(
    rtype: str, source: str, text: str, cuts: tuple[int, ...]
) -> None:
    record = value(rtype, source)
    assert (record.text, record.cuts) == (text, cuts)
    assert b"".join(record.rdata().strings) == text.encode("latin-1")  # type: ignore[attr-defined]


@pytest.mark.parametrize(("source", "text"), [(r"a\;b;c", r"a\;b;c"), (r"""'"a\;" "b"'""", r"a\;b")])
def test_without_escaping_semicolons_stay(source: str, text: str) -> None:
    assert value("TXT", source, escaped=False).text == text


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("values: text", "record-bad-value"),
        ("value: [text]", "record-bad-value"),
        ("values: ~", "record-no-value"),
    ],
)
def test_without_escaping_octodns_wants_one_text_as_value_and_a_list_as_values(fields: str, code: str) -> None:
    text = f"x: {{type: TXT, {fields}}}\ny: {{type: MX, values: {{preference: 1, exchange: a.}}}}\n"
    zone, [entry] = read(text, settings=OctodnsSettings(escaped_semicolons=False))
    assert [record.type for record in zone.records] == ["MX"]
    assert entry.code == code


PARTS = ["a", "bc", " ", ";", "\\;", '"', '" "', "é", "\\", "''", "\n\n    ", "\n    x"]


@given(st.lists(st.sampled_from(PARTS), max_size=10), st.booleans())
def test_every_octet_stands_where_its_character_does(parts: list[str], escaped: bool) -> None:
    text = "x:\n  type: TXT\n  value: '" + "".join(parts) + "'\n"
    zone, found = read(text)
    assert found == ()
    [record] = zone.records
    for offset, octet in enumerate(record.text):
        source = source_at(text, record.at, offset)
        if octet in " \n":
            assert source in ("", " ")
        elif octet >= "\x80":
            assert octet in source.encode().decode("latin-1")
        else:
            assert source == octet
    assert all(0 < cut <= len(record.text) for cut in record.cuts)
    assert list(record.cuts) == sorted(record.cuts)


@pytest.mark.parametrize(
    "source", ["12345", "1.5", "yes", "2026-11-23", "010", "0x1f", "[[a]]", "{a: b}", ".inf", "!!int '5'"]
)
def test_a_string_that_octodns_would_not_see_as_one(source: str) -> None:
    assert [entry.split()[0] for entry in refused(f"x: {{type: TXT, values: [{source}]}}\n")] == [
        "record-bad-value"
    ]


def test_a_null_string() -> None:
    zone, [entry] = read("x:\n  type: TXT\n  values:\n  -\n  - two\n")
    assert [record.text for record in zone.records] == ["two"]
    assert (entry.code, entry.message) == ("record-no-value", "the value is empty")


def test_a_string_of_any_size_is_kept() -> None:
    assert len(value("TXT", "x" * 100_000).text) == 100_000


@pytest.mark.parametrize("unit", ["x\\;", '" "', "é", '"\\;é" "'])
def test_of_a_string_that_no_record_can_hold_the_start_is_known(unit: str) -> None:
    text = f"x:\n  type: TXT\n  value: '\"a{unit * 300_000}b\"'\n"
    record = only(text)
    assert (record.at.line, record.at.column, record.at.pieces, record.cuts) == (3, 11, (), ())
    plain = unit.replace("\\", "").replace('" "', "").encode().decode("latin-1")
    assert record.text == "a" + plain * 300_000 + "b"


def test_without_escaping_a_string_that_no_record_can_hold_keeps_its_backslashes() -> None:
    assert value("TXT", "'" + "\\;" * 300_000 + "'", escaped=False).text == "\\;" * 300_000


def test_a_folded_string_that_no_record_can_hold() -> None:
    text = "x:\n  type: TXT\n  value: >-\n" + "    word\n" * 100_000
    record = only(text)
    assert (record.at.line, record.at.column, record.at.pieces) == (3, 10, ())
    assert len(record.text) == 499_999


def test_many_cuts_and_escapes_take_linear_time() -> None:
    record = value("TXT", "'\"" + '\\;é" "' * 40_000 + "\"'")
    assert len(record.text) == 120_000
    assert len(record.cuts) == 40_000


@pytest.mark.parametrize(
    ("source", "kind", "place", "count"),
    [
        ("v=DMARC1; p=none; sp=none", "unescaped-semicolon", ";", "2"),
        (r"v=DMARC1\; p=none; sp=none", "unescaped-semicolon", ";", "1"),
        (r"v=DMARC1\\; p=none", "double-escaped-semicolon", r"\\;", "1"),
        ("'é;'", "unescaped-semicolon", ";", "1"),
        ('''"\\x41;"''', "unescaped-semicolon", ";", "1"),
    ],
)
def test_semicolons_that_octodns_finds_fault_with(source: str, kind: str, place: str, count: str) -> None:
    text = f"x: {{type: TXT, values: [a, {source}]}}\n"
    [remark] = remarks(text)
    assert (remark.kind, remark.name, remark.type, remark.detail) == (kind, "x.example.com.", "TXT", count)
    assert shown(text, remark.at) == place


@pytest.mark.parametrize("source", [r"v=DMARC1\; p=none\;", "'a ;b'", "';'", "no semicolon", "'=;'"])
def test_semicolons_that_are_fine(source: str) -> None:
    assert remarks(f"x: {{type: TXT, value: {source}}}\n") == []


def test_semicolons_are_not_remarked_without_escaping() -> None:
    assert remarks("x: {type: TXT, values: [v=DMARC1; p=none, ';']}\n", escaped=False) == []


@pytest.mark.parametrize("source", ["a\\;b", "a\\\\;b"])
def test_semicolons_escaped_without_need(source: str) -> None:
    [remark] = remarks(f"x: {{type: TXT, value: {source}}}\n", escaped=False)
    assert (remark.kind, remark.at.column) == ("escaped-semicolon", 24)


# Fields


FIELDS = [
    ("MX", "{preference: 10, exchange: mail.example.com.}", "10 mail.example.com."),
    ("MX", "{priority: '10', value: mail.example.com.}", "10 mail.example.com."),
    ("MX", "{exchange: ., preference: 0}", "0 ."),
    ("MX", "{preference: 010, exchange: a.}", "8 a."),
    ("MX", "{preference: 1.5, exchange: a.}", "1 a."),
    ("MX", "{preference: yes, exchange: a.}", "1 a."),
    ("MX", "{preference: 99999, exchange: a.}", "99999 a."),
    ("SRV", "{priority: 1, weight: 2, port: 5061, target: sip.example.}", "1 2 5061 sip.example."),
    ("CAA", "{flags: 128, tag: issue, value: ca.example.net}", '128 issue "ca.example.net"'),
    ("CAA", "{tag: iodef, value: 'mailto:a@example.com; x'}", '0 iodef "mailto:a@example.com; x"'),
    (
        "NAPTR",
        "{order: 1, preference: 2, flags: U, service: SIP, regexp: '!^.*$!sip:a@example.com!', replacement: .}",
        '1 2 "U" "SIP" "!^.*$!sip:a@example.com!" .',
    ),
    (
        "NAPTR",
        "{order: 1, preference: 2, flags: S, service: ~, regexp: , replacement: a.example.}",
        '1 2 "S" "" "" a.example.',
    ),
    ("SSHFP", f"{{algorithm: 4, fingerprint_type: 2, fingerprint: {'ab' * 32}}}", "4 2 " + "ab" * 32),
    (
        "TLSA",
        f"{{certificate_usage: 3, selector: 1, matching_type: 1, certificate_association_data: {'cd' * 32}}}",
        "3 1 1 " + "cd" * 32,
    ),
    (
        "TLSA",
        "{certificate_usage: 3, selector: 1, matching_type: 0, certificate_association_data: 1234}",
        "3 1 0 1234",
    ),
    ("DS", "{key_tag: 1, algorithm: 13, digest_type: 2, digest: abcd}", "1 13 2 abcd"),
    ("DS", "{flags: 1, protocol: 13, algorithm: 2, public_key: abcd}", "1 13 2 abcd"),
    (
        "LOC",
        "{lat_degrees: 31, lat_minutes: 58, lat_seconds: 52.1, lat_direction: s, long_degrees: 115,"
        " long_minutes: 49, long_seconds: '11.7', long_direction: E, altitude: 20, size: 10,"
        " precision_horz: 10, precision_vert: 2}",
        "31 58 52.1 S 115 49 11.7 E 20.0m 10.0m 10.0m 2.0m",
    ),
    ("URI", "{priority: 1, weight: 2, target: 'https://example.com/'}", '1 2 "https://example.com/"'),
    (
        "URLFWD",
        "{path: /, target: 'https://example.com/', code: 301, masking: 2, query: 0}",
        '"/" "https://example.com/" 301 2 0',
    ),
    ("HTTPS", "{svcpriority: 1, targetname: .}", "1 ."),
    (
        "HTTPS",
        "{svcpriority: 1, targetname: www.example., svcparams: {port: 443, ipv4hint: [192.0.2.1, 192.0.2.2],"
        " alpn: [h2], no-default-alpn: ~, key667: hello}}",
        "1 www.example. alpn=h2 no-default-alpn port=443 ipv4hint=192.0.2.1,192.0.2.2 key667=hello",
    ),
    ("SVCB", "{svcpriority: 1, targetname: a., svcparams: {mandatory: []}}", "1 a. mandatory="),
    ("OPENPGPKEY", "mQENBFb=", "mQENBFb="),
]


@pytest.mark.parametrize(("rtype", "source", "text"), FIELDS)
def test_fields_become_rdata(rtype: str, source: str, text: str) -> None:
    record = value(rtype, source)
    assert record.text == text
    assert record.at.line == record.at.end_line == 3


PLACES = [
    ("MX", "{exchange: mail.example.com., preference: 10}", ["10", "mail.example.com."]),
    ("SRV", "{target: sip.example., port: 5061, weight: 20, priority: 30}", ["30", "20", "5061", "sip.example."]),
    ("CAA", "{value: 'ca.example.net', tag: issue}", ["issue", "ca.example.net"]),
    ("CAA", '{value: "ca\\x2eexample.net", tag: issue}', ["issue", "example.net"]),
    (
        "HTTPS",
        "{svcpriority: 1, targetname: a., svcparams: {ipv4hint: [192.0.2.1, '192.0.2.2'], alpn: [h2]}}",
        ["1", "a.", "alpn", "h2", "ipv4hint", "192.0.2.1", "192.0.2.2"],
    ),
]


@pytest.mark.parametrize(("rtype", "source", "terms"), PLACES)
def test_every_field_knows_its_place(rtype: str, source: str, terms: list[str]) -> None:
    text = f"x:\n  type: {rtype}\n  value: {source}\n"
    record = only(text)
    for term in terms:
        start = record.text.index(term)
        assert shown(text, record.at.within(start, start + len(term))) == term


def test_a_block_of_fields_reaches_from_the_first_to_the_last() -> None:
    text = "x:\n  type: MX\n  values:\n  - exchange: mail.example.com.\n    preference: 10\n  # comment\n"
    record = only(text)
    assert record.at.span == (4, 15, 5, 19)
    at = record.at.within(3, len(record.text))
    assert (at.line, shown(text, at)) == (4, "mail.example.com.")


def test_a_field_of_default_value_stands_at_the_start_of_the_value() -> None:
    text = "x: {type: CAA, value: {tag: issue, value: a}}\n"
    assert only(text).at.position(0) == (1, 23)


@pytest.mark.parametrize(
    ("rtype", "source", "message"),
    [
        ("MX", "10 mail.example.com.", "the value of MX is a mapping of `preference`, `exchange`"),
        ("MX", "[[]]", "the value of MX is a mapping of `preference`, `exchange`"),
        ("MX", "{exchange: a.}", "this MX value has no `preference`"),
        ("MX", "{preference: 10}", "this MX value has no `exchange`"),
        ("MX", "{preference: x, exchange: a.}", "`preference` is no whole number: `x`"),
        ("MX", "{preference: .nan, exchange: a.}", "`preference` is no whole number: `.nan`"),
        ("MX", "{preference: .inf, exchange: a.}", "`preference` is no whole number: `.inf`"),
        ("MX", "{preference: 2026-11-23, exchange: a.}", "`preference` is no whole number: `2026-11-23`"),
        ("MX", "{preference: [1], exchange: a.}", "`preference` is a list where text belongs"),
        ("MX", "{preference: 1, exchange: 5}", "octoDNS reads `exchange` `5` as a number, not as text"),
        ("MX", "{preference: 1, exchange: 'a b'}", None),
        ("SSHFP", "{algorithm: 1, fingerprint_type: 1, fingerprint: 0123}", None),
        ("CAA", "{tag: issue, value: 1.50}", None),
        ("LOC", FIELDS[17][1].replace("52.1", "x"), "`lat_seconds` is no number: `x`"),
        ("LOC", FIELDS[17][1].replace("52.1", "2026-11-23"), "`lat_seconds` is no number: `2026-11-23`"),
        ("LOC", FIELDS[17][1].replace("52.1", "'" + "1" * 50 + "'"), None),
        ("HTTPS", "{svcpriority: 1, targetname: a., svcparams: x}", "`svcparams` is a mapping"),
        ("HTTPS", "{svcpriority: 1, targetname: a., svcparams: {alpha: x}}", "`alpha` is no SvcParam key"),
        ("HTTPS", "{svcpriority: 1, targetname: a., svcparams: {keyx: x}}", "`keyx` is no SvcParam key"),
        ("HTTPS", "{svcpriority: 1, targetname: a., svcparams: {alpn: {a: b}}}", None),
    ],
)
def test_values_that_their_type_cannot_hold(rtype: str, source: str, message: str | None) -> None:
    zone, [entry] = read(f"x: {{type: {rtype}, values: [{source}]}}\n")
    assert zone.records == ()
    assert entry.code == "record-bad-value"
    assert message in (None, entry.message)


@pytest.mark.parametrize(
    ("rtype", "source", "code"),
    [
        ("MX", "~", "record-no-value"),
        ("MX", "{preference: ~, exchange: a.}", "record-no-value"),
        ("MX", "{preference: 1, exchange: ''}", "record-no-value"),
        ("MX", "!x {}", "yaml-tag"),
        ("MX", "{preference: !x 1, exchange: a.}", "yaml-tag"),
        ("HTTPS", "{svcpriority: 1, targetname: a., svcparams: !x {}}", "yaml-tag"),
        ("Route53Provider/ALIAS", "!x {}", "yaml-tag"),
        ("Route53Provider/ALIAS", "{type: A, name: [!x b]}", "yaml-tag"),
    ],
)
def test_values_of_which_a_part_is_not_there(rtype: str, source: str, code: str) -> None:
    zone, [entry] = read(f"x: {{type: {rtype}, value: {source}}}\n")
    assert zone.records == ()
    assert entry.code == code


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ("value: lb.example.net.", "lb.example.net."),
        ("values: [{type: A, name: lb, hosted-zone-id: Z1, evaluate-target-health: true}]", "A lb Z1 true"),
        ("value: {a: [b, {c: d}]}", "b d"),
        ("value: {}", ""),
        ("value: ~", "~"),
    ],
)
def test_types_that_only_a_provider_knows_are_carried_along(fields: str, text: str) -> None:
    source = f"x: {{type: Route53Provider/ALIAS, {fields}}}\n"
    record = only(source)
    assert brief(record) == f"x.example.com. 3600 Route53Provider/ALIAS {text}".rstrip() or not text
    assert record.text == text


def test_a_provider_record_keeps_its_values_as_they_are_written() -> None:
    values = "[{name: lb, evaluate-target-health: true}]"
    record = only(f"x: {{type: Route53Provider/ALIAS, ttl: 60, values: {values}, octodns: {{a: 1}}}}\n")
    assert record.extra == {"values": [{"name": "lb", "evaluate-target-health": True}], "octodns": {"a": 1}}


def test_a_part_that_could_not_be_read_is_told() -> None:
    part = Refused("yaml-tag", whole_line("f"), "a tag")
    with pytest.raises(NotRead) as caught:
        read_any(part, {})
    assert caught.value.refused is part


def test_a_provider_record_without_value() -> None:
    record = only("x: {type: CloudflareProvider/PAGERULE, action: forward}\n")
    assert (record.text, record.extra) == ("", {"action": "forward"})
    assert record.at.span == (1, 4, 1, 5)


@pytest.mark.parametrize(
    ("source", "token", "column", "end_column"),
    [
        (r'"ab\x30"', "b0", 12, 17),
        (r'"ab\x30 c"', "b0", 12, 17),
        ("'ab'''", "b'", 12, 15),
        (r'"v=a\x3b\\;"', ";;", 14, 21),
        (r'"\"ab\x30\""', "b0", 14, 19),
    ],
)
def test_an_escape_is_marked_whole(source: str, token: str, column: int, end_column: int) -> None:
    record = value("TXT", source)
    start = record.text.index(token)
    at = record.at.within(start, start + len(token))
    assert (at.line, at.column, at.end_column) == (3, column, end_column)
