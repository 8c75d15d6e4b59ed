"""Names on the wire and as text, held to dnspython."""

import dns.exception
import dns.name
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.view.wire_names import BadName, from_wire, to_wire

labels = st.lists(st.binary(min_size=1, max_size=63), max_size=6).filter(
    lambda found: sum(map(len, found)) + len(found) < 255
)


@given(labels)
def test_a_name_is_shown_as_dnspython_shows_it_in_lower_case(found: list[bytes]) -> None:
    name = dns.name.Name([*found, b""])
    assert from_wire(name.to_wire(), 0) == (name.to_text().lower(), len(name.to_wire()))


@given(labels)
def test_what_is_shown_leads_back_to_the_same_octets(found: list[bytes]) -> None:
    wire = dns.name.Name([*found, b""]).to_wire().lower()
    assert to_wire(from_wire(wire, 0)[0]) == wire


@given(st.text(alphabet='aZ09.\\-_\x1b"é', max_size=30))
def test_a_text_is_a_name_where_dnspython_takes_it_for_one(text: str) -> None:
    try:
        wire = to_wire(text)
    except BadName:
        return
    assert wire == dns.name.from_text(text).to_wire()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com",
        "a..b.",
        ".a.",
        "x" * 64 + ".",
        "abc." * 64,
        "ü.example.",
        "a\\300.",
        "a\\",
        "a\\.",
        "a\\30.",
    ],
)
def test_what_no_message_can_hold_is_refused(text: str) -> None:
    with pytest.raises(BadName):
        to_wire(text)


def test_the_root_is_a_dot() -> None:
    assert to_wire(".") == b"\0"
    assert from_wire(b"\0", 0) == (".", 1)


def test_escaped_dots_and_digits_are_part_of_their_label() -> None:
    assert to_wire("a\\.b\\027.c.") == b"\x04a.b\x1b\x01c\0"


@given(st.binary(max_size=80), st.integers(0, 80))
def test_octets_are_a_name_where_dnspython_reads_one(octets: bytes, at: int) -> None:
    try:
        ours = from_wire(octets, at)
    except (BadName, IndexError):
        with pytest.raises((dns.exception.DNSException, IndexError)):
            dns.name.from_wire(octets, at)
        return
    name, used = dns.name.from_wire(octets, at)
    assert ours == (name.to_text().lower(), at + used)


@pytest.mark.parametrize("octets", [b"\xc0\x00", b"\x01a\xc0\x00", b"\xc0\x02\xc0\x00", b"\x40a\0", b"\x80a\0"])
def test_pointers_that_lead_nowhere_are_refused(octets: bytes) -> None:
    with pytest.raises((BadName, IndexError)):
        from_wire(octets, 0)


def test_a_name_put_together_by_pointers_is_no_longer_than_any_other() -> None:
    octets = b"\x3f" + b"a" * 63 + b"\0"
    for _ in range(4):
        octets += b"\x3f" + b"b" * 63 + (0xC000 | max(0, len(octets) - 66)).to_bytes(2, "big")
    with pytest.raises(BadName):
        from_wire(octets, len(octets) - 66)
