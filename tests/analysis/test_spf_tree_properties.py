"""The static worst case against pyspf: a client that nothing matches walks every path of the record."""

import ipaddress
import socket
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

import pytest
import spf  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.analysis.spf_check import check_host
from mailcheck.analysis.spf_node import LIMIT, VOID_LIMIT
from mailcheck.analysis.spf_request import mail_from_request
from mailcheck.analysis.spf_tree import spf_tree
from mailcheck.model.dns import Absent, Answer, Answers, Present, Question
from mailcheck.model.location import whole_line
from mailcheck.model.record import Record
from tests.analysis.evaluation import run

World = dict[tuple[str, str], list[str]]

HOSTS: World = {
    ("four.example", "A"): ["192.0.2.4"],
    ("six.example", "AAAA"): ["2001:db8::6"],
    ("both.example", "A"): ["192.0.2.46"],
    ("both.example", "AAAA"): ["2001:db8::46"],
    ("mx.example", "MX"): ["10 both.example.", "20 both.example."],
    ("mxfour.example", "MX"): ["10 four.example."],
}
NAMES = ["n0.example", "n1.example", "n2.example", "n3.example", "n4.example"]
ASKING = st.sampled_from(
    [
        *["a:both.example", "mx:mx.example"] * 4,
        "a:four.example", "a:six.example", "a:gone.example", "mx:mxfour.example", "mx:gone.example",
        "exists:gone.example", "ip4:192.0.2.1", "ip6:2001:db8::1",
    ]
)  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Records that lead only to later ones; the last include none."""
    world = dict(HOSTS)
    for index, name in enumerate(NAMES):
        terms = draw(st.lists(ASKING, max_size=3))
        later = NAMES[index + 1 :]
        if later:
            targets = draw(st.lists(st.sampled_from(later), max_size=2))
            terms = draw(st.permutations([*terms, *(f"include:{target}" for target in targets)]))
        ends = ["?all", "?all ptr mx", *(f"redirect={target}" for target in later)]
        world[name, "TXT"] = [" ".join(["v=spf1", *terms, draw(st.sampled_from(ends))])]
    return world


class View:
    """The world as a DnsView."""

    def __init__(self, world: World) -> None:
        self.world = world

    def answer(self, questions: AbstractSet[Question]) -> Answers:
        return {question: self._answer(question) for question in questions}

    def _answer(self, question: Question) -> Answer:
        values = self.world.get((question.name.rstrip("."), question.type), [])
        at = whole_line("x")
        records = tuple(Record(question.name, question.type, 1, value, at, at) for value in values)
        return Present(records) if records else Absent("nodata")


def oracle(world: World, client: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The result of pyspf for a client."""

    def lookup(name: str, rtype: str, *_: object) -> Iterator[tuple[tuple[str, str], object]]:
        for value in world.get((name, rtype), []):
            if rtype == "TXT":
                yield (name, rtype), (value.encode(),)
            elif rtype == "MX":
                preference, _space, exchange = value.partition(" ")
                yield (name, rtype), (int(preference), exchange)
            else:
                yield (name, rtype), socket.inet_pton(socket.AF_INET6, value) if rtype == "AAAA" else value

    monkeypatch.setattr(spf, "DNSLookup", lookup)
    query = spf.query(i=client, s=f"user@{NAMES[0]}", h="helo.example", strict=True)
    return str(query.check()[0])


@given(world=worlds())
def test_a_limit_is_passed_where_pyspf_gives_permerror(world: World) -> None:
    root = run(spf_tree(NAMES[0] + "."), View(world))
    with pytest.MonkeyPatch.context() as monkeypatch:
        for client, voids in (("203.0.113.1", root.voids4), ("2001:db8:ffff::1", root.voids6)):
            passed = root.lookups > LIMIT or voids > VOID_LIMIT
            assert (oracle(world, client, monkeypatch) == "permerror") == passed


@given(
    world=worlds(),
    client=st.sampled_from(["192.0.2.4", "192.0.2.46", "203.0.113.1", "2001:db8::6", "2001:db8:ffff::1"]),
)
def test_no_message_takes_more_than_the_worst_case(world: World, client: str) -> None:
    root = run(spf_tree(NAMES[0] + "."), View(world))
    request = mail_from_request(ipaddress.ip_address(client), f"user@{NAMES[0]}", "helo.example")
    outcome = run(check_host(request), View(world))
    voids = root.voids6 if ":" in client else root.voids4
    assert outcome.lookups <= root.lookups
    assert outcome.voids <= voids
    if outcome.result == "neutral":
        assert (outcome.lookups, outcome.voids) == (root.lookups, voids)
