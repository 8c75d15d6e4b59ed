"""Whether a trace is what a case expects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.analysis.trace import NEVER_ASKED, Hop, Trace
from mailcheck.analysis.trace_parts import PartResult, hop_parts, verdict_of, verdicts
from mailcheck.model.trace import Case, Expectation


class Unmet(NamedTuple):
    """An expectation that is not met, and the part as it came out."""

    expectation: Expectation
    found: PartResult


class CaseOutcome(NamedTuple):
    """A case and its trace."""

    case: Case
    trace: Trace
    unmet: tuple[Unmet, ...]

    @property
    def unanswered(self) -> bool:
        """Whether it is not met for want of an answer that was asked for."""
        return any(miss.found.result == "temperror" for miss in self.unmet)


def judge(case: Case, traced: Trace) -> CaseOutcome:
    """Hold a trace against its case; a part that is not determined meets no expectation."""
    return CaseOutcome(case, traced, tuple(_unmet(case, traced)))


def _unmet(case: Case, traced: Trace) -> Iterator[Unmet]:
    for expectation in case.expectations:
        found = _found(expectation, traced)
        if found.result != expectation.wanted:
            yield Unmet(expectation, found)


def _found(expectation: Expectation, traced: Trace) -> PartResult:
    part = expectation.part
    if part == "verdict":
        return verdicts(traced)[0]
    if part == "forwarded":
        if traced.forwarded is None:
            return PartResult(part, part, "none", "the message is not forwarded: the case has no `via-ip`")
        return verdict_of(traced.forwarded, traced)._replace(part=part)
    if part == "policy":
        return _policy(traced.direct, traced)
    found = [each for each in hop_parts(traced.direct, traced) if each.part == part]
    if not found:
        missing = {"helo": "the case has no `helo`", "arc": "the case has no `message`"}
        return PartResult(part, part, "none", missing[part])
    if part == "dkim":
        return next((each for each in found if each.result == traced.dkim_result), found[0])
    return found[0]


def _policy(hop: Hop, traced: Trace) -> PartResult:
    """What receivers are asked to do with mail that fails; to have no policy is not to ask for `none`."""
    dmarc = next(each for each in hop_parts(hop, traced) if each.part == "dmarc")
    if hop.dmarc.open is not None:
        without = "undetermined" if hop.dmarc.open[1].reason in NEVER_ASKED else "temperror"
    else:
        without = "no policy"
    return dmarc._replace(part="policy", result=hop.dmarc.policy or without)
