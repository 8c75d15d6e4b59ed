"""Domain names as master files write them."""

from __future__ import annotations

import dns.exception
import dns.name
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.grammar.master_file import Bad
from mailcheck.grammar.master_name import parse_name

ORIGIN = "example.com."
LONG = ".".join(["a" * 63] * 3)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("@", ORIGIN),
        ("www", "www.example.com."),
        ("WWW.Example.NET.", "WWW.Example.NET."),
        ("*", "*.example.com."),
        ("_dmarc", "_dmarc.example.com."),
        ("0/25", "0/25.example.com."),
        (".", "."),
        (r"a\.b", r"a\.b.example.com."),
        (r"a\046b", r"a\.b.example.com."),
        (r"\097b.", "ab."),
        (r"a\ b", r"a\032b.example.com."),
        ("a\x1bb", r"a\027b.example.com."),
        (r"\$x\@", r"\$x\@.example.com."),
        (r"\255", r"\255.example.com."),
        ("bücher", "xn--bcher-kva.example.com."),
        ("bücher.example.", "xn--bcher-kva.example."),
        ("a" * 63, "a" * 63 + ".example.com."),
        (LONG + "." + "b" * 61 + ".", LONG + "." + "b" * 61 + "."),
        (LONG + "." + "b" * 49, LONG + "." + "b" * 49 + ".example.com."),
    ],
)
def test_names(raw: str, name: str) -> None:
    assert parse_name(raw, ORIGIN) == name


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ("a..b", "empty"),
        (".a", "empty"),
        ("..", "empty"),
        ("a" * 64, "64 octets"),
        (r"a\b" * 40, "80 octets"),
        ("ü" * 64, "internationalized"),
        ("ü" * 60, "internationalized"),
        ("\u00adb.\u2028", "internationalized"),
        (r"ü\046", "internationalized"),
        ("ü;", "internationalized"),
        (LONG + "." + "b" * 62 + ".", "255"),
        (LONG + "." + "b" * 50, "255"),
        ("a." * 10_000, "255"),
        (r"\300", "escape"),
        ("a\\", "escape"),
        (r"a\1b", "escape"),
    ],
)
def test_what_is_no_name(raw: str, word: str) -> None:
    found = parse_name(raw, ORIGIN)
    assert isinstance(found, Bad)
    assert word in found.message
    assert len(found.message) < 160


def test_names_at_the_root() -> None:
    assert parse_name("com", ".") == "com."
    assert parse_name("@", ".") == "."
    assert parse_name(r"a\.b", ".") == r"a\.b."


def test_without_an_origin_only_absolute_names_are_read() -> None:
    assert parse_name("a.example.", None) == "a.example."
    assert isinstance(parse_name("a", None), Bad)
    assert isinstance(parse_name("@", None), Bad)


@given(st.text(alphabet=r'ab0-_*/.\$@;"1 ' + "\x01", min_size=1, max_size=20))
def test_agrees_with_dnspython(raw: str) -> None:
    ours = parse_name(raw, ORIGIN)
    try:
        theirs = dns.name.from_text(raw, dns.name.from_text(ORIGIN)).to_text()
    except dns.exception.DNSException:
        assert isinstance(ours, Bad)
    else:
        assert ours == theirs
