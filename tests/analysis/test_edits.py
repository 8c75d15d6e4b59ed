"""A term or a tag is taken out with what parts it from the others, on that side which leaves the lines alone."""

from __future__ import annotations

import pytest

from mailcheck.analysis.edits import without_tag, without_term
from mailcheck.grammar.tags import parse_tags
from mailcheck.model.location import Location, Piece
from mailcheck.model.record import Record
from mailcheck.zonefile.edit import edited


def record(text: str, *pieces: Piece) -> Record:
    at = Location("example.com.zone", 3, 10, 9, 99, pieces)
    return Record("example.com.", "TXT", 3600, text, at, at)


def rest_without_term(text: str, term: str, *pieces: Piece) -> str:
    start = text.index(term)
    edit = without_term(record(text, *pieces), start, start + len(term))
    return text[: edit.start] + "|" + text[edit.end :]


def test_a_term_goes_with_the_spaces_before_it() -> None:
    assert rest_without_term("v=spf1 a  mx -all", "mx") == "v=spf1 a| -all"
    assert rest_without_term("v=spf1 a mx", "mx") == "v=spf1 a|"


def test_a_term_that_begins_a_line_goes_with_the_spaces_behind_it() -> None:
    lines = Piece(0, 3, 10), Piece(8, 3, 18), Piece(9, 4, 5)
    assert rest_without_term("v=spf1 a mx -all", "mx", *lines) == "v=spf1 a |-all"


def test_a_term_alone_on_its_line_goes_with_the_line() -> None:
    lines = Piece(0, 3, 10), Piece(8, 3, 18), Piece(9, 4, 5), Piece(11, 4, 7), Piece(12, 5, 5)
    assert rest_without_term("v=spf1 a mx -all", "mx", *lines) == "v=spf1 a| -all"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("v=DMARC1; ri=1; p=none", "v=DMARC1; p=none"),
        ("v=DMARC1;ri=1;p=none", "v=DMARC1;p=none"),
        ("v=DMARC1; p=none; ri=1", "v=DMARC1; p=none"),
        ("v=DMARC1; p=none; ri=1;", "v=DMARC1; p=none;"),
        ("v=DMARC1; p=none;ri=1 ; ", "v=DMARC1; p=none ; "),
    ],
)
def test_a_tag_goes_with_one_semicolon(text: str, rest: str) -> None:
    tag = parse_tags(text).get("ri")
    assert tag is not None
    edit = without_tag(record(text), tag)
    assert edited(text, [(edit.start, edit.end, edit.replacement)]) == rest
