"""dnspython's view of a record, built when asked for."""

from mailcheck.model.location import whole_line
from mailcheck.model.record import Record


def record(rtype: str, text: str, cuts: tuple[int, ...] = ()) -> Record:
    at = whole_line("f")
    return Record("example.com.", rtype, 300, text, at, at, cuts=cuts)


def test_text_keeps_its_strings() -> None:
    assert record("TXT", "onetwo", (3,)).rdata().to_text() == '"one" "two"'


def test_a_long_string_is_cut_at_255_octets() -> None:
    (first, second) = record("TXT", "x" * 300).rdata().strings
    assert (len(first), len(second)) == (255, 45)


def test_octets_are_octets() -> None:
    assert record("SPF", "\xff\x00").rdata().strings == (b"\xff\x00",)


def test_an_empty_text_is_one_empty_string() -> None:
    assert record("TXT", "").rdata().strings == (b"",)


def test_other_types_are_read_from_their_presentation_form() -> None:
    assert record("MX", "10 mail.example.com.").rdata().preference == 10
