"""Master files: words with their places, whatever the text holds."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.grammar.master_file import (
    MAX_FIELDS,
    MAX_OPEN,
    Bad,
    Entry,
    EntryScanner,
    Field,
    parse_octets,
    parse_ttl,
)
from mailcheck.model.text import shorten


def entries(text: str) -> list[Entry]:
    scanner = EntryScanner(text)
    found = []
    at, line = 0, 1
    while at < len(text):
        entry, after, line = scanner.read(at, line)
        assert after > at
        at = after
        found.append(entry)
    return found


def words(text: str) -> list[list[str]]:
    return [[field.raw for field in entry.fields] for entry in entries(text)]


def faults(text: str) -> list[tuple[str, int, int]]:
    return [
        (entry.fault.code.removeprefix("master-"), entry.fault.line, entry.fault.column)
        for entry in entries(text)
        if entry.fault
    ]


def test_words_quotes_and_comments() -> None:
    [entry] = entries('www 1h IN TXT "a b;c" d\\"e ; comment "x')
    assert entry.fields == (
        Field("www", 1, 1),
        Field("1h", 1, 5),
        Field("IN", 1, 8),
        Field("TXT", 1, 11),
        Field("a b;c", 1, 15, quoted=True),
        Field('d\\"e', 1, 23),
    )
    assert [field.end_column for field in entry.fields] == [4, 7, 10, 14, 22, 27]
    assert entry.fields[4].written == '"a b;c"'
    assert entry.fields[0].written == "www"


def test_strings_need_no_blank_between_them() -> None:
    assert words('a TXT "b""c"d"e"') == [["a", "TXT", "b", "c", "d", "e"]]


def test_blank_owner_is_white_space_at_the_start_of_the_line() -> None:
    assert [entry.blank_owner for entry in entries("a A x\n A x\n\tA x\nb A x")] == [False, True, True, False]


def test_parentheses_join_lines() -> None:
    first, second = entries("@ SOA ns host ( 1 ; serial\n  2\n) 3\nwww A x\n")
    assert [(field.raw, field.line, field.column) for field in first.fields[4:]] == [
        ("1", 1, 17),
        ("2", 2, 3),
        ("3", 3, 3),
    ]
    assert (first.line, second.line, second.fields[0]) == (1, 4, Field("www", 4, 1))


def test_blank_and_comment_lines_have_no_fields() -> None:
    assert words("\n  \n; x\na b") == [[], [], [], ["a", "b"]]


def test_an_open_quote_faults_its_own_line_only() -> None:
    text = 'a TXT "never\nb TXT "fine"\nc TXT "back\\\nd A x'
    assert faults(text) == [("unclosed-quote", 1, 7), ("unclosed-quote", 3, 7)]
    assert words(text)[1] == ["b", "TXT", "fine"]
    assert words(text)[3] == ["d", "A", "x"]


def test_an_open_parenthesis_faults_its_own_entry_only() -> None:
    text = "a TXT ( x\nb A y\nc SOA ( 1\n2 )\nd TXT ( z"
    assert faults(text) == [("unclosed-parenthesis", 1, 7), ("unclosed-parenthesis", 5, 7)]
    assert words(text)[1:3] == [["b", "A", "y"], ["c", "SOA", "1", "2"]]


def test_nested_parentheses_are_one_entry() -> None:
    assert words("a ( b ( c\n ) d\n) e\nf") == [["a", "b", "c", "d", "e"], ["f"]]


def test_a_stray_parenthesis_is_a_fault() -> None:
    assert faults("a A ) x\nb A x") == [("syntax", 1, 5)]


def test_the_first_fault_of_an_entry_is_told() -> None:
    assert faults('a ) "x\n') == [("syntax", 1, 3)]


def test_too_many_fields_are_a_fault_and_the_next_entry_is_read() -> None:
    text = "a TXT ( " + "x " * MAX_FIELDS + ' "y" ( ) )\nb A x'
    first, second = entries(text)
    assert len(first.fields) == MAX_FIELDS
    assert first.fault is not None
    assert first.fault[:3] == ("master-syntax", f"more than {MAX_FIELDS} fields in one entry", 1)
    assert [field.raw for field in second.fields] == ["b", "A", "x"]


@pytest.mark.parametrize(
    "text",
    [
        "(\n" * 20_000,
        "( x\n" + "a A x\n" * 20_000 + "( y\n" + "a A x\n" * 20_000,
        "(" * 200_000,
        '"\\' * 100_000,
        "\\a" * 200_000,
        " \t" * 200_000,
        ("(" * (MAX_OPEN + 5) + "\n") * 50,
        ";(" * 100_000,
    ],
)
def test_hostile_texts_take_linear_time(text: str) -> None:
    start = time.process_time()
    entries(text)
    assert time.process_time() - start < 3


@given(st.text(alphabet='ab01 \t\n\r"();\\$@.é', max_size=60))
def test_never_raises_and_reads_every_line_once(text: str) -> None:
    found = entries(text)
    lines = [entry.line for entry in found]
    assert lines == sorted(set(lines))
    rows = text.split("\n")
    for entry in found:
        for field in entry.fields:
            assert rows[field.line - 1][field.column - 1 :].startswith(field.written.rstrip('"'))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("3600", 3600),
        ("1h30m", 5400),
        ("1W", 604_800),
        ("2d", 172_800),
        ("1m1s", 61),
        ("2147483648", 2_147_483_648),
        ("-5", -5),
        ("9" * 19, int("9" * 19)),
    ],
)
def test_ttl(text: str, seconds: int) -> None:
    assert parse_ttl(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "1x", "h", "1h30", "1.5", "٣", "-", "--1", "-1h", "+5", "9" * 20, "9" * 5000, "1h" * 5000]
)
def test_no_ttl(text: str) -> None:
    found = parse_ttl(text)
    assert isinstance(found, Bad)
    assert len(found.message) < 150


@pytest.mark.parametrize(
    ("raw", "octets"),
    [
        ("plain", "plain"),
        (r"a\;b", "a;b"),
        (r"\"\\", '"\\'),
        (r"\065\255", "A\xff"),
        ("é", "\xc3\xa9"),
        (r"\é", "\xc3\xa9"),
        ("", ""),
    ],
)
def test_octets(raw: str, octets: str) -> None:
    found = parse_octets(raw)
    assert not isinstance(found, Bad)
    assert found[0] == octets


@pytest.mark.parametrize("raw", [r"\256", r"\1", r"\12x", "\\", r"a\999"])
def test_bad_escapes(raw: str) -> None:
    assert isinstance(parse_octets(raw), Bad)


def test_breaks_lead_from_octets_back_to_the_text() -> None:
    found = parse_octets(r"ab\;cé\065d")
    assert not isinstance(found, Bad)
    assert found[0] == "ab;c\xc3\xa9Ad"
    assert found[1] == ((0, 0), (2, 2), (3, 4), (3, 4), (3, 4), (4, 5), (5, 5), (6, 6), (7, 10), (7, 10), (7, 10))


def test_long_values_are_shortened_for_messages() -> None:
    assert shorten("x" * 60) == "x" * 60
    assert shorten("x" * 61) == "x" * 59 + "…"
