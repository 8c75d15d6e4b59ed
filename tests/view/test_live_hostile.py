"""Forged, broken, endless and dripping answers: never a wrong answer, and always one in time."""

from __future__ import annotations

import itertools
import socket
import time

import pytest

from mailcheck.model.dns import Absent, Present, Question, Unknown
from tests.lab.hostile import SOA, Asked, Drip, absent, hostile, reply, texts, truncated
from tests.view.live_world import SHORT, ask, live

pytestmark = pytest.mark.enable_socket

GOOD, FORGED = "a. A 192.0.2.1", "a. A 203.0.113.66"


def other_id(message: bytes) -> bytes:
    return bytes([message[0] ^ 1]) + message[1:]


def other_case(message: bytes) -> bytes:
    """The question's only letter in the other case."""
    return message[:13] + bytes([message[13] ^ 0x20]) + message[14:]


def lower(message: bytes) -> bytes:
    return message[:12] + message[12:].lower()


def address(answer: object) -> str:
    assert isinstance(answer, Present), answer
    return answer.records[0].text


# --- what is no answer is ignored


@pytest.mark.parametrize(
    "forge",
    [
        lambda asked: other_id(reply(asked, FORGED)),
        lambda asked: reply(asked, FORGED).replace(b"\0\0\1\0\1", b"\0\0\x10\0\1", 1),
        lambda asked: reply(asked, FORGED).replace(b"\1a", b"\1b", 1).replace(b"\1A", b"\1b", 1),
        lambda asked: asked.wire,
        lambda asked: b"",
        lambda asked: b"\0",
        lambda asked: asked.wire[:2] + b"\xff" * 100,
        lambda asked: reply(asked, FORGED)[:14],
        lambda asked: reply(asked, FORGED, flags="QR RD RA")[:4] + bytes(8),
        lambda asked: asked.wire[:2] + b"\xa8\0\0\1" + bytes(6) + reply(asked, FORGED)[12:],
    ],
    ids=["id", "type", "name", "echo", "empty", "octet", "garbage", "cut", "no question", "opcode"],
)
def test_what_does_not_fit_the_query_is_ignored(forge) -> None:  # type: ignore[no-untyped-def]
    with hostile(lambda asked: [forge(asked), forge(asked), reply(asked, GOOD)]) as server:
        assert address(ask(live(server), "a.")) == "192.0.2.1"
        assert server.packets == 1
    with hostile(lambda asked: [forge(asked)]) as server:
        begin = time.monotonic()
        answer = ask(live(server, **SHORT), "a.")
        assert time.monotonic() - begin < 1.5
    assert isinstance(answer, Unknown)
    assert answer.reason == "timeout"


def test_a_reply_from_elsewhere_is_ignored() -> None:
    def behave(asked: Asked) -> list[bytes]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as elsewhere:
            elsewhere.sendto(reply(asked, FORGED), asked.client)
        return [reply(asked, GOOD)]

    with hostile(behave) as server:
        assert address(ask(live(server), "a.")) == "192.0.2.1"
        assert server.packets == 1


def test_ids_and_ports_are_not_foreseeable() -> None:
    heard: list[tuple[int, int]] = []

    def behave(asked: Asked) -> list[bytes]:
        heard.append((asked.query.id, asked.client[1]))
        return [absent(asked)]

    with hostile(behave) as server:
        view = live(server)
        for batch in range(2):
            view.answer({Question(f"host{number}.batch{batch}.", "A") for number in range(100)})
    steps = {(after - before) % 65_536 for (before, _), (after, _) in itertools.pairwise(heard)}
    assert len(steps) > 150
    assert len({port for _, port in heard[:100]}) > 4
    assert not {port for _, port in heard[:100]} >= {port for _, port in heard[100:]}


def test_the_first_of_two_replies_counts_and_the_second_harms_nothing() -> None:
    with hostile(
        lambda asked: [reply(asked, f"{asked.name} A 192.0.2.1"), reply(asked, f"{asked.name} A 192.0.2.2")]
    ) as server:
        answers = live(server).answer({Question(f"host{number}.", "A") for number in range(50)})
    assert {address(answer) for answer in answers.values()} == {"192.0.2.1"}


