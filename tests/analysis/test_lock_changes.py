"""The account of what vendors changed."""

import pytest

from mailcheck.analysis.lock_changes import Side, lock_changes
from mailcheck.analysis.sender_changes import listed
from mailcheck.analysis.senders import senders
from mailcheck.model.dns import POLICY, Absent, Answer, Present, Question, Unknown
from mailcheck.model.location import NOWHERE
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone
from mailcheck.view.layers import Layers
from mailcheck.view.locked import Fact, Locked, LockFile
from mailcheck.view.overlay import Overlay
from tests.analysis.evaluation import run
from tests.build import zone

ZONE = zone("example.com", "@ TXT v=spf1 include:_spf.vendor.test -all", "@ MX 10 mx.vendor.test.")
Facts = dict[str, list[str] | str]
"""`name TYPE` to values, to `nxdomain` or `nodata`, or to why the answer is unusable."""


def side(zones: list[Zone], facts: Facts) -> Side:
    answers: dict[Question, Answer] = {}
    for key, said in facts.items():
        question = Question(*key.split(" "))
        if said in ("nxdomain", "nodata"):
            answers[question] = Absent("nxdomain" if said == "nxdomain" else "nodata")
        elif isinstance(said, str):
            answers[question] = Unknown("unusable", said)
        else:
            answers[question] = Present(
                tuple(Record(question.name, question.type, 1, value, NOWHERE, NOWHERE) for value in said)
            )
    view = Layers(Overlay(zones), Locked(LockFile("x", {q: Fact(answer) for q, answer in answers.items()})))
    return Side(answers, lambda name: run(senders(name), view))


def account(before: Facts, after: Facts, *zones: Zone) -> list[str]:
    declared = list(zones) or [ZONE]
    return list(lock_changes(declared, side(declared, before), side(declared, after)))


def spf(text: str, **more: list[str] | str) -> Facts:
    return {"_spf.vendor.test. TXT": [text]} | {
        key.replace("_", ".") + ". A": value for key, value in more.items()
    }


def test_nothing_changed() -> None:
    facts: Facts = {
        "_spf.vendor.test. TXT": ["b", "a"],
        "mx.vendor.test. A": ["192.0.2.1"],
        "x.test. A": "nxdomain",
    }
    assert account(facts, {**facts, "_spf.vendor.test. TXT": ["a", "b"]}) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("ip4:192.0.2.1", "ip4:192.0.2.1 ip4:198.51.100.0/24 exists:a.test", "gained 198.51.100.0/24 and one lookup"),
        ("ip4:192.0.2.0/24", "ip4:192.0.2.0/25", "lost 192.0.2.128/25"),
        ("ip4:192.0.2.0/24", "ip4:198.51.100.0/24", "gained 198.51.100.0/24; lost 192.0.2.0/24"),
        ("exists:a.test exists:b.test ip4:192.0.2.1", "ip4:192.0.2.1", "lost 2 lookups"),
        ("ip4:192.0.2.1", "ip4:192.0.2.1 ptr", "gained one lookup; gained terms that cannot be enumerated: _spf.vendor.test: ptr"),
        ("ptr -all", "-all", "lost one lookup; lost terms that cannot be enumerated: _spf.vendor.test: ptr"),
        ("-all", "ip4:192.0.2.300 -all", "gained errors: _spf.vendor.test: a term that receivers refuse"),
    ],
)  # fmt: skip
def test_an_include_is_told_by_what_it_authorises(before: str, after: str, told: str) -> None:
    (sentence,) = account(spf(f"v=spf1 {before}"), spf(f"v=spf1 {after}"))
    assert sentence == f"include:_spf.vendor.test {told}"


def test_an_include_that_lost_its_record_and_one_that_is_new() -> None:
    lost = account(spf("v=spf1 ip4:192.0.2.1"), spf("moved"))
    assert lost == ["include:_spf.vendor.test now holds no SPF record; lost 192.0.2.1/32"]
    found = account(spf("moved"), spf("v=spf1 ip4:192.0.2.1"))
    assert found == ["include:_spf.vendor.test now holds an SPF record; gained 192.0.2.1/32"]


def test_an_address_below_an_include_is_told_with_the_include_alone() -> None:
    before = spf("v=spf1 a:out.vendor.test -all", out_vendor_test=["192.0.2.1"])
    after = spf("v=spf1 a:out.vendor.test -all", out_vendor_test=["192.0.2.2"])
    assert account(before, after) == ["include:_spf.vendor.test gained 192.0.2.2/32; lost 192.0.2.1/32"]


def test_facts_that_come_with_an_include_are_not_counted_again() -> None:
    before = spf("v=spf1 -all")
    after = spf("v=spf1 include:more.vendor.test -all") | {"more.vendor.test. TXT": ["v=spf1 ip4:192.0.2.1"]}
    assert account(before, after) == ["include:_spf.vendor.test gained 192.0.2.1/32 and one lookup"]


def test_a_text_beside_the_spf_record_changes_nobody_who_may_send() -> None:
    before: Facts = {"_spf.vendor.test. TXT": ["v=spf1 -all", "old-token"]}
    after: Facts = {"_spf.vendor.test. TXT": ["v=spf1 -all", "new-token"]}
    assert account(before, after) == [
        "_spf.vendor.test TXT gained new-token and lost old-token (no change in who may send)"
    ]


