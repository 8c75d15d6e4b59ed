"""Offsets in a value lead back to its file."""

from mailcheck.model.location import Location, Piece, Span, whole_line

PLAIN = Location("f", 3, 10, 3, 30)
PIECED = Location("f", 3, 10, 5, 8, (Piece(0, 3, 11), Piece(4, 3, 20), Piece(9, 5, 2)))


def test_without_pieces_the_value_runs_on_character_for_character() -> None:
    assert PLAIN.within(2, 5).span == Span(3, 12, 3, 15)
    assert (PLAIN.line, PLAIN.column) == (3, 10)


def test_each_piece_begins_anew() -> None:
    assert PIECED.within(0, 4).span == Span(3, 11, 3, 15)
    assert PIECED.within(4, 6).span == Span(3, 20, 3, 22)
    assert PIECED.within(9, 12).span == Span(5, 2, 5, 5)


def test_a_stretch_over_two_pieces_ends_in_the_later_one() -> None:
    assert PIECED.within(2, 10).span == Span(3, 13, 5, 3)


def test_an_empty_stretch_is_one_column_wide() -> None:
    assert PLAIN.within(4, 4).span == Span(3, 14, 3, 15)


def test_a_whole_line_names_no_column() -> None:
    assert whole_line("f", 7).span == Span(7, 1, 7, 1)
