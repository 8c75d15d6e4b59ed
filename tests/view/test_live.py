"""Answers of a resolver: what they say, and what is made of resolvers that fail."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from mailcheck.model.dns import POLICY, Absent, Present, Question, Unknown
from mailcheck.model.location import NOWHERE
from mailcheck.view.live import Live, LiveSettings, Trouble
from mailcheck.view.resolvers import Resolver
from tests.lab.hostile import SOA, Asked, absent, hostile, reply, texts, truncated
from tests.view.live_world import SHORT, ask, live

pytestmark = pytest.mark.enable_socket


@pytest.fixture(scope="module")
def dead_port(request: pytest.FixtureRequest) -> Iterator[int]:
    """A port of loopback at which nothing listens while the test runs."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


RECORDS = {
    "A": ("192.0.2.1", "192.0.2.1"),
    "AAAA": ("2001:DB8::1", "2001:db8::1"),
    "MX": ("10 Mail.Example.com.", "10 mail.example.com."),
    "NS": ("ns1.example.com.", "ns1.example.com."),
    "PTR": ("host.example.com.", "host.example.com."),
    "CNAME": ("www.Example.net.", "www.example.net."),
    "TXT": ('"v=spf1 " "-all\\027\\200"', "v=spf1 -all\x1b\xc8"),
    "SPF": ('"v=spf1 -all"', "v=spf1 -all"),
    "SRV": ("1 2 25 Mail.example.com.", "1 2 25 mail.example.com."),
    "TLSA": ("3 1 1 " + "ab" * 32, "3 1 1 " + "ab" * 32),
    "CAA": ('0 issue "CA.example"', '0 issue "CA.example"'),
    "TYPE65534": ("\\# 2 abcd", "\\# 2 abcd"),
}


def test_records_of_all_types() -> None:
    def behave(asked: Asked) -> list[bytes]:
        return [reply(asked, f"{asked.name} {asked.type} {RECORDS[asked.type][0]}")]

    with hostile(behave) as server:
        answers = live(server).answer({Question("example.com.", rtype) for rtype in RECORDS})
    for (name, rtype), answer in answers.items():
        assert isinstance(answer, Present)
        (record,) = answer.records
        assert (record.name, record.type, record.ttl, record.text) == (name, rtype, 300, RECORDS[rtype][1])
        assert (record.at, record.owner_at, answer.chain, answer.source) == (NOWHERE, NOWHERE, (), "live")
        assert record.cuts == ((7,) if rtype == "TXT" else ())


def test_absence_has_two_kinds() -> None:
    def behave(asked: Asked) -> list[bytes]:
        return [
            absent(asked)
            if asked.name == "nothing.example."
            else reply(asked, authority=(SOA,) if asked.type == "A" else ())
        ]

    with hostile(behave) as server:
        view = live(server)
        assert ask(view, "nothing.example.") == Absent("nxdomain", source="live")
        assert ask(view, "example.") == Absent("nodata", source="live")
        assert ask(view, "example.", "TXT") == Absent("nodata", source="live")


@pytest.mark.parametrize(
    ("rcode", "reason"),
    [
        ("SERVFAIL", "servfail"),
        ("REFUSED", "refused"),
        ("FORMERR", "formerr"),
        ("NOTIMP", "refused"),
        ("YXDOMAIN", "servfail"),
        ("BADVERS", "servfail"),
    ],
)
def test_a_failure_is_unknown_with_its_reason(rcode: str, reason: str) -> None:
    with hostile(lambda asked: [reply(asked, rcode=rcode)]) as server:
        answer = ask(live(server), "example.com.", "TXT")
    assert isinstance(answer, Unknown)
    assert answer.reason == reason
    assert answer.detail.startswith("example.com TXT (")
    assert f"127.0.0.1#{server.port}" in answer.detail
    assert server.packets == 1


def test_no_answer_is_asked_for_twice_within_the_time_of_one_query() -> None:
    with hostile(lambda asked: []) as server:
        view = live(server, **SHORT)
        begin = time.monotonic()
        answer = ask(view, "example.com.")
        assert time.monotonic() - begin < 1.5
        assert answer == Unknown("timeout", f"example.com A (no answer from 127.0.0.1#{server.port})")
        assert server.packets == 2
        assert view.silent == (Resolver("127.0.0.1", server.port),)


