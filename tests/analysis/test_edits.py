"""Edits are offered only where the file writes the value out as it is."""

from mailcheck.analysis.edits import replacing
from mailcheck.model.location import Location, Piece, Span
from mailcheck.model.record import Record


def record(text: str, span: Span, *pieces: Piece) -> Record:
    at = Location("example.com.zone", *span, pieces)
    return Record("example.com.", "TXT", 3600, text, at, at)


def test_a_plain_stretch_is_replaced() -> None:
    edit = replacing(record("abcdef", Span(3, 10, 3, 16)), 1, 3, "x")
    assert edit is not None
    assert (edit.path, edit.span, edit.replacement) == ("example.com.zone", Span(3, 11, 3, 13), "x")


def test_the_end_of_the_value_is_replaced() -> None:
    edit = replacing(record("abcdef", Span(3, 10, 3, 16)), 4, 6, "x")
    assert edit is not None
    assert edit.span == Span(3, 14, 3, 16)


def test_an_escape_inside_or_as_last_character_is_left_alone() -> None:
    escaped = record("abcdef", Span(3, 10, 3, 19), Piece(0, 3, 10), Piece(3, 3, 16))
    assert replacing(escaped, 1, 4, "x") is None
    assert replacing(escaped, 1, 3, "x") is None
    assert replacing(escaped, 3, 6, "x") is not None
    assert replacing(record("abc", Span(3, 10, 3, 16)), 1, 3, "x") is None


def test_a_seam_of_two_strings_is_left_alone() -> None:
    split = record("abcdef", Span(3, 10, 4, 8), Piece(0, 3, 10), Piece(3, 4, 5))
    assert replacing(split, 2, 4, "x") is None
    assert replacing(split, 1, 3, "x") is None
    assert replacing(split, 0, 2, "x") is not None
