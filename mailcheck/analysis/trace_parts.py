"""The parts of a trace in one sentence each, and the record that decided them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.analysis.dmarc_check import DmarcVerdict
from mailcheck.analysis.fcrdns import ReverseDns
from mailcheck.analysis.signature_values import Signature
from mailcheck.analysis.spf_request import SpfOutcome
from mailcheck.analysis.trace import GRAVITY, Hop, Trace, hop_verdict, ptr_result
from mailcheck.model.dns import Absent, Present, Unknown, describe
from mailcheck.model.location import NOWHERE, Location
from mailcheck.model.names import reverse_name
from mailcheck.model.text import shorten, shown_name


class PartResult(NamedTuple):
    """`part` is its key in a case, `title` for people; `at` is NOWHERE where no file holds what decided."""

    part: str
    title: str
    result: str
    why: str
    at: Location = NOWHERE


def hop_parts(hop: Hop, traced: Trace) -> Iterator[PartResult]:
    """All parts of one delivery, in the order that receivers come to them."""
    if hop.helo is not None:
        yield _spf(hop.helo, "helo", "SPF HELO")
    yield _spf(hop.mail_from, "spf", "SPF MAIL FROM")
    for signature in traced.dkim:
        yield _dkim(signature)
    if not traced.dkim:
        yield PartResult("dkim", "DKIM", "none", "the message has no signature")
    if traced.arc is not None:
        yield PartResult("arc", "ARC", traced.arc.result, traced.arc.reason)
    yield _dmarc(hop.author, hop.dmarc)
    yield _ptr(hop.ptr)


def verdict_of(hop: Hop, traced: Trace) -> PartResult:
    """What the receiver makes of it all."""
    result = hop_verdict(hop, traced.dkim)
    author = shown_name(hop.author)
    record = hop.dmarc.record
    at = record.record.at if record is not None else NOWHERE
    if hop.dmarc.result == "none":
        how = {"pass": "SPF or DKIM passes", "fail": "neither SPF nor DKIM passes"}
        why = f"no DMARC policy applies to {author}, and {how.get(result, 'SPF and DKIM came to no result')}"
    elif result == "pass":
        why = f"DMARC passes for {author}"
    elif result == "fail":
        why = f"DMARC fails for {author}, {_asks_for(hop.dmarc)}"
    else:
        why = f"whether DMARC passes for {author} is not determined"
    return PartResult("verdict", "verdict", result, why, at)


def verdicts(traced: Trace) -> list[PartResult]:
    """What each receiver makes of it, the one that counts first."""
    found = [verdict_of(traced.direct, traced)]
    if traced.forwarded is not None:
        forwarded = verdict_of(traced.forwarded, traced)
        found.append(forwarded._replace(why=f"forwarded: {forwarded.why}"))
    return sorted(found, key=lambda each: -GRAVITY[each.result])


def _asks_for(verdict: DmarcVerdict) -> str:
    policy = verdict.policy
    if policy is None:
        return "and what its policy asks for is not determined"
    wanted = {"none": "to do nothing about it", "quarantine": "to quarantine it", "reject": "to reject it"}
    return f"whose policy asks receivers {wanted[policy]}"


def _spf(outcome: SpfOutcome, part: str, title: str) -> PartResult:
    domain = shown_name(outcome.domain)
    term = outcome.term
    if term is not None:
        return PartResult(part, title, outcome.result, f"{domain}: `{shorten(term.text)}` matches", term.at)
    last = outcome.steps[-1]
    why = outcome.why or "no mechanism matches"
    if last.term is not None and outcome.why:
        why = f"`{shorten(last.text)}`: {why}"
    return PartResult(part, title, outcome.result, f"{domain}: {why}", last.at)


def _dkim(signature: Signature) -> PartResult:
    at = signature.key.at if signature.key is not None else NOWHERE
    where = f"{shorten(signature.selector)} at {shown_name(signature.domain)}: " if signature.domain else ""
    testing = ", and the key says that signing is being tested (`t=y`)" if signature.testing else ""
    return PartResult("dkim", "DKIM", signature.result, f"{where}{signature.reason}{testing}", at)


def _dmarc(author: str, verdict: DmarcVerdict) -> PartResult:
    at = verdict.record.record.at if verdict.record is not None else NOWHERE
    if verdict.result == "none":
        return PartResult("dmarc", "DMARC", "none", f"no policy applies to {shown_name(author)}", at)
    if verdict.record is None:
        assert verdict.open is not None
        return PartResult("dmarc", "DMARC", verdict.result, f"{describe(verdict.open[0])} is not known")
    policy = verdict.policy or "not determined for this name"
    aligned = ", ".join(f"{each.method.upper()} of {shown_name(each.domain)}" for each in verdict.aligned)
    how = {
        "pass": f"aligned and passed: {aligned}",
        "fail": "nothing aligned passed",
    }.get(verdict.result, "what could pass came to no result")
    why = f"{how}; policy of {shown_name(verdict.domain)}: {policy}"
    return PartResult("dmarc", "DMARC", verdict.result, why, at)


def _ptr(ptr: ReverseDns) -> PartResult:
    result = ptr_result(ptr)
    title = "PTR"
    if isinstance(ptr.answer, Absent):
        return PartResult("ptr", title, result, f"{ptr.address} has no PTR record")
    if isinstance(ptr.answer, Unknown):
        name = shown_name(reverse_name(ptr.address))
        return PartResult("ptr", title, result, f"{shorten(name, 80)} PTR is not known")
    assert isinstance(ptr.answer, Present)
    named = (ptr.confirming or ptr.names)[0]
    how = {"pass": "leads back to it", "fail": "does not lead back to it"}
    why = f"{ptr.address} is {named.shown}, which {how.get(result, 'may lead back to it: not determined')}"
    return PartResult("ptr", title, result, why, named.record.at)
