"""Who may send: exact addresses, and what cannot be listed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.analysis.senders import Senders, senders
from mailcheck.model.dns import Absent, Answer, Present, Question, Unknown
from mailcheck.model.location import NOWHERE
from mailcheck.model.record import Record
from tests.analysis.evaluation import Scripted, run
from tests.analysis.test_spf_tree_properties import View, World, oracle


def answers(**texts: str | list[str]) -> dict[tuple[str, str], Answer]:
    return {
        (f"{name}.example.", "TXT"): present(
            f"{name}.example.", "TXT", *([text] if isinstance(text, str) else text)
        )
        for name, text in texts.items()
    }


def present(name: str, rtype: str, *values: str) -> Present:
    return Present(tuple(Record(name, rtype, 1, value, NOWHERE, NOWHERE) for value in values), source="live")


def of(known: dict[tuple[str, str], Answer]) -> Senders:
    return run(senders("a.example."), Scripted(known))


def networks(known: dict[tuple[str, str], Answer]) -> list[str]:
    return [str(network) for network in of(known).addresses.networks()]


def test_networks_are_the_fewest() -> None:
    known = answers(a="v=spf1 ip4:192.0.2.0/25 ip4:192.0.2.128/25 ip4:192.0.2.7 ip6:2001:db8::/32 -all")
    assert networks(known) == ["192.0.2.0/24", "2001:db8::/32"]


def test_the_first_match_decides() -> None:
    assert networks(
        answers(a="v=spf1 -ip4:192.0.2.0/25 ip4:192.0.2.0/24 ?ip4:198.51.100.1 ip4:198.51.100.0/31 ~all")
    ) == [
        "192.0.2.128/25",
        "198.51.100.0/32",
    ]
    assert networks(answers(a="v=spf1 -all ip4:192.0.2.1")) == []


def test_an_include_counts_where_it_passes() -> None:
    known = answers(a="v=spf1 include:b.example -all", b="v=spf1 -ip4:192.0.2.1 ip4:192.0.2.0/31 -all")
    assert networks(known) == ["192.0.2.0/32"]
    known = answers(a="v=spf1 ~include:b.example +all", b="v=spf1 ip4:0.0.0.0/1 ip6:::/1 -all")
    assert networks(known) == ["128.0.0.0/1", "8000::/1"]


def test_a_redirect_takes_the_rest() -> None:
    known = answers(a="v=spf1 -ip4:192.0.2.1 redirect=b.example", b="v=spf1 ip4:192.0.2.0/31 -all")
    assert networks(known) == ["192.0.2.0/32"]


def test_hosts_and_exchanges_with_prefix_lengths() -> None:
    known = answers(a="v=spf1 a/24 a:h.example//64 mx:m.example exists:h.example -all")
    known |= {
        ("a.example.", "A"): present("a.example.", "A", "192.0.2.77"),
        ("h.example.", "AAAA"): present("h.example.", "AAAA", "2001:db8::7"),
        ("h.example.", "A"): Absent("nodata"),
        ("a.example.", "AAAA"): Absent("nodata"),
        ("m.example.", "MX"): present("m.example.", "MX", "10 x.example."),
        ("x.example.", "A"): present("x.example.", "A", "198.51.100.9", "not an address"),
        ("x.example.", "AAAA"): Absent("nodata"),
    }
    assert networks(known) == ["192.0.2.0/24", "198.51.100.9/32", "2001:db8::/64"]
    known["h.example.", "A"] = present("h.example.", "A", "127.0.0.2")
    assert networks(known) == ["0.0.0.0/0", "::/0"]


def test_what_cannot_be_listed_is_named() -> None:
    known = answers(
        a="v=spf1 include:b.example ptr exists:%{i}.l.example ip4:192.0.2.1 -all", b="v=spf1 a:%{l}.example -all"
    )
    found = of(known)
    assert found.unbounded == ("a.example: exists:%{i}.l.example", "a.example: ptr", "b.example: a:%{l}.example")
    assert [str(network) for network in found.addresses.networks()] == ["192.0.2.1/32"]


@pytest.mark.parametrize(
    ("record", "below", "left", "broken"),
    [
        ("ip4:192.0.2.1 include:b.example ip4:192.0.2.2", None, ["192.0.2.1/32"], "a.example: include:b.example leads to no SPF record"),
        ("ip4:192.0.2.1 redirect=b.example", None, ["192.0.2.1/32"], "a.example: redirect=b.example leads to no SPF record"),
        ("include:b.example ip4:192.0.2.2", ["v=spf1 +all", "v=spf1 -all"], [], "a.example: include:b.example leads to several SPF records"),
        ("ip4:192.0.2.1 include:b.example", "v=spf1 include:a.example", ["192.0.2.1/32"], "b.example: include:a.example leads back to itself"),
        ("ip4:192.0.2.1 include:b.example +all", "v=spf1 ip4:192.0.2.300", ["192.0.2.1/32"], "b.example: a term that receivers refuse"),
        ("include:b.example ip4:192.0.2.2", "v=spf1 ip4:192.0.2.1 include:gone.example", ["192.0.2.1/32"], "b.example: include:gone.example leads to no SPF record"),
    ],
)  # fmt: skip
def test_an_error_ends_the_evaluation_for_all_who_come_so_far(
    record: str, below: str | list[str] | None, left: list[str], broken: str
) -> None:
    known = answers(a=f"v=spf1 {record}", **({"b": below} if below else {}))
    known.setdefault(("b.example.", "TXT"), Absent("nxdomain"))
    known["gone.example.", "TXT"] = present("gone.example.", "TXT", "not SPF")
    found = of(known)
    assert [str(network) for network in found.addresses.networks()] == left
    assert found.broken == (broken,)


def test_what_was_not_answered_is_open_and_adds_nothing() -> None:
    known = answers(a="v=spf1 include:b.example ip4:192.0.2.1 -all")
    known["b.example.", "TXT"] = Unknown("servfail", "b.example TXT")
    found = of(known)
    assert found.open == ((Question("b.example.", "TXT"), Unknown("servfail", "b.example TXT")),)
    assert [str(network) for network in found.addresses.networks()] == ["192.0.2.1/32"]
    assert found.broken == ()


def test_state_lookups_and_voids() -> None:
    found = of({**answers(a="v=spf1 a:gone.example include:b.example -all", b="v=spf1 mx -all"), ("gone.example.", "A"): Absent("nodata"), ("gone.example.", "AAAA"): Absent("nodata"), ("b.example.", "MX"): Absent("nodata")})  # fmt: skip
    assert (found.state, found.lookups, found.voids) == ("found", 3, 2)
    assert Question("b.example.", "MX") in found.questions
    assert of({("a.example.", "TXT"): Absent("nxdomain")}).state == "none"
    assert of({}).state == "unknown"


def test_names_that_a_chain_led_to_are_among_the_questions() -> None:
    known: dict[tuple[str, str], Answer] = {
        ("a.example.", "TXT"): present("c.example.", "TXT", "v=spf1 -all")._replace(
            chain=("a.example.", "b.example.")
        )
    }
    assert {question.name for question in of(known).questions} == {"a.example.", "b.example.", "c.example."}


TERMS = st.sampled_from(
    ["ip4:192.0.2.0/30", "ip4:192.0.2.2/31", "ip4:192.0.2.5", "ip4:192.0.2.4/30", "ip6:2001:db8::/127", "ip6:2001:db8::2", "a:h.example", "a:h.example/31//127"]
)  # fmt: skip
QUALIFIERS = st.sampled_from(["", "", "+", "-", "~", "?"])
CLIENTS = [*(f"192.0.2.{last}" for last in range(9)), *(f"2001:db8::{last}" for last in range(4)), "203.0.113.9"]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    world: World = {("h.example", "A"): ["192.0.2.7"], ("h.example", "AAAA"): ["2001:db8::3"]}
    names = ["n0.example", "n1.example", "n2.example"]
    for index, name in enumerate(names):
        terms = draw(st.lists(TERMS, max_size=3))
        ends = ["-all", "?all", "", "+all"]
        if index < 2:
            terms += [
                f"include:{target}"
                for target in draw(st.lists(st.sampled_from([*names[index + 1 :], "gone.example"]), max_size=1))
            ]
            ends += [f"redirect={names[index + 1]}"]
        shuffled = [draw(QUALIFIERS) + term for term in draw(st.permutations(terms))]
        world[name, "TXT"] = [" ".join(["v=spf1", *shuffled, draw(st.sampled_from(ends))]).strip()]
    return world


@given(world=worlds())
def test_the_same_clients_pass_as_with_pyspf(world: World) -> None:
    found = run(senders("n0.example."), View(world)).addresses.networks()
    listed = {client for client in CLIENTS if any(_in(client, network) for network in found)}
    with pytest.MonkeyPatch.context() as patch:
        passing = {client for client in CLIENTS if oracle(world, client, patch) == "pass"}
    assert listed == passing, world


def _in(client: str, network: object) -> bool:
    from ipaddress import ip_address

    address = ip_address(client)
    return address.version == network.version and address in network  # type: ignore[attr-defined,operator]
