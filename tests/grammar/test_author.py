"""Whom a message says it is from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.grammar.author import author_domains
from mailcheck.grammar.message import Message, parse_message
from mailcheck.model.limits import Limits


def domains(*values: bytes) -> tuple[str, ...]:
    head = b"".join(b"From: " + value + b"\r\n" for value in values)
    message = parse_message(head + b"Sender: x@sender.example\r\n\r\nFrom: y@body.example\r\n", Limits())
    assert isinstance(message, Message)
    return author_domains(message)


@pytest.mark.parametrize(
    "value",
    [
        b"ann@example.com",
        b"<ann@example.com>",
        b"ann@EXAMPLE.com.",
        b"Ann <ann@example.com>",
        b'"eve@example.org" <ann@example.com>',
        b'"Eve <eve@example.org>, \\"x\\"" <ann@example.com>',
        b"eve@example.org <ann@example.com>",
        b"=?utf-8?q?eve=40example=2Eorg?= <ann@example.com>",
        b"=?utf-8?b?ZXZlQGV4YW1wbGUub3Jn?= <ann@example.com>",
        b"Ann (eve@example.org (nested \\) eve@example.org)) <ann@example.com>",
        b"ann(a)@(b)example(c).(d)com(e)",
        b"Ann\r\n <ann\r\n @example.com>",
        b"ann @ example . com",
        b'"a@b"@example.com',
        b"Ann <@relay.example.org,@other.example.org:ann@example.com>",
        b"Team: ann@example.com;",
        b"Team: Ann <ann@example.com>, bob@example.com ; ",
        b"Team: ann@example.com;, bob@example.com",
        b", ann@example.com,,",
        b"Ann <ann@example.com> trailing",
        b"ann@example.com (never closed",
        b"\xff\xfe <ann@example.com>",
        b"\x00\x1b <ann@example.com>",
    ],
)
def test_one_domain(value: bytes) -> None:
    assert domains(value) == ("example.com.",)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"a@one.example, B <b@two.example>", ("one.example.", "two.example.")),
        (
            b"Team: a@one.example, b@two.example;, c@three.example",
            ("one.example.", "two.example.", "three.example."),
        ),
        (b"a@b\xc3\xbccher.example", ("xn--bcher-kva.example.",)),
        (b"a@xn--bcher-kva.example", ("xn--bcher-kva.example.",)),
        (b"a@_x.example", ("_x.example.",)),
    ],
)
def test_several_domains_and_others(value: bytes, expected: tuple[str, ...]) -> None:
    assert domains(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"Ann",
        b"Team:;",
        b"undisclosed-recipients:;",
        b"ann@",
        b"<ann@>",
        b"<>",
        b"ann@[192.0.2.1]",
        b"ann@[192.0.2.1",
        b"ann@example..com",
        b"ann@example.com example.org",
        b"ann@-.com",
        b'ann@"example.com"',
        b"ann@b\xfccher.example",
        b"ann@" + b"x" * 64 + b".example",
        b"ann@" + b"x." * 200 + b"example",
        b"ann@" + b"x" * 5000,
        b"<ann@example.com",
        b"ann@example.com>",
        b"<ann@exa<mple.com>>x@y",
        b'"ann@example.com',
        b'"ann@example.com\\',
        b"x" * 70_000 + b" <ann@example.com>",
        b"(" * 60_000 + b"ann@example.com",
    ],
)
def test_no_domain(value: bytes) -> None:
    assert domains(value) == ()


def test_every_from_field_counts() -> None:
    assert domains() == ()
    assert domains(b"a@one.example", b"b@two.example", b"c@one.example") == ("one.example.", "two.example.")


@given(st.binary(max_size=200) | st.text('<>@,;:()"\\[]. a', max_size=60).map(str.encode))
def test_whatever_stands_there_is_read(value: bytes) -> None:
    for domain in domains(value):
        assert domain.isascii()
        assert domain.endswith(".")
        assert not set(domain) & set(' <>@,;:()"\\[]')
