"""Replies read by hand, held to dnspython on all sorts of messages."""

from __future__ import annotations

import struct

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.view.odd_message import read_odd_reply, type_code
from mailcheck.view.wire import (
    MAX_RECORDS,
    TYPES,
    Odd,
    Reply,
    holds_question,
    holds_question_in_other_case,
    is_reply,
    read_reply,
    vary_case,
    write_query,
    write_question,
)
from mailcheck.view.wire_names import to_wire

NAMES = st.sampled_from(
    [
        "example.com.",
        "Mail.Example.COM.",
        "a.b.c.example.com.",
        ".",
        "x\\.y.example.net.",
        "\\027[31m.example.",
        "_dmarc.example.org.",
    ]
)
OCTETS = st.binary(min_size=0, max_size=255)


@st.composite
def rdatas(draw: st.DrawFn) -> tuple[str, str]:
    rtype = draw(st.sampled_from([*TYPES, "SOA", "SRV", "RRSIG", "TYPE65534", "CAA"]))
    name = draw(NAMES)
    number = draw(st.integers(0, 65_535))
    if rtype in ("TXT", "SPF"):
        strings = draw(st.lists(OCTETS, min_size=1, max_size=4))
        return rtype, " ".join('"' + "".join(f"\\{octet:03d}" for octet in string) + '"' for string in strings)
    value = {
        "A": f"192.0.{number % 256}.{number // 256}",
        "AAAA": draw(st.ip_addresses(v=6)).exploded,
        "MX": f"{number} {name}",
        "SOA": f"{name} {draw(NAMES)} {number} 2 3 4 5",
        "SRV": f"1 2 {number} {name}",
        "RRSIG": f"A 8 2 3600 20260101000000 20250101000000 {number} {name} AAAA",
        "TYPE65534": f"\\# 2 {number:04x}",
        "CAA": f'0 issue "x{number}"',
    }.get(rtype, name)
    return rtype, value


