"""Octets to header fields and body."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.grammar.message import BadMessage, Message, parse_message
from mailcheck.model.limits import Limits


def read(octets: bytes) -> Message:
    message = parse_message(octets, Limits())
    assert isinstance(message, Message)
    return message


def test_fields_and_body() -> None:
    message = read(b"From : a\r\n b\r\n\tc\r\nSUBJECT:\r\n\r\nfirst\r\n\r\n")
    assert [(field.name, field.written, field.value, field.text, field.line) for field in message.fields] == [
        ("from", b"From ", b" a\r\n b\r\n\tc\r\n", "a b\tc", 1),
        ("subject", b"SUBJECT", b"\r\n", "", 4),
    ]
    assert message.body == b"first\r\n\r\n"
    assert message.named("subject") == message.fields[1:]


@pytest.mark.parametrize(
    ("octets", "names", "body"),
    [
        (b"", [], b""),
        (b"\n", [], b""),
        (b"A: 1", ["a"], b""),
        (b"A: 1\n\nx", ["a"], b"x\r\n"),
        (b"A: 1\n\nx\r\ny\nz\rz\n", ["a"], b"x\r\ny\r\nz\rz\r\n"),
        (b"From a@b.example Thu Jan  1\nA: 1\n\nx\n", ["a"], b"x\r\n"),
        (b"A: 1\nFrom here on\nB: 2\n", ["a"], b"From here on\r\nB: 2\r\n"),
        (b"A: 1\nno field\n\nx\n", ["a"], b"no field\r\n\r\nx\r\n"),
        (b" folded first\nA: 1\n", [], b" folded first\r\nA: 1\r\n"),
        (b"A: 1\n \nB: 2\n", ["a", "b"], b""),
        (b"\xe9: 1\n", [], b"\xe9: 1\r\n"),
        (b": 1\n", [], b": 1\r\n"),
    ],
)
def test_where_the_header_ends(octets: bytes, names: list[str], body: bytes) -> None:
    message = read(octets)
    assert [field.name for field in message.fields] == names
    assert message.body == body


def test_limits() -> None:
    limits = Limits()._replace(message_header_fields=2, message_header_size=30)
    assert isinstance(parse_message(b"A: 1\nB: 2\n\n" + b"x" * 100, limits), Message)
    assert parse_message(b"A: 1\nB: 2\nC: 3\n\n", limits) == BadMessage(
        "message-too-many-fields", "more than 2 header fields", "message-header-fields", 3
    )
    assert parse_message(b"A: 1\nB: 2\n" + b" x\n" * 10, limits) == BadMessage(
        "message-header-too-large", "the header is larger than 30 octets", "message-header-size", 9
    )


@given(st.lists(st.tuples(st.from_regex(rb"\A[!-9;-~]{1,9}\Z"), st.from_regex(rb"\A[^\r\n]*\Z"))), st.binary())
def test_octets_with_crlf_come_back(fields: list[tuple[bytes, bytes]], body: bytes) -> None:
    octets = b"".join(name + b":" + value + b"\r\n" for name, value in fields)
    body = body.replace(b"\r", b"").replace(b"\n", b"\r\n") + b"\r\n"
    message = read(octets + b"\r\n" + body)
    assert b"".join(field.written + b":" + field.value for field in message.fields) == octets
    assert message.body == body
