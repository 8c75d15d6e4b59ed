"""octoDNS files to zones: names, types, TTLs, merges and includes, and what is refused where."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailcheck.model.limits import Limits
from mailcheck.model.location import Span, whole_line
from mailcheck.zonefile.octodns_yaml import OctodnsSettings
from tests.zonefile.octodns import PATH, brief, read, records, refused, remarks, shown

A = "{type: A, value: 192.0.2.1}"


def test_one_record_or_a_list_of_them_with_one_value_or_several() -> None:
    found = records(
        "---\n"
        "'':\n  type: NS\n  values: [ns1.example.net., ns2.example.net.]\n"
        "www:\n- type: A\n  ttl: 300\n  value: 192.0.2.1\n- type: TXT\n  values:\n  - one\n  - two\n"
        "'*':\n  type: CNAME\n  value: www.example.com.\n"
        "WWW.Deep:\n  type: AAAA\n  values: 2001:db8::1\n"
        "none: []\n"
    )
    assert [brief(record) for record in found] == [
        "example.com. 3600 NS ns1.example.net.",
        "example.com. 3600 NS ns2.example.net.",
        "www.example.com. 300 A 192.0.2.1",
        "www.example.com. 3600 TXT one",
        "www.example.com. 3600 TXT two",
        "*.example.com. 3600 CNAME www.example.com.",
        "www.deep.example.com. 3600 AAAA 2001:db8::1",
    ]


def test_the_zone_itself() -> None:
    zone, found = read("www: " + A)
    assert found == ()
    assert (zone.name, zone.path, zone.format, zone.at) == ("example.com.", PATH, "octodns", whole_line(PATH))
    assert (zone.suppressions, dict(zone.policies)) == ((), {})


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "~\n"])
def test_an_empty_file_is_a_zone_without_records(text: str) -> None:
    zone, found = read(text)
    assert (zone.records, found) == ((), ())


def test_places_of_owner_ttl_and_value() -> None:
    text = "---\nwww:\n- type: TXT\n  ttl: 300\n  values:\n  - first\n  - 'second one'\n"
    first, second = records(text)
    assert first.owner_at.span == second.owner_at.span == Span(2, 1, 2, 4)
    assert first.ttl_at is not None
    assert first.ttl_at.span == Span(4, 8, 4, 11)
    assert first.at.span == Span(6, 5, 6, 10)
    assert shown(text, second.at) == "second one"
    assert {first.at.path, first.owner_at.path, first.ttl_at.path} == {PATH}


def test_a_quoted_name_stands_within_its_quotes() -> None:
    text = f"'www': {A}\n"
    assert shown(text, records(text)[0].owner_at) == "www"


def test_the_ttl_of_the_provider_where_the_record_has_none() -> None:
    zone, _ = read("www: " + A, settings=OctodnsSettings(default_ttl=60))
    assert (zone.records[0].ttl, zone.records[0].ttl_at) == (60, None)


@pytest.mark.parametrize(
    ("source", "ttl"),
    [
        ("300", 300),
        ("'300'", 300),
        ("' 300 '", 300),
        ("010", 8),
        ("1:30", 90),
        ("0", 0),
        ("-5", -5),
        ("2147483648", 2147483648),
        ("9223372036854775807", 9223372036854775807),
    ],
)
def test_ttls_that_octodns_takes(source: str, ttl: int) -> None:
    assert records(f"www: {{type: A, ttl: {source}, value: 192.0.2.1}}\n")[0].ttl == ttl


@pytest.mark.parametrize(
    "source", ["1h", "1.5", "yes", "~", "''", "[60]", "{a: b}", "2026-11-23", "9" * 5000, "٣"]
)
def test_ttls_that_are_none(source: str) -> None:
    assert refused(f"www: {{type: A, ttl: {source}, value: 192.0.2.1}}\n") == [
        f"record-bad-ttl 1:{22 if source == chr(39) * 2 else 21}"
    ]


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("3am", "3am"),
        ("010", "010"),
        ("no", "no"),
        ("0x1f", "0x1f"),
        ("1:30", "1:30"),
        ("~", "~"),
        ("2026-11-23", "2026-11-23"),
        ("44.74", "44.74"),
        ("1.10", "1.10"),
        ("0/25", "0/25"),
        ("_dmarc", "_dmarc"),
        ("'*.sub'", "*.sub"),
        ("Bücher", "xn--bcher-kva"),
        ("straße.faß", "xn--strae-oqa.xn--fa-hia"),
        (r"a\.b", r"a\.b"),
        (r"a\046b", r"a\046b"),
        ("www.example.com", "www.example.com"),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_names_are_kept_as_they_are_written(key: str, name: str) -> None:
    assert records(f"{key}: {A}\n")[0].name == f"{name}.example.com."


@pytest.mark.parametrize(
    ("key", "deployed"),
    [
        ("010", "8"),
        ("no", "False"),
        ("on", "True"),
        ("0x1f", "31"),
        ("1:30", "90"),
        ("~", "None"),
        ("null", "None"),
        ("1.10", "1.1"),
        ("1_000", "1000"),
        ("+5", "5"),
        ("0x" + "f" * 30, "another number"),
        ("2026-13-45", "no name at all: octoDNS stops here"),
    ],
)
def test_names_that_octodns_would_read_as_something_else(key: str, deployed: str) -> None:
    text = f"{key}: {A}\n"
    [remark] = remarks(text)
    assert (remark.kind, remark.detail, remark.name) == ("ambiguous-name", deployed, f"{key}.example.com.")
    assert shown(text, remark.at) == key


@pytest.mark.parametrize(
    "key",
    ["67", "44.74", "'010'", '"no"', "!!str 010", "true", "3am", "2026-11-23", "0", "12345678901234567890", "''"],
)
def test_names_that_stay_the_same(key: str) -> None:
    assert remarks(f"{key}: {A}\n") == []


@pytest.mark.parametrize(
    "key",
    [
        "'@'",
        "'a b'",
        '"a\\0b"',
        '"a\\nb"',
        '"a\\eb"',
        "a..b",
        ".a",
        "a.",
        "www.example.com.",
        "a" * 64,
        '"\\u202e"',
        ".".join(["a" * 60] * 5),
        "ü" * 64,
        "ü" * 60,
        "☃",
        "ａ",
        "_ü",
        "a\\",
        '"\\u0301a"',
        '"a\\u00a0b"',
    ],
)
def test_names_that_are_none(key: str) -> None:
    text = f"good: {A}\n{key}: {A}\nmail: {A}\n"
    zone, found = read(text)
    assert [record.name for record in zone.records] == ["good.example.com.", "mail.example.com."]
    assert [(entry.code, entry.at.line, entry.at.column) for entry in found] == [("record-bad-name", 2, 1)]


def test_the_zone_name_at_sign_has_a_reason() -> None:
    _, [entry] = read(f"'@': {A}\n")
    assert entry.message == "`@` is no name: octoDNS writes the zone's own name as `''`"


def test_names_in_the_root_zone() -> None:
    zone, found = read(f"'': {A}\ncom: {A}\n", name=".")
    assert found == ()
    assert [record.name for record in zone.records] == [".", "com."]


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        pytest.param("www: ~\n", ["record-not-mapping 1:6"], id="null"),
        pytest.param("www:\n", ["record-not-mapping 1:5"], id="empty"),
        pytest.param("www: 192.0.2.1\n", ["record-not-mapping 1:6"], id="scalar"),
        pytest.param("www: [x]\n", ["record-not-mapping 1:7"], id="list of scalars"),
        pytest.param("www: {}\n", ["record-no-type 1:6"], id="nothing"),
        pytest.param("www: {value: 192.0.2.1}\n", ["record-no-type 1:6"], id="no type"),
        pytest.param("www: {type: a, value: 192.0.2.1}\n", ["record-bad-type 1:13"], id="lower-case type"),
        pytest.param("www: {type: TXTT, value: x}\n", ["record-bad-type 1:13"], id="unknown type"),
        pytest.param("www: {type: [A], value: x}\n", ["record-bad-type 1:13"], id="type is a list"),
        pytest.param("www: {type: ~, value: x}\n", ["record-bad-type 1:13"], id="type is nothing"),
        pytest.param("www: {type: A}\n", ["record-no-value 1:6"], id="no value"),
        pytest.param("www: {type: A, values: []}\n", ["record-no-value 1:24"], id="empty list"),
        pytest.param("www: {type: A, value: ~}\n", ["record-no-value 1:23"], id="null value"),
        pytest.param(
            "www: {type: CNAME, values: [a.example.]}\n", ["record-no-value 1:6"], id="values of a CNAME"
        ),
        pytest.param(
            "www: {type: CNAME, value: [a.example.]}\n", ["record-bad-value 1:27"], id="list for a CNAME"
        ),
        pytest.param("www: {type: A, value: !x 1}\n", ["yaml-tag 1:23"], id="tag on the value"),
        pytest.param("www: {type: !x A, value: 1}\n", ["yaml-tag 1:13"], id="tag on the type"),
        pytest.param("www: {type: A, ttl: !x 1, value: 1}\n", ["yaml-tag 1:21"], id="tag on the TTL"),
        pytest.param("www: {type: A, value: 192.0.2.1, z: !x 1}\n", ["yaml-tag 1:37"], id="tag on an extra"),
        pytest.param("www: !x {}\n", ["yaml-tag 1:6"], id="tag on the record"),
        pytest.param("www: [*a]\n", ["yaml-undefined-alias 1:7"], id="undefined alias"),
        pytest.param(f"www: [{A}, {A}]\n", ["record-duplicate 1:36"], id="the same type twice in a list"),
        pytest.param(f"www: {A}\nWWW: {A}\n", ["record-duplicate 2:6"], id="the same type twice under two keys"),
        pytest.param("www: {type: A, type: B, value: 192.0.2.1}\n", ["yaml-duplicate-key 1:16"], id="field twice"),
        pytest.param(f"www: {A}\nwww: {A}\n", ["yaml-duplicate-key 2:1"], id="name twice"),
    ],
)
def test_what_is_refused_and_that_the_rest_is_read(text: str, entries: list[str]) -> None:
    assert refused(text) == entries
    zone, _ = read(f"good: {A}\n{text}mail: {A}\n")
    names = [record.name for record in zone.records]
    assert (names[0], names[-1]) == ("good.example.com.", "mail.example.com.")


def test_one_bad_value_hides_no_other() -> None:
    zone, found = read("www: {type: A, values: [192.0.2.1, 192.0.2.256, !x 5, ~, 192.0.2.2]}\n")
    assert [record.text for record in zone.records] == ["192.0.2.1", "192.0.2.2"]
    assert [entry.code for entry in found] == ["record-bad-value", "yaml-tag", "record-no-value"]


def test_both_lines_of_a_duplicate_are_told() -> None:
    _, [name] = read(f"www: {A}\n\nwww: {A}\n")
    assert "first in line 1" in name.message
    _, [owner] = read(f"www: {A}\n\nWWW: {A}\n")
    assert "in line 1 already" in owner.message
    _, [across] = read(f"www: {A}\n", f"\nwww: {A}\n")
    assert "zones/0.yaml line 1 already" in across.message
    assert (across.at.path, across.at.line) == ("zones/1.yaml", 2)


def test_the_first_of_two_namesakes_stands() -> None:
    zone, _ = read("www: {type: A, value: 192.0.2.1}\nwww: {type: A, value: 192.0.2.2}\n")
    assert [record.text for record in zone.records] == ["192.0.2.1"]


def test_a_syntax_error_leaves_what_stands_before_it() -> None:
    zone, found = read(f"www: {A}\nmail: {{type: A\nlast: {A}\n")
    assert [record.name for record in zone.records] == ["www.example.com."]
    assert [entry.code for entry in found] == ["yaml-syntax"]


def test_a_wrong_type_has_a_hint() -> None:
    _, [entry] = read("www: {type: txt, value: x}\n")
    assert entry.hint == "write `TXT`"
    _, [other] = read("www: {type: X, value: x}\n")
    assert other.hint == ""


def test_split_zones_and_a_shared_file_are_one_zone() -> None:
    zone, found = read(f"www: {A}\n", f"mail: {A}\n", "www: {type: TXT, value: x}\n")
    assert found == ()
    assert [(record.name, record.type, record.at.path) for record in zone.records] == [
        ("www.example.com.", "A", "zones/0.yaml"),
        ("mail.example.com.", "A", "zones/1.yaml"),
        ("www.example.com.", "TXT", "zones/2.yaml"),
    ]


def test_what_stands_beside_type_ttl_and_values_is_carried_along() -> None:
    [record, other] = records(
        "www:\n"
        "  type: A\n"
        "  ttl: 60\n"
        "  value: 192.0.2.1\n"
        "  octodns: {cloudflare: {proxied: true, auto-ttl: no}, healthcheck: {port: 443, weight: 1.5}}\n"
        "  dynamic:\n"
        "    pools: {one: {fallback: ~, values: [{value: 192.0.2.1, weight: 2}]}}\n"
        "    rules: [{pool: one, since: 2026-11-23, big: 123456789012345678901234567890}]\n"
        "  geo: {EU: [192.0.2.9]}\n"
        "mail: {type: A, value: 192.0.2.1}\n"
    )
    assert record.extra == {
        "octodns": {
            "cloudflare": {"proxied": True, "auto-ttl": False},
            "healthcheck": {"port": 443, "weight": 1.5},
        },
        "dynamic": {
            "pools": {"one": {"fallback": None, "values": [{"value": "192.0.2.1", "weight": 2}]}},
            "rules": [{"pool": "one", "since": "2026-11-23", "big": "123456789012345678901234567890"}],
        },
        "geo": {"EU": ["192.0.2.9"]},
    }
    assert other.extra is None


def test_value_beside_values_is_no_extra_and_values_win() -> None:
    [record] = records("www: {type: A, value: 192.0.2.1, values: [192.0.2.2]}\n")
    assert (record.text, record.extra) == ("192.0.2.2", None)


@pytest.mark.parametrize(("lenient", "told"), [("true", True), ("yes", True), ("false", False), ("~", False)])
def test_lenient(lenient: str, told: bool) -> None:
    text = f"www: {{type: A, value: 192.0.2.1, octodns: {{lenient: {lenient}}}}}\n"
    found = remarks(text)
    assert [(remark.kind, remark.name, remark.type) for remark in found] == [
        ("lenient", "www.example.com.", "A")
    ] * told
    assert all((remark.at.line, remark.at.column) == (1, 53) for remark in found)


@pytest.mark.parametrize("octodns", ["~", "x", "[lenient]", "{other: 1}"])
def test_options_that_are_not_lenient(octodns: str) -> None:
    assert remarks(f"www: {{type: A, value: 192.0.2.1, octodns: {octodns}}}\n") == []


def test_anchors_aliases_and_merge_keys() -> None:
    text = (
        "base: &base\n  type: TXT\n  ttl: 60\n  value: &text v=spf1 -all\n"
        "one:\n  <<: *base\n  value: one\n"
        "two:\n  value: two\n  <<: *base\n"
        "three: {type: TXT, values: [*text, three]}\n"
        "four: *base\n"
    )
    found = records(text)
    assert [brief(record) for record in found] == [
        "base.example.com. 60 TXT v=spf1 -all",
        "one.example.com. 60 TXT one",
        "two.example.com. 60 TXT v=spf1 -all",
        "three.example.com. 3600 TXT v=spf1 -all",
        "three.example.com. 3600 TXT three",
        "four.example.com. 60 TXT v=spf1 -all",
    ]
    assert shown(text, found[3].at) == "v=spf1 -all"
    assert found[3].at.line == 4


def test_top_level_merges_override_what_is_before_and_yield_to_what_is_after() -> None:
    text = (
        "before: {type: A, value: 192.0.2.1}\n"
        "keep: [{type: A, value: 192.0.2.2}, {type: TXT, value: x}]\n"
        "<<:\n"
        "  before: {type: A, value: 192.0.2.3}\n"
        "  after: {type: A, value: 192.0.2.4}\n"
        "  new: {type: A, value: 192.0.2.5}\n"
        "after: {type: A, value: 192.0.2.6}\n"
    )
    assert sorted(brief(record) for record in records(text)) == [
        "after.example.com. 3600 A 192.0.2.6",
        "before.example.com. 3600 A 192.0.2.3",
        "keep.example.com. 3600 A 192.0.2.2",
        "keep.example.com. 3600 TXT x",
        "new.example.com. 3600 A 192.0.2.5",
    ]


def test_a_top_level_merge_that_overrides_nothing() -> None:
    assert [record.name for record in records(f"<<: {{a: {A}}}\nb: {A}\n")] == ["b.example.com.", "a.example.com."]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A zone file in a folder of its own, beside what it may include."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/spf.yaml").write_text("v=spf1\n  ptr\n  -all\n")
    (tmp_path / "parts/values.yaml").write_text("- one\n- !include ../two.yaml\n")
    (tmp_path / "two.yaml").write_text("two words\n")
    (tmp_path / "parts/record.yaml").write_text("type: A\nttl: 60\nvalue: 192.0.2.1\n")
    (tmp_path / "parts/names.yaml").write_text("mail:\n  type: A\n  value: 192.0.2.2\n")
    (tmp_path / "parts/mx.yaml").write_text("exchange: mail.example.com.\n")
    return tmp_path / "example.com.yaml"


def test_includes_as_value_values_record_and_merged(file: Path) -> None:
    text = (
        "a: {type: TXT, value: !include parts/spf.yaml}\n"
        "b: {type: TXT, values: !include parts/values.yaml}\n"
        "c: !include parts/record.yaml\n"
        "d: {<<: !include parts/record.yaml, value: 192.0.2.9}\n"
        "e: {type: MX, value: {<<: [!include parts/mx.yaml], preference: 10}}\n"
        "<<: [!include parts/names.yaml]\n"
    )
    zone, found = read(text, file=file)
    assert found == ()
    assert [(brief(record), record.at.path, record.at.line) for record in zone.records] == [
        ("a.example.com. 3600 TXT v=spf1 ptr -all", "zones/parts/spf.yaml", 1),
        ("b.example.com. 3600 TXT one", "zones/parts/values.yaml", 1),
        ("b.example.com. 3600 TXT two words", "zones/two.yaml", 1),
        ("c.example.com. 60 A 192.0.2.1", "zones/parts/record.yaml", 3),
        ("d.example.com. 60 A 192.0.2.9", PATH, 4),
        ("e.example.com. 3600 MX 10 mail.example.com.", PATH, 5),
        ("mail.example.com. 3600 A 192.0.2.2", "zones/parts/names.yaml", 3),
    ]
    ptr = zone.records[0].at.within(7, 10)
    assert (ptr.path, ptr.line, ptr.column) == ("zones/parts/spf.yaml", 2, 3)
    assert zone.records[-1].owner_at.path == "zones/parts/names.yaml"


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("/etc/passwd", "include-outside"),
        ("~/x", "include-outside"),
        ("../x.yaml", "include-outside"),
        ("missing.yaml", "file-not-found"),
        ("loop.yaml", "include-loop"),
    ],
)
def test_includes_that_are_refused(file: Path, target: str, code: str) -> None:
    file.write_text("x\n")
    (file.parent / "loop.yaml").write_text("!include example.com.yaml\n")
    zone, found = read(f"a: {{type: TXT, value: !include {target}}}\nb: {A}\n", file=file)
    assert [record.name for record in zone.records] == ["b.example.com."]
    assert [entry.code for entry in found] == [code]


def test_many_refusals_are_counted_not_kept() -> None:
    zone, found = read(
        "".join(f"n{number}: x\n" for number in range(50)) + f"www: {A}\n", limits=Limits(findings=10)
    )
    assert len(zone.records) == 1
    assert len(found) == 11
    assert (found[-1].code, found[-1].message) == (
        "too-many-refused",
        "40 more entries were refused and are not listed",
    )


def test_a_thousand_namesakes_by_merge_take_linear_time() -> None:
    names = ", ".join(f"n{number}: {{type: A, value: 192.0.2.1}}" for number in range(3000))
    entries = "".join(f"n{number}: {{type: A, value: 192.0.2.2}}\n" for number in range(3000))
    zone, found = read(f"{entries}<<: {{{names}}}\n")
    assert found == ()
    assert {record.text for record in zone.records} == {"192.0.2.1"}
    assert len(zone.records) == 3000


def test_an_alias_below_the_apex_is_refused_as_octodns_does_it() -> None:
    text = "'': {type: ALIAS, value: a.example.}\nwww: {type: ALIAS, value: a.example.}\n"
    zone, refused = read(text + "lax: {type: ALIAS, octodns: {lenient: true}, value: a.example.}\n")
    assert [record.name for record in zone.records] == ["example.com.", "lax.example.com."]
    assert [(entry.code, entry.at.line, entry.at.column) for entry in refused] == [("record-bad-type", 2, 13)]
    assert zone.unread == {"www.example.com."}


@pytest.mark.parametrize(
    ("value", "column"),
    [(r"v=DMARC1\; p=none; sp=none\;", 17), (r"v=DMARC1\\; p=none", 17), ("v=DMARC1; p=none", 0)],
)
def test_an_escaped_semicolon_where_none_is_escaped(value: str, column: int) -> None:
    zone, _ = read(f"a:\n  value: {value}\n  type: TXT\n", settings=OctodnsSettings(escaped_semicolons=False))
    remarks = [(remark.kind, remark.at.line, remark.at.column) for remark in zone.remarks]
    assert remarks == ([("escaped-semicolon", 2, column + 1)] if column else [])
    assert zone.records[0].text == value