def test_records_of_other_names_are_none_of_the_answer() -> None:
    with hostile(lambda asked: [reply(asked, "b. A 203.0.113.66", "b. CNAME a.", authority=(SOA,))]) as server:
        assert ask(live(server), "a.") == Absent("nodata", source="live")


# --- case


def cases(wires: list[bytes]) -> set[bytes]:
    return {wire[: wire.index(b"\0")] for wire in wires}


def test_the_case_of_a_name_is_random_and_told_to_nobody() -> None:
    with hostile(lambda asked: [reply(asked, f"{asked.query.question[0].name} A 192.0.2.1")]) as server:
        view = live(server)
        name = "abcdefghijklmnopqrstuvwxyz.example."
        answers = [ask(view, name), ask(view, name, "TXT")]
    assert len(cases(server.questions)) == 2
    assert isinstance(answers[0], Present)
    assert answers[0].records[0].name == name


def test_a_reply_in_another_case_is_asked_again_over_tcp_and_the_next_in_case_still() -> None:
    """Somebody forges over UDP; over TCP the resolver itself is heard, and it keeps the case."""

    def behave(asked: Asked) -> list[bytes]:
        if asked.tcp or len(server.questions) > 2:
            return [reply(asked, GOOD)]
        return [other_case(reply(asked, FORGED))]

    with hostile(behave) as server:
        view = live(server)
        answer = ask(view, "a.")
    assert isinstance(answer, Present)
    assert address(answer) == "192.0.2.1"
    assert server.tcp_queries == 1


def test_a_resolver_that_folds_case_is_asked_without_chance_from_then_on() -> None:
    questions = {Question(f"abcdefghijklmnop{number}.", "A") for number in range(100)}
    with hostile(lambda asked: [lower(reply(asked, f"{asked.name} A 192.0.2.1"))]) as server:
        view = live(server)
        answers = view.answer(questions)
        assert {address(answer) for answer in answers.values()} == {"192.0.2.1"}
        assert server.tcp_queries <= 20
        before = server.packets
        assert address(ask(view, "zyxwvutsrqponmlkj.")) == "192.0.2.1"
        assert server.packets == before + 1


def test_a_resolver_that_folds_case_and_takes_no_tcp_is_asked_again_without_chance() -> None:
    with hostile(lambda asked: [lower(reply(asked, f"{asked.name} A 192.0.2.1"))], tcp=False) as server:
        assert address(ask(live(server), "abcdefghijklmnop.")) == "192.0.2.1"
        assert server.packets == 2
        assert server.questions[1].startswith(b"\x10abcdefghijklmnop\0")


def test_a_resolver_that_answers_in_capitals_is_never_believed_over_udp() -> None:
    """Asked in lower case it still does not fit."""

    def behave(asked: Asked) -> list[bytes]:
        message = reply(asked, f"{asked.name} A 192.0.2.1")
        return [message[:12] + message[12 : 12 + len(asked.name)].upper() + message[12 + len(asked.name) :]]

    with hostile(behave, tcp=False) as server:
        answer = ask(live(server), "abcdefghijklmnopqrstuvwxyz.")
        assert server.packets == 2
    assert isinstance(answer, Unknown)
    assert answer.reason == "formerr"


# --- chains


def chained(length: int):  # type: ignore[no-untyped-def]
    """`n0.` leads over `n1.` to `n<length>.`, whose address is 192.0.2.1; the whole chain in each reply."""

    def behave(asked: Asked) -> list[bytes]:
        start = int(asked.name[1:-1])
        links = [f"n{number}. CNAME n{number + 1}." for number in range(start, length)]
        return [reply(asked, *links, f"n{length}. A 192.0.2.1")]

    return behave