def test_the_second_attempt_is_answered() -> None:
    with hostile(lambda asked: [reply(asked, "a. A 192.0.2.1")] if server.packets > 1 else []) as server:
        view = live(server, query_timeout=1.0)
        assert isinstance(ask(view, "a."), Present)
        assert view.silent == ()


@pytest.mark.parametrize("first", [[], "SERVFAIL", "REFUSED", "FORMERR"])
def test_the_next_resolver_is_asked_where_one_fails(first: str | list[bytes]) -> None:
    with (
        hostile(lambda asked: [reply(asked, rcode=first)] if isinstance(first, str) else first) as bad,
        hostile(lambda asked: [reply(asked, "a. A 192.0.2.1")]) as good,
    ):
        assert isinstance(ask(live(bad, good, query_timeout=1.0), "a."), Present)
        assert (bad.packets, good.packets) == (1, 1)


def test_the_failure_that_was_told_is_kept_where_the_next_resolver_is_silent() -> None:
    with hostile(lambda asked: [reply(asked, rcode="SERVFAIL")]) as bad, hostile(lambda asked: []) as silent:
        answer = ask(live(bad, silent, **SHORT), "a.")
    assert isinstance(answer, Unknown)
    assert answer.reason == "servfail"


def test_a_resolver_that_is_not_there_is_told_at_once(dead_port: int) -> None:
    view = Live(LiveSettings((Resolver("127.0.0.1", dead_port),)))
    begin = time.monotonic()
    answer = ask(view, "a.")
    assert time.monotonic() - begin < 1.5
    assert answer == Unknown("refused", f"a A (127.0.0.1#{dead_port}: Connection refused)")
    assert view.silent == (Resolver("127.0.0.1", dead_port),)


def test_a_network_that_cannot_be_reached_is_told() -> None:
    answer = ask(Live(LiveSettings((Resolver("255.255.255.255"),))), "a.")
    assert isinstance(answer, Unknown)
    assert answer.detail.startswith("a A (255.255.255.255: ")


def test_a_resolver_that_never_answers_is_given_up() -> None:
    questions = {Question(f"host{number}.example.", "A") for number in range(400)}
    with hostile(lambda asked: []) as server:
        begin = time.monotonic()
        answers = live(server, in_flight=30, **SHORT).answer(questions)
        assert time.monotonic() - begin < 3
        assert all(isinstance(answer, Unknown) and answer.reason == "timeout" for answer in answers.values())
        assert server.packets <= 120


def test_each_question_is_asked_once_in_a_run() -> None:
    with hostile(lambda asked: [absent(asked)]) as server:
        view = live(server)
        for _ in range(3):
            view.answer({Question("a.", "A"), Question("a.", "TXT")})
        assert server.queries == {("a.", "A"): 1, ("a.", "TXT"): 1}
    assert view.answer(set()) == {}


def test_hundreds_of_questions_in_one_batch() -> None:
    questions = {Question(f"host{number}.example.", "TXT") for number in range(1_000)}
    with hostile(lambda asked: [reply(asked, f"{asked.name} TXT {asked.name}")]) as server:
        answers = live(server).answer(questions)
    for question, answer in answers.items():
        assert isinstance(answer, Present)
        assert [record.text for record in answer.records] == [question.name]


def test_the_queries_of_a_run_are_counted_and_bounded() -> None:
    with hostile(lambda asked: [absent(asked)]) as server:
        view = live(server, packets=10)
        first = view.answer({Question(f"{number}.", "A") for number in range(6)})
        second = view.answer({Question(f"{number}.", "A") for number in range(20)})
        assert view.sent == server.packets == 10
    assert all(isinstance(answer, Absent) for answer in first.values())
    over = [answer for answer in second.values() if isinstance(answer, Unknown)]
    assert len(over) == 10
    assert {answer.reason for answer in over} == {"budget"}
    assert view.trouble == Trouble("over 10 queries in one run: 10 questions were given up", frozenset({"budget"}))
    assert all("over 10 queries in one run" in answer.detail for answer in over)


def test_one_wall_clock_for_all_batches() -> None:
    with hostile(lambda asked: []) as server:
        view = live(server, run_timeout=0.3, **SHORT)
        begin = time.monotonic()
        answers = [ask(view, f"{number}.") for number in range(10)]
        assert time.monotonic() - begin < 2
    assert all(isinstance(answer, Unknown) and answer.reason == "budget" for answer in answers)
    assert isinstance(answers[-1], Unknown)
    assert answers[-1].detail == "9 A (the 0.3 s of this run are over)"


