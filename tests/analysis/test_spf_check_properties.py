"""Whatever the records say: check_host() ends, within its limits, without an exception."""

from __future__ import annotations

import ipaddress
from collections.abc import Set as AbstractSet

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.analysis.spf_check import check_host
from mailcheck.analysis.spf_node import LIMIT, VOID_LIMIT
from mailcheck.analysis.spf_request import mail_from_request
from mailcheck.model.dns import Answers, Question
from tests.analysis.evaluation import run
from tests.analysis.spf_checks import Dictionary, check, spf

NAMES = [f"n{number}.example" for number in range(4)]
REASONS = ["timeout", "servfail", "refused", "formerr", "not_asked", "unusable", "budget", "limit", "unread"]
ADDRESSES = ["192.0.2.1", "198.51.100.1", "2001:db8::1", "::ffff:192.0.2.1"]
RESULTS = {"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror", "undetermined"}
MOST_QUESTIONS = 250

macros = st.from_regex(r"%\{[slodiphcrtvx]([0-9]{1,3})?r?[-.+,/_=]{0,2}\}", fullmatch=True)
hosts = st.one_of(
    st.sampled_from(NAMES),
    st.builds("{}.{}".format, macros, st.sampled_from(NAMES)),
    st.builds("{}.{}".format, st.sampled_from(NAMES), macros),
)
terms = st.one_of(
    st.builds("{}{}:{}".format, st.sampled_from(["", "-", "~", "?"]), st.sampled_from(["include", "a", "mx", "ptr", "exists"]), hosts),
    st.builds("{}={}".format, st.sampled_from(["redirect", "exp", "x"]), hosts),
    st.sampled_from(["a", "mx/24", "ptr", "ip4:192.0.2.0/24", "ip6:2001:db8::/32", "-all", "?all", "a/0//0"]),
    st.text(st.characters(max_codepoint=255, exclude_characters=" "), max_size=8),
)  # fmt: skip
records = st.lists(terms, max_size=8).map(lambda found: " ".join(["v=spf1", *found]))
reasons = st.sampled_from(REASONS)


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, list[str] | str]:
    world: dict[str, list[str] | str] = {}
    for name in NAMES:
        world[f"{name} TXT"] = draw(
            st.one_of(st.lists(records, min_size=1, max_size=1), st.lists(records, max_size=2), reasons)
        )
        world[f"{name} A"] = draw(st.one_of(st.lists(st.sampled_from(ADDRESSES[:2]), max_size=2), reasons))
        exchanges = st.builds("{} {}.".format, st.integers(0, 9), st.sampled_from([*NAMES, "", "gone.example"]))
        world[f"{name} MX"] = draw(st.one_of(st.lists(exchanges, max_size=12), reasons))
    pointers = st.lists(st.sampled_from([*NAMES, "x.n0.example."]), max_size=12)
    world["1.2.0.192.in-addr.arpa PTR"] = draw(st.one_of(pointers, reasons))
    return {key: value for key, value in world.items() if value}  # no values: the name does not exist


senders = st.one_of(
    st.sampled_from([f"user@{name}" for name in NAMES]),
    st.builds("{}@{}".format, st.text(max_size=20), st.sampled_from([*NAMES, "", "single"])),
    st.just(""),
)


@given(
    world=worlds(),
    ip=st.sampled_from(ADDRESSES),
    sender=senders,
    helo=st.one_of(st.sampled_from(NAMES), st.text(max_size=30)),
)
def test_limits_hold(world: dict[str, list[str] | str], ip: str, sender: str, helo: str) -> None:
    view = Dictionary(world)
    outcome = check(view, ip=ip, sender=sender, helo=helo)
    assert outcome.result in RESULTS
    assert len(view.asked) == len(set(view.asked)) <= MOST_QUESTIONS
    assert outcome.lookups <= LIMIT + (outcome.result == "permerror")
    assert outcome.voids <= VOID_LIMIT + (outcome.result == "permerror")
    assert (outcome.open is not None) == (outcome.result == "undetermined")
    assert (outcome.term is not None) <= (outcome.result in ("pass", "fail", "softfail", "neutral"))
    assert bool(outcome.why) == (outcome.result in ("none", "temperror", "permerror", "undetermined"))
    assert "entered" not in {step.outcome for step in outcome.steps}
    assert all(step.text for step in outcome.steps if step.term)


class Endless:
    """A world in which every name has everything, and every exchange is another."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.asked = 0

    def answer(self, questions: AbstractSet[Question]) -> Answers:
        self.asked += len(questions)
        answers = {}
        for question in questions:
            name = question.name.removesuffix(".")
            values = {
                "TXT": [self.text],
                "MX": [f"{number} m{number}.{name}." for number in range(10)],
                "PTR": [f"p{number}.example." for number in range(20)],
                "AAAA": ["2001:db8::2"],
            }
            answers.update(
                Dictionary({f"{name} {question.type}": values.get(question.type, ["192.0.2.2"])}).answer(
                    {question}
                )
            )
        return answers


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("v=spf1 include:%{d} -all", 1),
        ("v=spf1 redirect=x.%{d}", 11),
        ("v=spf1 include:a.%{d} include:b.%{d} -all", 11),
        ("v=spf1" + "".join(f" mx:n{number}.example" for number in range(12)), 1 + 10 * 11),
        ("v=spf1 exists:%{p}.x%{ir}.example include:%{p}.%{d} -all", 40),
        ("v=spf1 " + " ".join(f"-mx:%{{p}}.{number}.example" for number in range(9)) + " ptr -all", 1 + 10 * 11 + 11),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ip", ["192.0.2.1", "2001:db8::1"])
def test_hostile_records_ask_little(text: str, most: int, ip: str) -> None:
    view = Endless(text)
    outcome = run(check_host(mail_from_request(ipaddress.ip_address(ip), "u@a.example", "h.example")), view)
    assert view.asked <= most
    assert outcome.lookups <= LIMIT + 1


@pytest.mark.parametrize(
    ("record", "result", "steps"),
    [
        ("%{" * 30_000, "permerror", 2),
        ("exists:" + "%{" * 30_000, "permerror", 2),
        ("exists:" + "%{s}." * 12_000 + "example -all", "fail", 3),
        ("exists:%{d" + "9" * 5_000 + "}.example -all", "fail", 3),
        ("exists:%{d" + "0" * 5_000 + "}.example -all", "permerror", 2),
        ("ip4:198.51.100.1 " * 4_000 + "-all", "fail", 4_002),
        ("a " * 4_000 + "-all", "permerror", 12),
        ("x=y " * 4_000 + "-all", "fail", 2),
        ("include:b.example " * 4_000 + "-all", "permerror", 1 + 10 * 4 + 1),
    ],
)
def test_long_records_take_no_more_steps_than_terms(record: str, result: str, steps: int) -> None:
    others = {"example.com A": ["198.51.100.1"], "b.example TXT": ["v=spf1 ip4:198.51.100.1 ?all"]}
    outcome = check(spf(record, **others))
    assert (outcome.result, len(outcome.steps)) == (result, steps)