@pytest.mark.parametrize("length", [1, 8])
def test_a_chain_is_followed_within_the_reply(length: int) -> None:
    with hostile(chained(length)) as server:
        answer = ask(live(server), "n0.")
        assert server.packets == 1
    assert address(answer) == "192.0.2.1"
    assert isinstance(answer, Present)
    assert answer.chain == tuple(f"n{number}." for number in range(length))


def test_a_chain_of_over_eight_is_not_followed() -> None:
    with hostile(chained(9)) as server:
        answer = ask(live(server), "n0.")
    assert isinstance(answer, Unknown)
    assert (answer.reason, answer.detail) == ("unusable", "CNAME chain of over 8 names from n0.")


def link(asked: Asked) -> str:
    return f"{asked.name} CNAME n{int(asked.name[1:-1]) + 1}."


def test_a_chain_that_comes_link_by_link_is_asked_for() -> None:
    def behave(asked: Asked) -> list[bytes]:
        return [reply(asked, "n3. A 192.0.2.1" if asked.name == "n3." else link(asked))]

    with hostile(behave) as server:
        answer = ask(live(server), "n0.")
        assert server.packets == 4
    assert address(answer) == "192.0.2.1"
    assert isinstance(answer, Present)
    assert answer.chain == ("n0.", "n1.", "n2.")


def test_an_endless_chain_that_comes_link_by_link_ends_after_eight() -> None:
    with hostile(lambda asked: [reply(asked, link(asked))]) as server:
        answer = ask(live(server), "n0.")
        assert server.packets == 9
    assert isinstance(answer, Unknown)
    assert answer.reason == "unusable"


@pytest.mark.parametrize("whole", [True, False])
def test_a_loop_is_not_followed(whole: bool) -> None:
    links = {"a.": "a. CNAME b.", "b.": "b. CNAME a."}
    with hostile(lambda asked: [reply(asked, *(links.values() if whole else [links[asked.name]]))]) as server:
        answer = ask(live(server), "a.")
        assert server.packets == 1 if whole else 2
    assert answer == Unknown("unusable", "CNAME loop at a.", ("a.", "b."), "a.")


@pytest.mark.parametrize(("rcode", "kind"), [("NOERROR", "nodata"), ("NXDOMAIN", "nxdomain")])
def test_a_chain_to_nothing(rcode: str, kind: str) -> None:
    with hostile(lambda asked: [reply(asked, "a. CNAME b.", rcode=rcode, authority=(SOA,))]) as server:
        answer = ask(live(server), "a.", "TXT")
        assert server.packets == 1
    assert isinstance(answer, Absent)
    assert (answer.kind, answer.chain) == (kind, ("a.",))


def test_a_chain_whose_end_fails_names_that_end() -> None:
    def behave(asked: Asked) -> list[bytes]:
        return [reply(asked, "a. CNAME b.") if asked.name == "a." else reply(asked, rcode="SERVFAIL")]

    with hostile(behave) as server:
        answer = ask(live(server), "a.")
    assert answer == Unknown("servfail", f"b A (SERVFAIL from 127.0.0.1#{server.port})", ("a.",), target="b.")


def test_the_alias_itself_can_be_asked_for() -> None:
    with hostile(lambda asked: [reply(asked, "a. CNAME b.", "b. CNAME c.")]) as server:
        assert address(ask(live(server), "a.", "CNAME")) == "b."


# --- TCP


def test_truncated_without_tcp_is_unknown() -> None:
    with hostile(lambda asked: [truncated(asked)], tcp=False) as server:
        answer = ask(live(server), "a.", "TXT")
    what = f"127.0.0.1#{server.port}: the answer is truncated, and TCP fails: Connection refused"
    assert answer == Unknown("refused", f"a TXT ({what})")


@pytest.mark.parametrize("pause", [0.05, 60])
def test_a_drip_is_bounded_by_the_time_of_the_query(pause: float) -> None:
    def behave(asked: Asked) -> list[bytes] | Drip:
        return Drip(b"\xff\xff" + bytes(65_535), pause) if asked.tcp else [truncated(asked)]

    with hostile(behave) as server:
        begin = time.monotonic()
        answer = ask(live(server, **SHORT), "a.", "TXT")
        assert time.monotonic() - begin < 1.5
    assert isinstance(answer, Unknown)
    assert answer.reason == "timeout"
    assert "truncated" in answer.detail


