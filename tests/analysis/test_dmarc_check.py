"""The DMARC verdict on a message: pass, fail, none, or what was not answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from mailcheck.analysis.dmarc_check import DmarcVerdict, evaluate
from mailcheck.model.dns import Answer, Unknown
from tests.analysis.dmarc_world import NOT_ASKED, TIMEOUT, DmarcWorld
from tests.analysis.evaluation import run

Results = Sequence[tuple[str, str]]
REJECT = "v=DMARC1; p=reject; sp=quarantine; np=none"
ORGANIZATION: Mapping[str, str | Answer] = {"example.com": REJECT}


def judge(
    records: Mapping[str, str | Answer],
    author: str = "example.com",
    spf: Results = (),
    dkim: Results = (),
    missing: tuple[str, ...] = (),
) -> DmarcVerdict:
    view = DmarcWorld(records, missing)
    absolute = [[(f"{domain}.", result) for domain, result in results] for results in (spf, dkim)]
    return run(evaluate(f"{author}.", *absolute), view)


@pytest.mark.parametrize(
    ("spf", "dkim", "aligned"),
    [
        ([("example.com", "pass")], [], [("spf", "example.com.")]),
        ([("bounce.example.com", "pass")], [], [("spf", "bounce.example.com.")]),
        ([], [("example.com", "pass")], [("dkim", "example.com.")]),
        (
            [("bounce.example.com", "pass")],
            [("example.net", "pass"), ("example.com", "fail"), ("a.example.com", "pass")],
            [("spf", "bounce.example.com."), ("dkim", "a.example.com.")],
        ),
        ([("example.com", "temperror")], [("example.com", "pass")], [("dkim", "example.com.")]),
        ([("example.com", "undetermined")], [("example.com", "pass")], [("dkim", "example.com.")]),
    ],
)
def test_one_aligned_identifier_is_a_pass(spf: Results, dkim: Results, aligned: list[tuple[str, str]]) -> None:
    said = judge(ORGANIZATION, spf=spf, dkim=dkim)
    assert said.result == "pass"
    assert list(said.aligned) == aligned
    assert (said.domain, said.organizational_domain, said.policy) == ("example.com.", "example.com.", "reject")
    assert said.open is None


@pytest.mark.parametrize(
    ("spf", "dkim"),
    [
        ([], []),
        ([("example.net", "pass")], [("example.org", "pass")]),
        ([("example.com", "fail")], [("example.com", "permerror"), ("example.com", "none")]),
        ([("example.com", "softfail")], [("example.com", "neutral")]),
        ([("example.net", "temperror")], [("example.org", "undetermined")]),
    ],
)
def test_no_aligned_identifier_is_a_fail(spf: Results, dkim: Results) -> None:
    said = judge(ORGANIZATION, spf=spf, dkim=dkim)
    assert (said.result, said.aligned, said.policy, said.open) == ("fail", (), "reject", None)


@pytest.mark.parametrize(
    ("result", "tags", "expected"),
    [
        ("spf", "aspf=s", "fail"),
        ("spf", "adkim=s", "pass"),
        ("spf", "aspf=strict", "pass"),
        ("dkim", "adkim=s", "fail"),
        ("dkim", "aspf=s", "pass"),
    ],
)
def test_each_mechanism_has_its_own_mode(result: str, tags: str, expected: str) -> None:
    records = {"example.com": f"v=DMARC1; p=none; {tags}"}
    passing = [("sub.example.com", "pass")]
    said = judge(records, spf=passing if result == "spf" else (), dkim=passing if result == "dkim" else ())
    assert said.result == expected


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (["temperror"], "temperror"),
        (["undetermined"], "undetermined"),
        (["temperror", "undetermined"], "undetermined"),
        (["temperror", "fail"], "temperror"),
    ],
)
def test_a_result_that_may_still_come_leaves_the_verdict_open(results: list[str], expected: str) -> None:
    said = judge(ORGANIZATION, dkim=[("a.example.com", result) for result in results])
    assert (said.result, said.aligned, said.policy, said.open) == (expected, (), "reject", None)


@pytest.mark.parametrize(("answer", "expected"), [(TIMEOUT, "temperror"), (NOT_ASKED, "undetermined")])
def test_an_alignment_that_is_open_leaves_the_verdict_open(answer: Unknown, expected: str) -> None:
    records = {"example.com": REJECT, "a.example.com": answer}
    said = judge(records, spf=[("a.example.com", "pass")])
    assert said.result == expected
    assert said.open == (("_dmarc.a.example.com.", "TXT"), answer)
    assert judge(records, spf=[("example.com", "pass")]).result == "pass"
    assert judge(records, spf=[("a.example.com", "fail")]).result == "fail"


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("timeout", "temperror"),
        ("servfail", "temperror"),
        ("refused", "temperror"),
        ("formerr", "temperror"),
        ("not_asked", "undetermined"),
        ("limit", "undetermined"),
        ("budget", "undetermined"),
        ("unusable", "undetermined"),
        ("unread", "undetermined"),
    ],
)
@pytest.mark.parametrize("open_name", ["a.example.com", "example.com"])
def test_a_policy_that_was_not_answered_is_never_none_nor_fail(reason: str, expected: str, open_name: str) -> None:
    answer = Unknown(reason)  # type: ignore[arg-type]
    said = judge({open_name: answer}, "a.example.com", spf=[("a.example.com", "pass")])
    assert said == (expected, None, "", "", (), None, ((f"_dmarc.{open_name}.", "TXT"), answer))


def test_a_policy_of_its_own_needs_no_answer_from_above() -> None:
    said = judge({"a.example.com": REJECT, "example.com": TIMEOUT}, "a.example.com", [("a.example.com", "pass")])
    assert (said.result, said.domain, said.organizational_domain) == ("pass", "a.example.com.", "")


def test_without_a_record_there_is_no_dmarc() -> None:
    assert judge({}, spf=[("example.com", "pass")]) == ("none", None, "", "example.com.", (), None, None)


def test_a_record_that_asks_for_nothing_is_shown_and_does_nothing() -> None:
    said = judge({"example.com": "v=DMARC1; p=oops"}, spf=[("example.com", "pass")])
    assert (said.result, said.policy, said.domain) == ("none", None, "example.com.")
    assert said.record is not None


@pytest.mark.parametrize(
    ("author", "missing", "policy"),
    [
        ("example.com", (), "reject"),
        ("a.example.com", (), "quarantine"),
        ("a.example.com", ("a.example.com",), "none"),
    ],
)
def test_the_policy_is_that_for_the_author_domain(author: str, missing: tuple[str, ...], policy: str) -> None:
    said = judge(ORGANIZATION, author, missing=missing)
    assert (said.result, said.policy, said.domain) == ("fail", policy, "example.com.")


def test_whether_the_author_domain_exists_changes_the_policy_alone() -> None:
    class Silent(DmarcWorld):
        def _answer(self, question):  # type: ignore[no-untyped-def]
            return TIMEOUT if question.type == "MX" else super()._answer(question)

    said = run(evaluate("a.example.com.", [("example.com.", "pass")], []), Silent(ORGANIZATION))
    assert (said.result, said.policy, said.open) == ("pass", None, (("a.example.com.", "MX"), TIMEOUT))


@pytest.mark.parametrize(
    ("asked", "applied"), [("reject", "quarantine"), ("quarantine", "none"), ("none", "none")]
)
def test_test_mode_lowers_the_policy(asked: str, applied: str) -> None:
    assert judge({"example.com": f"v=DMARC1; p={asked}; t=y"}).policy == applied
    assert judge({"example.com": f"v=DMARC1; p=none; sp={asked}; t=y"}, "a.example.com").policy == applied


def test_the_record_leads_to_its_place() -> None:
    said = judge(ORGANIZATION)
    assert said.record is not None
    assert said.record.record.name == "_dmarc.example.com."
    assert said.record.record.at.line == 1
