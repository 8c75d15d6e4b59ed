"""check_host() against pyspf on made-up worlds: every difference is one that the RFC decides for mailcheck."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import pytest
import spf  # type: ignore[import-untyped]

from mailcheck.analysis.spf_check import check_host
from mailcheck.analysis.spf_node import LIMIT, VOID_LIMIT
from mailcheck.analysis.spf_request import SpfOutcome, SpfRequest
from mailcheck.grammar.spf import Directive
from mailcheck.model.dns import Absent, Present, Unknown
from tests.analysis.evaluation import run
from tests.conformance.openspf_world import World
from tests.conformance.pyspf_oracle import lookup_over, pyspf_result
from tests.conformance.spf_worlds import Maker

SEEDS = (1, 7208)
WORLDS = 1_000
MESSAGES = 4


class Both(NamedTuple):
    """What the two say about one message; `theirs_why` is pyspf's own text for an error."""

    ours: SpfOutcome
    theirs: str
    theirs_why: str

    @property
    def explanation(self) -> str:
        return "DEFAULT" if self.ours.explanation is None else self.ours.explanation

    @property
    def differ(self) -> bool:
        if self.ours.result != self.theirs:
            return True
        return self.theirs == "fail" and self.explanation != self.theirs_why

    def refused(self, text: str) -> bool:
        """Whether pyspf gives a permerror with that text where the RFC's result is another."""
        return self.theirs == "permerror" and self.ours.result != "permerror" and text in self.theirs_why


def asks_in_vain(both: Both, *mechanisms: str) -> bool:
    """Whether one of these mechanisms, or a `%{p}`, met a question that was not answered."""
    return any(
        isinstance(answer, Unknown) and (question.type == "PTR" or step.term.mechanism in mechanisms)
        for step in both.ours.steps
        if isinstance(step.term, Directive)
        for question, answer in step.asked
    )


def counts_more_voids(both: Both) -> bool:
    """Whether a term asked several questions, or a record has an `exp`, a CNAME, or a use for the client's names."""
    return names_of_client(both) or any(
        (step.record is not None and re.search(r"\bexp=|alias\.example", step.record.text))
        or (len(step.asked) > 1 and any(isinstance(answer, Absent) for _question, answer in step.asked))
        for step in both.ours.steps
    )


def names_of_client(both: Both) -> bool:
    """Whether a record that was read has `ptr` or `%{p}`, also in a term that was not reached."""
    return any(step.record and re.search(r"%\{p|\bptr\b", step.record.text) for step in both.ours.steps)


def text_of_exp(both: Both) -> str:
    last = both.ours.steps[-1]
    return "".join(
        record.text for _question, answer in last.asked if isinstance(answer, Present) for record in answer.records
    )


KNOWN: dict[str, Callable[[Both], bool]] = {
    "an unknown modifier may stand twice (section 6 forbids it for redirect and exp)": (
        lambda both: both.refused("= MUST appear at most once: x-note")
    ),
    "an include of the current domain is no syntax error, and may never be reached (4.6.4, 5.2)": (
        lambda both: both.refused("trivial recursion")
    ),
    "`%%` may end a macro string (7.1)": (
        lambda both: (
            both.refused("invalid-macro-char") or (both.theirs == "fail" and both.explanation.endswith("%"))
        )
    ),
    "the void limit is one of terms, not of queries: an exchange, a CNAME, a PTR name, an `exp` adds none (4.6.4, 6.2)": (
        lambda both: (
            both.refused("Void lookup limit") and both.ours.voids <= VOID_LIMIT and counts_more_voids(both)
        )
    ),
    "a redirect that is not reached is no lookup (4.6.4, 6.1)": (
        lambda both: both.refused("Too many DNS lookups") and both.ours.lookups <= LIMIT
    ),
    "the number after a macro letter is not zero (7.1)": (
        lambda both: both.ours.result == "permerror" and "keeps zero labels" in both.ours.why
    ),
    "a PTR name that cannot be looked up is passed over, and a `%{p}` not reached is none (4.6.2, 5.5)": (
        lambda both: both.theirs == "temperror" and names_of_client(both)
    ),
    "an exchange that matches ends the evaluation before a later one that cannot be looked up (5.4)": (
        lambda both: both.theirs == "temperror" and asks_in_vain(both, "mx")
    ),
    "a `%{p}` of an explanation that cannot be looked up is `unknown`, and none of the limits (6.2, 7.3)": (
        lambda both: both.theirs == "fail" and both.theirs_why == "DEFAULT" and "%{p}" in text_of_exp(both)
    ),
}


def compare(world: World, *requests: SpfRequest) -> list[Both]:
    lookup = lookup_over(world)
    return [Both(run(check_host(request), world), *pyspf_result(lookup, request)) for request in requests]


@pytest.fixture(autouse=True)
def _lookups_of_pyspf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spf, "DNSLookup", spf.DNSLookup)


@pytest.mark.slow
def test_every_difference_from_pyspf_is_a_known_fault_of_it() -> None:
    reasons: Counter[str] = Counter()
    unexplained = []
    agreed: Counter[str] = Counter()
    for maker, _ in product(map(Maker, SEEDS), range(WORLDS)):
        zonedata = maker.world()
        for both in compare(World(zonedata), *[maker.request() for _ in range(MESSAGES)]):
            if not both.differ:
                agreed[both.theirs] += 1
                continue
            found = [reason for reason, applies in KNOWN.items() if applies(both)]
            reasons.update(found[:1])
            if not found:
                unexplained.append((both, zonedata))
    assert unexplained == []
    assert reasons.keys() == KNOWN.keys()
    assert set(agreed) == {"pass", "fail", "softfail", "neutral", "none", "permerror", "temperror"}
    assert agreed.total() > 0.85 * len(SEEDS) * WORLDS * MESSAGES
