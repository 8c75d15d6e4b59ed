"""The evaluation of one message: what it asks, and what follows from what it is told."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from mailcheck.analysis.trace import OpenPart, Trace, rewritten, trace
from mailcheck.analysis.trace_parts import hop_parts, verdict_of
from mailcheck.model.dns import Absent, Answer, Present, Question, Unknown
from mailcheck.model.location import NOWHERE
from mailcheck.model.record import Record
from mailcheck.model.trace import Delivery, Relay, Selector
from tests.analysis.evaluation import Scripted, run

NONE: Answer = Absent("nodata", source="live")
DELIVERY = Delivery(
    ip_address("192.0.2.1"), "", "a@example.com", False, ("example.com.",), (Selector("example.com.", "s"),)
)
TXT, DMARC, KEY, PTR = (
    ("example.com.", "TXT"),
    ("_dmarc.example.com.", "TXT"),
    ("s._domainkey.example.com.", "TXT"),
    ("1.2.0.192.in-addr.arpa.", "PTR"),
)


def text(value: str, rtype: str = "TXT") -> Present:
    return Present((Record("x.", rtype, 300, value, NOWHERE, NOWHERE),), source="live")


def traced(answers: dict[tuple[str, str], Answer], delivery: Delivery = DELIVERY) -> Trace:
    world = {TXT: NONE, DMARC: NONE, KEY: NONE, PTR: NONE, ("_dmarc.com.", "TXT"): NONE, **answers}
    return run(trace(delivery, None, 0), Scripted(world))


@pytest.mark.parametrize(
    ("spf", "key", "verdict"),
    [
        (text("v=spf1 +all"), Unknown("not_asked"), "pass"),
        (text("v=spf1 -all"), text("v=DKIM1; p=FQSVt2rhzu6humKzz3U9Ahxd4TTrhJoh+v6bG5iyWII=; k=ed25519"), "pass"),
        (text("v=spf1 -all"), NONE, "fail"),
        (NONE, NONE, "fail"),
        (Unknown("timeout"), NONE, "temperror"),
        (text("v=spf1 -all"), Unknown("servfail"), "temperror"),
        (Unknown("not_asked"), Unknown("servfail"), "undetermined"),
        (Unknown("limit"), NONE, "undetermined"),
    ],
)
@pytest.mark.parametrize("policy", [NONE, text("v=DMARC1; p=quarantine")])
def test_the_verdict(spf: Answer, key: Answer, policy: Answer, verdict: str) -> None:
    found = traced({TXT: spf, KEY: key, DMARC: policy})
    assert found.verdict == verdict
    assert verdict_of(found.direct, found).result == verdict


@pytest.mark.parametrize(
    ("answers", "result", "why"),
    [
        ({}, "permerror", "192.0.2.1 has no PTR record"),
        ({PTR: Unknown("timeout")}, "temperror", "1.2.0.192.in-addr.arpa PTR is not known"),
        ({PTR: Unknown("not_asked")}, "undetermined", "1.2.0.192.in-addr.arpa PTR is not known"),
        ({("h.", "A"): text("192.0.2.1", "A"), ("h.", "AAAA"): NONE}, "pass", "192.0.2.1 is h, which leads back to it"),
        ({("h.", "A"): text("192.0.2.2", "A"), ("h.", "AAAA"): NONE}, "fail", "192.0.2.1 is h, which does not lead back to it"),
        ({}, "undetermined", "192.0.2.1 is h, which may lead back to it: not determined"),
    ],
)  # fmt: skip
def test_reverse_dns(answers: dict[tuple[str, str], Answer], result: str, why: str) -> None:
    named = {PTR: text("h.", "PTR")} if "is h" in why else {}
    found = traced({**named, **answers})
    (part,) = [each for each in hop_parts(found.direct, found) if each.part == "ptr"]
    assert (part.result, part.why) == (result, why)


def test_what_stayed_open_and_why() -> None:
    answers = {
        TXT: Unknown("refused", "example.com TXT (REFUSED from 192.0.2.53)"),
        DMARC: Unknown("limit"),
        KEY: Unknown("unread"),
    }
    assert traced(answers).open == (
        OpenPart("spf mail_from", Question(*TXT), "refused", "no answer (refused): example.com TXT (REFUSED from 192.0.2.53)"),
        OpenPart("dmarc", Question(*DMARC), "limit", "over a limit: _dmarc.example.com TXT"),
        OpenPart("dkim s._domainkey.example.com TXT", Question(*KEY), "unread", "not readable in its zone file: s._domainkey.example.com TXT"),
    )  # fmt: skip
    assert [part.asked for part in traced(answers).open] == [True, False, False]


def test_of_several_authors_the_strictest_policy_that_fails_counts() -> None:
    policies: dict[tuple[str, str], Answer] = {
        (f"_dmarc.{name}.", "TXT"): text(f"v=DMARC1; p={policy}")
        for name, policy in (("a.test", "none"), ("b.test", "reject"), ("c.test", "quarantine"), ("test", "none"))
    }
    delivery = DELIVERY._replace(authors=("a.test.", "b.test.", "c.test."))
    direct = traced(policies, delivery).direct
    assert (direct.author, direct.dmarc.policy) == ("b.test.", "reject")


def test_a_policy_that_depends_on_what_is_not_known_is_not_told() -> None:
    answers: dict[tuple[str, str], Answer] = {
        ("_dmarc.sub.example.com.", "TXT"): NONE,
        DMARC: text("v=DMARC1; p=none; sp=quarantine; np=reject"),
        ("sub.example.com.", "MX"): Unknown("timeout"),
    }
    found = traced(answers, DELIVERY._replace(authors=("sub.example.com.",)))
    assert "what its policy asks for is not determined" in verdict_of(found.direct, found).why
    assert [part.part for part in found.open] == ["dmarc"]


@pytest.mark.parametrize(
    ("sender", "srs", "behind"),
    [
        ("a@b.example", "", "a@b.example"),
        ("", "f.example.", ""),
        ("a@f.example", "f.example.", "a@f.example"),
        ("a@x@b.example", "f.example.", "SRS0=hash=tt=b.example=a@x@f.example"),
    ],
)
def test_the_rewritten_sender(sender: str, srs: str, behind: str) -> None:
    assert rewritten(sender, Relay(ip_address("192.0.2.9"), srs)) == behind
