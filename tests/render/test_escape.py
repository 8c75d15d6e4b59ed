"""Nothing that others wrote reaches a terminal, a log or a parser as it is."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.render import escape

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("v=spf1 -all", "v=spf1 -all"),
        ("\x1b[31mred", "\\027[31mred"),
        ("two\nlines\r\x00", "two\\010lines\\013\\000"),
        ("caf\xc3\xa9", "caf\\195\\169"),
        ("\x9b31m\x7f", "\\15531m\\127"),
        ("right\u202eleft", "right\\u202eleft"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("file\udcff", "file\\255"),
        ("shortened …", "shortened …"),
        ("##[add-mask]x ##vso[task.x]", "#\\035[add-mask]x #\\035vso[task.x]"),
        ("## a comment", "## a comment"),
        (" ::error::x", " \\058:error::x"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_messages_are_shown_as_octets(value: str, shown: str) -> None:
    assert escape.text(value) == shown


def test_printable_unicode_of_a_file_stays() -> None:
    assert escape.source("zürich/日本.yaml\u00a0\u200f\udcfc") == "zürich/日本.yaml\\u00a0\\u200f\\252"


@given(ANY_TEXT)
def test_text_is_one_printable_line_that_no_runner_obeys(value: str) -> None:
    for shown in (escape.text(value), escape.source(value)):
        assert shown.isprintable()
        assert not shown.lstrip().startswith("::")
        assert not re.search(r"##[\w.-]{0,32}\[", shown)


@given(ANY_TEXT, st.integers(20, 60))
def test_a_limit_holds_in_octets(value: str, limit: int) -> None:
    assert len(escape.text(value * 5, limit).encode()) <= limit
    assert len(escape.source(value * 5, limit).encode()) <= limit
    assert len(escape.github_property(value * 5, limit).encode()) <= limit
    assert len(escape.github_data(value * 5, limit).encode()) <= limit


def test_what_is_cut_says_so() -> None:
    assert escape.text("x" * 5_000, 10) == "xxxxxxx…"
    assert escape.text("x" * 10, 10) == "x" * 10
    assert escape.source("日本語", 8) == "日…"


def test_a_cut_leaves_no_half_percent_sequence() -> None:
    for limit in range(10, 16):
        assert re.fullmatch(r"(%25)*…", escape.github_data("%" * 50, limit))


@given(ANY_TEXT)
def test_workflow_command_data_survives_the_runner(value: str) -> None:
    encoded = escape.github_data(value)
    assert "\n" not in encoded
    assert "\r" not in encoded
    assert not re.search("%(?!25|0A)", encoded)


@given(ANY_TEXT)
def test_workflow_command_properties_end_at_no_separator(value: str) -> None:
    encoded = escape.github_property(value)
    assert not set(encoded) & set(":,\r\n")
    assert not re.search("%(?!25|3A|2C)", encoded)


def test_sarif_messages_hold_neither_placeholders_nor_links() -> None:
    assert escape.sarif("exists:%{i} {0}") == "exists:%{{i}} {{0}}"
    assert escape.sarif("see [this](https://example.com/)") == "see [this] (https://example.com/)"
    assert escape.sarif("one\ntwo\x1b") == "one\ntwo\\027"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("zones/example.com.yaml", "zones/example.com.yaml"),
        ("../../zones/./a b.yaml", "zones/a%20b.yaml"),
        ("/etc/zones//x", "etc/zones/x"),
        ("C:x", "C%3Ax"),
        ("zü\udcff", "z%C3%BC%ED%B3%BF"),
        ("..", "."),
    ],
)
def test_sarif_uris_are_relative(path: str, uri: str) -> None:
    assert escape.sarif_uri(path) == uri


@given(ANY_TEXT)
def test_sarif_uris_stay_inside(path: str) -> None:
    uri = escape.sarif_uri(path)
    assert uri.isascii()
    assert re.fullmatch(r"[A-Za-z0-9._~%/-]+", uri)
    assert not uri.startswith("/")
    assert ".." not in unquote(uri, errors="replace").split("/")


def test_json_keeps_paths_but_no_lone_surrogates() -> None:
    assert escape.json_path("zürich\x1b\udcff\ud800") == "zürich\x1b\\255\\ud800"
    assert escape.json("zürich\x1b") == "z\\252rich\\027"