def test_what_no_dns_message_can_ask_is_not_sent() -> None:
    with hostile(lambda asked: [absent(asked)]) as server:
        view = live(server)
        assert ask(view, "x" * 64 + ".example.") == Absent("nxdomain", source="live")
        assert ask(view, "a..example.") == Absent("nxdomain", source="live")
        assert ask(view, "example.com.", POLICY) == Unknown("not_asked", "example.com MTA-STS-POLICY")
        assert ask(view, "example.com.", "ALIAS") == Unknown("not_asked", "example.com ALIAS")
        assert server.packets == 0


@pytest.mark.parametrize("flags", ["QR RD RA AD", "QR RD RA"])
def test_the_ad_bit_counts_from_loopback(flags: str) -> None:
    with hostile(lambda asked: [reply(asked, "a. A 192.0.2.1", flags=flags)]) as server:
        answer = ask(live(server), "a.")
    assert isinstance(answer, Present)
    assert answer.authenticated == ("AD" in flags)


def test_the_ad_bit_counts_from_elsewhere_only_where_the_resolver_is_trusted() -> None:
    assert Resolver("127.0.0.1").is_believed
    assert Resolver("::1", 5353).is_believed
    assert not Resolver("192.0.2.1").is_believed
    assert Resolver("192.0.2.1", trusted=True).is_believed


@pytest.mark.parametrize(
    ("flags", "authority"), [("QR RD", ()), ("QR RD RA", (". NS ns.invalid.",)), ("QR RD", (". NS ns.invalid.",))]
)
def test_a_server_that_does_not_resolve_says_nothing_about_absence(flags: str, authority: tuple[str, ...]) -> None:
    with hostile(lambda asked: [reply(asked, flags=flags, authority=authority)]) as server:
        answer = ask(live(server), "a.")
    assert answer == Unknown("refused", f"a A (127.0.0.1#{server.port} does not resolve for us)")


def test_absence_is_proven_by_a_soa_wherever_it_stands() -> None:
    authority = (". NS ns.invalid.", SOA)
    with hostile(lambda asked: [reply(asked, authority=authority)]) as server:
        assert ask(live(server), "a.") == Absent("nodata", source="live")


def test_text_of_64_kb_comes_over_tcp() -> None:
    value = bytes(range(256)) * 252
    with hostile(lambda asked: [texts(asked, value)] if asked.tcp else [truncated(asked)]) as server:
        answer = ask(live(server), "a.", "TXT")
    assert isinstance(answer, Present)
    assert answer.records[0].text == value.decode("latin-1")
    assert answer.records[0].cuts == tuple(range(255, len(value), 255))
    assert (server.packets, server.tcp_queries) == (2, 1)


def test_a_thousand_texts_are_capped() -> None:
    values = [b"text %d" % number for number in range(1_000)]
    with hostile(lambda asked: [texts(asked, *values)] if asked.tcp else [truncated(asked)]) as server:
        answer = ask(live(server), "a.", "TXT")
    assert answer == Unknown("unusable", "a TXT (over 500 records)")


def test_the_same_record_twice_is_one() -> None:
    with hostile(lambda asked: [reply(asked, "a. TXT x", "a. TXT x", "a. TXT y")]) as server:
        answer = ask(live(server), "a.", "TXT")
    assert isinstance(answer, Present)
    assert [record.text for record in answer.records] == ["x", "y"]


def test_a_resolver_with_an_ipv6_address() -> None:
    view = Live(LiveSettings((Resolver("::1", 1),), query_timeout=0.3))
    answer = ask(view, "a.")
    assert isinstance(answer, Unknown)
    assert "::1#1" in answer.detail


ASK_IN_A_PROCESS = """\
import sys
from mailcheck.view.live import Live, LiveSettings, Resolver
from mailcheck.model.dns import Question
assert not {"asyncio", "dns"} & set(sys.modules), "loaded before anything is asked"
answer = Live(LiveSettings((Resolver("127.0.0.1", int(sys.argv[1])),), 8.0)).answer({Question("a.", "A")})
assert "dns" not in sys.modules, "loaded for an ordinary answer"
print(*[record.text for found in answer.values() for record in found.records])
"""


@pytest.mark.slow
def test_an_ordinary_question_costs_no_import_of_dnspython() -> None:
    with hostile(lambda asked: [reply(asked, "a. A 192.0.2.1")]) as server:
        command = [sys.executable, "-c", ASK_IN_A_PROCESS, str(server.port)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("192.0.2.1\n", "")