def test_a_redirect_is_told_as_such() -> None:
    declared = zone("example.com", "@ TXT v=spf1 redirect=_spf.vendor.test")
    told = account(spf("v=spf1 -all"), spf("v=spf1 ip4:192.0.2.1 -all"), declared)
    assert told == ["redirect=_spf.vendor.test gained 192.0.2.1/32"]


@pytest.mark.parametrize(
    ("key", "before", "after", "told"),
    [
        ("mx.vendor.test. A", ["192.0.2.1"], ["192.0.2.2"], "the MX target mx.vendor.test gained 192.0.2.2 and lost 192.0.2.1"),
        ("web.vendor.test. AAAA", ["2001:db8::1"], "nodata", "the host web.vendor.test lost 2001:db8::1"),
        ("mx.vendor.test. A", ["192.0.2.1"], "CNAME loop", "the MX target mx.vendor.test A has no usable answer any more: CNAME loop"),
        ("h.vendor.test. TXT", ["x"], "over 500 records", "h.vendor.test TXT has no usable answer any more: over 500 records"),
        ("mx.vendor.test. A", "CNAME loop", ["192.0.2.1"], "the MX target mx.vendor.test gained 192.0.2.1"),
        ("mx.vendor.test. A", ["192.0.2.1"], "nxdomain", "the MX target mx.vendor.test no longer exists (NXDOMAIN)"),
        ("1.2.0.192.in-addr.arpa. PTR", ["a.test."], ["b.test."], "the PTR record of 192.0.2.1 gained b.test. and lost a.test."),
        ("x.2.0.192.in-addr.arpa. PTR", ["a.test."], "nodata", "the PTR record of x.2.0.192.in-addr.arpa lost a.test."),
        ("example.com._report._dmarc.r.test. TXT", ["v=DMARC1"], "nxdomain", "r.test no longer accepts DMARC reports about example.com"),
        ("example.com._report._dmarc.r.test. TXT", "nxdomain", ["v=DMARC1"], "r.test now accepts DMARC reports about example.com"),
        ("example.com._report._dmarc.r.test. TXT", ["v=DMARC1"], ["v=DMARC1;"], "r.test changed its record for DMARC reports about example.com"),
        ("_dmarc.org.test. TXT", ["v=DMARC1; p=reject"], ["v=DMARC1; p=none"], "the DMARC record of org.test changed: gained v=DMARC1; p=none and lost v=DMARC1; p=reject"),
        ("s1._domainkey.vendor.test. TXT", ["v=DKIM1; p=a"], "nodata", "the DKIM key at s1._domainkey.vendor.test is gone"),
        ("s1._domainkey.vendor.test. TXT", "nodata", ["v=DKIM1; p=a"], "the DKIM key at s1._domainkey.vendor.test has appeared: v=DKIM1; p=a"),
        (f"example.com. {POLICY}", ["mode: enforce"], ["mode: none"], "the MTA-STS policy of example.com changed: gained mode: none and lost mode: enforce"),
        ("vendor.test. MX", ["10 a.test."], ["10 b.test."], "vendor.test MX gained 10 b.test. and lost 10 a.test."),
    ],
)  # fmt: skip
def test_other_changes_are_told_as_what_they_are(
    key: str, before: list[str] | str, after: list[str] | str, told: str
) -> None:
    assert account({key: before}, {key: after}) == [told]


def test_both_families_of_a_host_are_one_sentence() -> None:
    before: Facts = {"h.test. A": ["192.0.2.1"], "h.test. AAAA": ["2001:db8::1"]}
    after: Facts = {"h.test. A": ["192.0.2.2"], "h.test. AAAA": ["2001:db8::1"]}
    assert account(before, after) == ["the host h.test gained 192.0.2.2 and lost 192.0.2.1"]
    gone: Facts = {"h.test. A": "nxdomain", "h.test. AAAA": "nxdomain"}
    assert account(before, gone) == ["h.test no longer exists (NXDOMAIN)"]


@pytest.mark.parametrize(
    ("rtype", "value", "told"),
    [
        ("A", "192.0.2.1", "the host h.test is found by another way"),
        ("PTR", "x.test.", "the PTR record of h.test is found by another way"),
        (POLICY, "mode: none", "the MTA-STS policy of h.test changed: it is found by another way"),
        ("CAA", "0 issue x", "h.test CAA is found by another way"),
    ],
)
def test_another_chain_to_the_same_values(rtype: str, value: str, told: str) -> None:
    question = Question("h.test.", rtype)
    record = Record("h.test.", rtype, 1, value, NOWHERE, NOWHERE)

    def one(answer: Present) -> Side:
        return Side({question: answer}, pytest.fail)

    sides = one(Present((record,))), one(Present((record._make(("c.test.", *record[1:])),), ("h.test.",)))
    assert list(lock_changes([zone("example.com", "@ A 192.0.2.1")], *sides)) == [told]


def test_what_only_one_side_holds_is_counted() -> None:
    before: Facts = {"a.test. A": "nodata", "b.test. A": "nodata"}
    after: Facts = {"c.test. A": "nodata"}
    assert account(before, after) == [
        "the zones ask for 1 fact that the lock does not hold: c.test A",
        "the lock holds 2 facts that nothing asks for any more: a.test A, b.test A",
    ]


def test_of_many_only_the_first_are_told() -> None:
    assert listed(str(n) for n in range(10)) == ["0", "1", "2", "3", "4", "5", "6", "7", "2 more"]
    assert listed(["x" * 100]) == ["x" * 59 + "…"]
