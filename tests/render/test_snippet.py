"""The marks stand under what the span names, on any terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.model.location import Span
from mailcheck.render.snippet import WIDTH, snippet


def columns(text: str) -> int:
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def marked(line: str, wanted: str) -> str:
    """The text of the snippet above the marks."""
    start = line.index(wanted)
    part = snippet(line, Span(1, start + 1, 1, start + 1 + len(wanted)))
    before = next(at for at in range(len(part.text) + 1) if columns(part.text[:at]) == part.start)
    ends = [at for at in range(before, len(part.text) + 1) if columns(part.text[before:at]) == part.length]
    return part.text[before : ends[-1]]


@pytest.mark.parametrize(
    ("line", "wanted", "shown"),
    [
        ("@ TXT v=spf1 ?all", "?all", "?all"),
        ("@\t\tTXT\tv=spf1 ?all", "?all", "?all"),
        ("日本語 TXT ?all x", "?all", "?all"),
        ("日本語 TXT ?all x", "本語", "本語"),
        ("e\u0301e\u0301 ?all", "?all", "?all"),
        ("e\u0301e\u0301 ?all", "e\u0301e\u0301", "e\u0301e\u0301"),
        ("\x1b[31m ?all", "?all", "?all"),
        ("a\x1bb", "\x1b", "\\027"),
        ("a\tb", "\t", "    "),
        ("x ##[add-mask] ?all", "?all", "?all"),
        ("a\u202eb ?all", "?all", "?all"),
        ("x" * 5_000 + " ?all " + "y" * 5_000, "?all", "?all"),
        ("日" * 5_000 + " ?all " + "本" * 5_000, "?all", "?all"),
    ],
)
def test_marks_stand_under_the_span(line: str, wanted: str, shown: str) -> None:
    assert marked(line, wanted) == shown


def test_a_long_line_is_cut_around_its_span() -> None:
    line = "a" * 1_000 + "?all" + "z" * 1_000
    part = snippet(line, Span(1, 1_001, 1, 1_005))
    assert part.text[0] == part.text[-1] == "…"
    assert part.text[part.start : part.start + part.length] == "?all"
    assert len(part.text) == WIDTH + 2


def test_a_short_side_leaves_its_room_to_the_other() -> None:
    assert snippet("ab" + "z" * 500, Span(1, 1, 1, 3)).text == "ab" + "z" * (WIDTH - 2) + "…"
    assert snippet("a" * 500 + "z", Span(1, 501, 1, 502)).text == "…" + "a" * (WIDTH - 1) + "z"


def test_a_span_wider_than_the_window_is_marked_as_far_as_it_is_seen() -> None:
    part = snippet("v" * 3_000, Span(1, 501, 1, 3_001))
    assert part.length == WIDTH
    assert part.text == "…" + "v" * WIDTH + "…"


def test_nothing_follows_a_span_that_does_not_fit() -> None:
    part = snippet("x" + "日" * 80 + "z" * 50, Span(1, 1, 1, 82))
    assert part.text == "x" + "日" * 49 + "…"
    assert part.length == WIDTH - 1


def test_a_span_over_several_lines_is_marked_to_the_end_of_the_first() -> None:
    part = snippet("@ SOA ns1 (\r\n", Span(1, 3, 4, 2))
    assert part == ("@ SOA ns1 (", 2, 9)


def test_a_span_without_width_in_column_1_names_the_line() -> None:
    assert snippet("$ORIGIN example.com.", Span(1, 1, 1, 1)) == ("$ORIGIN example.com.", 0, 0)


def test_an_empty_stretch_has_one_mark() -> None:
    assert snippet("abc", Span(1, 2, 1, 2)) == ("abc", 1, 1)
    assert snippet("abc", Span(1, 4, 1, 5)) == ("abc", 3, 1)


@given(
    st.text(st.characters(exclude_categories=()), max_size=400),
    st.integers(1, 500),
    st.integers(0, 500),
)
def test_no_line_breaks_the_frame(line: str, column: int, length: int) -> None:
    part = snippet(line, Span(1, column, 1, column + length))
    assert part.text.isprintable()
    assert part.start + part.length <= WIDTH + 2
    assert "##[" not in part.text
