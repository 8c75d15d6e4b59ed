"""What every client gets, held against check_host(): result by result, and change by change in all worlds."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from itertools import product

from hypothesis import assume, given
from hypothesis import strategies as st

from mailcheck.analysis.address_sets import AddressSet, address_set
from mailcheck.analysis.conditional_sets import by_default
from mailcheck.analysis.decisions import Decisions
from mailcheck.analysis.senders import Senders, senders
from mailcheck.analysis.spf_check import check_host
from mailcheck.analysis.spf_node import VOID_LIMIT
from mailcheck.analysis.spf_request import SpfOutcome, mail_from_request
from mailcheck.analysis.spf_result_changes import result_changes
from mailcheck.analysis.spf_results import spf_results
from mailcheck.analysis.spf_variables import Variable
from mailcheck.model.dns import Answer, Question, Unknown
from tests.analysis.evaluation import run
from tests.analysis.test_spf_tree_properties import View, World

NAMES = ["n0.example", "n1.example", "n2.example", "n3.example"]
HOSTS: World = {
    ("both.example", "A"): ["192.0.2.7"],
    ("both.example", "AAAA"): ["2001:db8::3"],
    ("four.example", "A"): ["192.0.2.5", "192.0.2.9"],
    ("mx.example", "MX"): ["10 both.example.", "20 four.example."],
    ("many.example", "MX"): [f"{preference} both{preference}.example." for preference in range(11)],
}
CLIENTS = [*(f"192.0.2.{last}" for last in range(10)), *(f"2001:db8::{last}" for last in range(5)), "203.0.113.9"]
EIGHT = " ".join(["a:both.example"] * 8)
KNOWN = [
    "ip4:192.0.2.0/30", "ip4:192.0.2.2/31", "ip4:192.0.2.5", "ip4:192.0.2.4/30", "ip4:0.0.0.0/0",
    "ip6:2001:db8::/127", "ip6:2001:db8::2", "a:both.example", "a:four.example/31//127", "mx:mx.example",
    "exists:both.example",
]  # fmt: skip
BROKEN = ["a:gone.example", "mx:gone.example", "exists:gone.example", "mx:many.example", "include:gone.example", "a:x..example", EIGHT]  # fmt: skip
OPEN = ["include:o1.net", "include:o2.net", "a:h.net", "mx:m.net", "exists:x.net", "exists:%{i}.l.net"]
OTHER_ADDRESSES = {"A": "203.0.113.250", "AAAA": "2001:db8:ffff::250"}


@st.composite
def worlds(draw: st.DrawFn, extra: list[str]) -> World:
    """Records that lead only to later ones, or to nothing that is known."""
    world: World = dict(HOSTS)
    terms = st.sampled_from([*KNOWN, *extra])
    qualifiers = st.sampled_from(["", "", "", "-", "~", "?"])
    for index, name in enumerate(NAMES):
        later = NAMES[index + 1 :]
        found = draw(st.lists(terms, max_size=3))
        found += [
            f"include:{target}" for target in draw(st.lists(st.sampled_from(later or [""]), max_size=2)) if target
        ]
        ends = ["-all", "~all", "?all", "", "+all", *(f"redirect={target}" for target in later)]
        ends += ["redirect=o1.net", "redirect=%{l}.o.net"] if extra is OPEN else []
        shuffled = [
            " ".join(draw(qualifiers) + each for each in term.split()) for term in draw(st.permutations(found))
        ]
        world[name, "TXT"] = [" ".join(["v=spf1", *shuffled, draw(st.sampled_from(ends))]).strip()]
    return world


class Partly(View):
    """The world as far as it is known: nobody was asked about what ends with `.net`."""

    def _answer(self, question: Question) -> Answer:
        return Unknown("not_asked") if question.name.endswith(".net.") else super()._answer(question)


def outcome(world: World, client: str) -> SpfOutcome:
    request = mail_from_request(ipaddress.ip_address(client), f"user@{NAMES[0]}", "helo.example")
    return run(check_host(request), View(world))


def state(world: World) -> Senders:
    return run(senders(f"{NAMES[0]}."), Partly(world))


def single(client: str) -> AddressSet:
    return address_set([(ipaddress.ip_address(client), None)])


@given(world=worlds(BROKEN))
def test_every_client_gets_what_check_host_gives(world: World) -> None:
    decisions: Decisions[Variable] = Decisions()
    results = spf_results(f"{NAMES[0]}.", state(world).found, decisions)
    for client in CLIENTS:
        found = [
            each
            for each, clients in results.items()
            if single(client).without(by_default(decisions, clients)) == AddressSet()
        ]
        assert found == [outcome(world, client).result], (client, world)


def completions(client: str, asked: str) -> Iterator[World]:
    """All that may turn out for a client about what is `asked`; the first is what is taken where nothing is known."""
    ip = ipaddress.ip_address(client)
    rtype = "A" if ip.version == 4 else "AAAA"
    spelt = client if ip.version == 4 else ".".join(ip.exploded.replace(":", ""))
    records = [(f"{name}.net", "TXT") for name in ("o1", "o2", "user.o")]
    choices: list[list[World]] = [
        [{record: [f"v=spf1 {end}"]} for end in ("-all", "~all", "+all")]
        for record in records
        if record[0].replace("user", "%{l}") in asked
    ]
    for name, question in (("h.net", ("h.net", rtype)), ("m.net", ("mm.net", rtype))):
        if name in asked:
            choices.append([{question: [OTHER_ADDRESSES[rtype]]}, {question: [client]}])
    for name, question in (("x.net", ("x.net", "A")), ("l.net", (f"{spelt}.l.net", "A"))):
        if name in asked:
            choices.append([{}, {question: ["127.0.0.2"]}])
    for parts in product(*choices):
        world: World = {("m.net", "MX"): ["10 mm.net."]}
        for part in parts:
            world |= part
        yield world


def text(world: World) -> str:
    return "; ".join(world[name, "TXT"][0] for name in NAMES)


@st.composite
def edits(draw: st.DrawFn) -> tuple[World, World]:
    """A world, and the same with one record in another order, a term of it gone or with another qualifier."""
    before = draw(worlds(OPEN))
    name = draw(st.sampled_from(NAMES))
    terms = before[name, "TXT"][0].split()[1:]
    at = draw(st.integers(0, max(0, len(terms) - 1)))
    edit = draw(st.sampled_from(["order", "removal", "qualifier"]))
    if edit == "order":
        terms = draw(st.permutations(terms))
    elif edit == "removal" or not terms or "=" in terms[at]:
        del terms[at : at + 1]
    else:
        terms[at] = draw(st.sampled_from("+-~?")) + terms[at].lstrip("+-~?")
    return before, before | {(name, "TXT"): [" ".join(["v=spf1", *terms])]}


@given(pair=edits())
def test_a_change_is_told_where_any_world_has_one(pair: tuple[World, World]) -> None:
    before, after = pair
    told = result_changes(state(before), state(after))
    differs = False
    for client in CLIENTS:
        turns_out = list(completions(client, text(before) + text(after)))
        outcomes = [(outcome(before | world, client), outcome(after | world, client)) for world in turns_out]
        # what is not determined is not taken to be void, so nothing is held against that limit here
        assume(all(each.voids <= VOID_LIMIT for both in outcomes for each in both))
        pairs = [(one.result, other.result) for one, other in outcomes]
        differs = differs or any(one != other for one, other in pairs)
        gained, lost = (single(client).without(each) == AddressSet() for each in (told.gained, told.lost))
        assert gained == (pairs[0][0] != "pass" and pairs[0][1] == "pass"), client
        assert lost == (pairs[0][0] == "pass" and pairs[0][1] != "pass"), client
        if not told.depends_on:
            passing = {(one == "pass", other == "pass") for one, other in pairs if one != other}
            assert passing <= {(not gained if gained else lost, gained)}, client
    assert (told.gained != told.lost or bool(told.everyone_else or told.others or told.depends_on)) == differs