def test_many_drips_are_bounded_by_the_clock_of_the_run() -> None:
    def behave(asked: Asked) -> list[bytes] | Drip:
        return Drip(b"\xff\xff", 60) if asked.tcp else [truncated(asked)]

    with hostile(behave) as server:
        begin = time.monotonic()
        answers = live(server, run_timeout=0.5).answer({Question(f"{n}.", "TXT") for n in range(300)})
        assert time.monotonic() - begin < 4
    assert {answer.reason for answer in answers.values() if isinstance(answer, Unknown)} == {"budget"}
    assert len(answers) == 300


@pytest.mark.parametrize(
    ("over_tcp", "reason"),
    [
        (lambda asked: [], "refused"),
        (lambda asked: [b""], "formerr"),
        (lambda asked: [b"\xff" * 500], "formerr"),
        (lambda asked: [other_id(reply(asked, FORGED))], "formerr"),
        (lambda asked: [reply(asked, FORGED).replace(b"\1", b"\2", 1)[:30]], "formerr"),
        (lambda asked: [reply(asked, "a. TXT x")[:-12]], "formerr"),
        (lambda asked: [truncated(asked)], "unusable"),
        (lambda asked: Drip(b"\0\x50abc", 0), "refused"),
        (lambda asked: [reply(asked, rcode="SERVFAIL")], "servfail"),
    ],
    ids=["closed", "empty", "garbage", "id", "question", "cut", "truncated", "early end", "servfail"],
)
def test_what_is_wrong_over_tcp_is_unknown_at_once(over_tcp, reason: str) -> None:  # type: ignore[no-untyped-def]
    with hostile(lambda asked: over_tcp(asked) if asked.tcp else [truncated(asked)]) as server:
        begin = time.monotonic()
        answer = ask(live(server), "a.", "TXT")
        assert time.monotonic() - begin < 4
    assert isinstance(answer, Unknown)
    assert answer.reason == reason


def test_an_unusable_datagram_is_asked_for_again_over_tcp() -> None:
    def behave(asked: Asked) -> list[bytes]:
        return [reply(asked, GOOD)] if asked.tcp else [reply(asked, GOOD)[:-12]]

    with hostile(behave) as server:
        assert address(ask(live(server), "a.")) == "192.0.2.1"


def test_a_reply_over_tcp_in_another_case_is_believed_and_case_is_no_longer_tried() -> None:
    def behave(asked: Asked) -> list[bytes]:
        return [lower(texts(asked, b"x"))] if asked.tcp else [truncated(asked)]

    with hostile(behave) as server:
        view = live(server)
        assert address(ask(view, "abcdefghijklmnopqrstuvwxyz.", "TXT")) == "x"


# --- text


def test_escape_sequences_and_octets_over_126_come_out_escaped_in_names_and_whole_in_text() -> None:
    owner = "\\027[31m.a\\.b\\200.example."
    with hostile(
        lambda asked: [reply(asked, f"{owner} CNAME \\007.{owner}", f'\\007.{owner} TXT "\\027]0;\\200"')]
    ) as server:
        answer = ask(live(server), owner, "TXT")
    assert isinstance(answer, Present)
    assert answer.records[0].name == f"\\007.{owner}"
    assert answer.records[0].text == "\x1b]0;\xc8"
    assert answer.chain == (owner,)


def test_a_wildcard_answers_everything() -> None:
    with hostile(lambda asked: [reply(asked, f"{asked.name} TXT same")]) as server:
        view = live(server)
        assert address(ask(view, "x._domainkey.example.", "TXT")) == "same"
    with hostile(lambda asked: [absent(asked)]) as server:
        assert ask(live(server), "x._domainkey.example.", "TXT") == Absent("nxdomain", source="live")