@st.composite
def messages(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A reply on the wire, and the question that it holds."""
    name, rtype = draw(NAMES), draw(st.sampled_from([*TYPES, "SRV", "TYPE65534"]))
    message = dns.message.make_query(name, rtype, use_edns=draw(st.booleans()))
    message.flags = dns.flags.QR | draw(st.sampled_from([0, dns.flags.AD, dns.flags.RA, dns.flags.TC]))
    message.set_rcode(draw(st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5])))
    for section in (message.answer, message.authority):
        for _ in range(draw(st.integers(0, 4))):
            section.append(
                dns.rrset.from_text(draw(NAMES), draw(st.integers(0, 2**31 - 1)), "IN", *draw(rdatas()))
            )
    question = write_question(to_wire(name), int(dns.rdatatype.from_text(rtype)))
    return message.to_wire(max_size=65_535), question


def by_hand(message: bytes, question: bytes) -> Reply | None:
    try:
        return read_reply(message, question)
    except Odd:
        return None


@given(messages())
def test_what_is_read_by_hand_is_what_dnspython_reads(case: tuple[bytes, bytes]) -> None:
    message, question = case
    assert holds_question(message, question)
    reply = by_hand(message, question)
    other = read_odd_reply(message, question)
    assert other is not None
    if reply is not None:
        assert reply == (other if reply.head.has_rows else Reply(other.head, other.rcode))


@given(messages())
def test_messages_of_the_types_of_mail_take_the_short_way(case: tuple[bytes, bytes]) -> None:
    message, question = case
    if int.from_bytes(question[-4:-2], "big") in TYPES.values():
        reply = by_hand(message, question)
        assert reply is not None or (message[3] & 15 == 0 and message[6:10] == b"\0\0\0\0")


@given(messages())
def test_a_message_cut_at_any_octet_is_read_alike_or_not_at_all(case: tuple[bytes, bytes]) -> None:
    message, question = case
    whole = by_hand(message, question) or read_odd_reply(message, question)
    for end in range(12 + len(question), len(message), 1 + len(message) // 100):
        cut = by_hand(message[:end], question)
        assert cut is None or cut == whole
        read_odd_reply(message[:end], question)


@given(messages(), st.data())
def test_a_damaged_message_never_ends_in_a_traceback(case: tuple[bytes, bytes], data: st.DataObject) -> None:
    message, question = case
    damaged = bytearray(message)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(12 + len(question) - 1, len(message) - 1))
        damaged[at] = data.draw(st.integers(0, 255))
    reply = by_hand(bytes(damaged), question)
    other = read_odd_reply(bytes(damaged), question)
    if reply is not None and other is not None and reply.head.has_rows:
        assert reply == other


@given(st.binary(max_size=200))
def test_garbage_is_no_reply(octets: bytes) -> None:
    question = write_question(to_wire("example.com."), 16)
    holds_question(octets, question)
    holds_question_in_other_case(octets, question)
    message = octets[:12].ljust(12, b"\0") + question + octets[12:]
    by_hand(message, question)
    read_odd_reply(message, question)
    assert not is_reply(octets[:11])


@pytest.mark.parametrize(("name", "rtype"), [("example.com.", 16), (".", 2), ("a\\.b._x.example.", 28)])
def test_a_query_is_what_dnspython_takes_for_one(name: str, rtype: int) -> None:
    parsed = dns.message.from_wire(write_query(0xABCD, write_question(to_wire(name), rtype)))
    assert parsed.id == 0xABCD
    assert parsed.question[0].name == dns.name.from_text(name)
    assert parsed.question[0].rdtype == rtype
    assert parsed.flags == dns.flags.RD | dns.flags.AD
    assert (parsed.edns, parsed.payload, parsed.opcode()) == (0, 1232, 0)
    assert not is_reply(parsed.to_wire())


@given(st.integers(0, 2**200))
def test_chance_changes_the_case_of_letters_and_nothing_else(chance: int) -> None:
    question = write_question(to_wire("mail-1._domainkey.\\200@[`{.example.com."), 65)
    varied = vary_case(question, chance)
    assert varied.lower() == question.lower()
    assert varied[-4:] == question[-4:]
    assert holds_question_in_other_case(bytes(12) + varied, question)


def test_both_cases_come_up_and_none_of_it_without_chance() -> None:
    question = write_question(to_wire("ab.example."), 1)
    assert vary_case(question, 0) == question
    assert vary_case(question, (1 << 200) - 1) == write_question(to_wire("AB.EXAMPLE."), 1)


def test_another_name_or_type_is_another_question() -> None:
    question = write_question(to_wire("example.com."), 65)
    for name, rtype in [("example.net.", 65), ("example.com.", 97), ("example.com.", 1)]:
        message = bytes(12) + write_question(to_wire(name), rtype)
        assert not holds_question(message, question)
        assert not holds_question_in_other_case(message, question)


@pytest.mark.parametrize("counts", [(MAX_RECORDS + 1, 0), (0, MAX_RECORDS + 1), (65_535, 65_535)])
def test_a_count_beyond_the_limit_is_not_followed(counts: tuple[int, int]) -> None:
    question = write_question(to_wire("example.com."), 16)
    head = struct.pack("!HHHHHH", 0, 0x8180, 1, *counts, 0)
    reply = read_reply(head + question, question)
    assert reply.head.is_too_long
    assert reply.rows == ()


def test_a_code_that_only_the_opt_record_tells_is_found() -> None:
    query = dns.message.make_query("example.com.", "TXT", use_edns=0)
    message = dns.message.make_response(query)
    message.set_rcode(dns.rcode.BADVERS)
    question = write_question(to_wire("example.com."), 16)
    assert by_hand(message.to_wire(), question) is None
    reply = read_odd_reply(message.to_wire(), question)
    assert reply is not None
    assert reply.rcode == dns.rcode.BADVERS


def test_a_ttl_with_the_highest_bit_is_zero() -> None:
    """RFC 2181 section 8."""
    question = write_question(to_wire("a."), 1)
    row = b"\xc0\x0c\0\1\0\1\x80\0\0\1\0\4\xc0\0\2\1"
    message = b"\0\0\x81\x80\0\1\0\1\0\0\0\0" + question + row
    assert read_reply(message, question).rows[0].ttl == 0


@pytest.mark.parametrize(("mnemonic", "code"), [("SRV", 33), ("TLSA", 52), ("TYPE65534", 65534), ("CAA", 257)])
def test_types_by_name(mnemonic: str, code: int) -> None:
    assert type_code(mnemonic) == code


@pytest.mark.parametrize(
    "mnemonic", ["ALIAS", "Route53Provider/ALIAS", "ANY", "AXFR", "OPT", "NONE", "TYPE99999", ""]
)
def test_what_is_no_type_of_data(mnemonic: str) -> None:
    assert type_code(mnemonic) is None
