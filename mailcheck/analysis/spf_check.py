"""check_host() of RFC 7208: may this client send mail for this domain, and why."""

from __future__ import annotations

from typing import NamedTuple

from mailcheck.analysis.spf_explanation import explanation_of
from mailcheck.analysis.spf_macros import expanded_name
from mailcheck.analysis.spf_mechanisms import MECHANISMS, Match
from mailcheck.analysis.spf_names import LONGEST, dns_name
from mailcheck.analysis.spf_program import Instruction, Program, program_of
from mailcheck.analysis.spf_request import Result, SpfOutcome, SpfRequest, SpfStep, to_a_labels
from mailcheck.analysis.spf_run import Run, Stop, unanswered
from mailcheck.grammar.spf import is_spf
from mailcheck.model.dns import Evaluation, Present, Question, Unknown
from mailcheck.model.names import IPAddress
from mailcheck.model.record import Record
from mailcheck.model.text import shown_name


class _Verdict(NamedTuple):
    """What the record at the end of the redirects says: the matching step, and its program."""

    result: Result
    match: SpfStep | None = None
    program: Program | None = None


class _Place(NamedTuple):
    """The record whose terms are evaluated."""

    depth: int
    domain: str
    record: Record
    program: Program


_NONE = _Verdict("none")


def check_host(request: SpfRequest) -> Evaluation[SpfOutcome]:
    """Evaluate the SPF record of `request.domain` for a client (RFC 7208 section 4).

    A question that was asked and not answered is a temperror, one that was never put to DNS leaves the check
    `undetermined`. It asks about 120 questions at most: ten terms of ten exchanges each, and the client's names.
    """
    run = Run(request, _unmapped(request.ip))
    domain = _sending_domain(request.domain)
    if domain is None:
        step = SpfStep(0, request.domain, None, None, (), "none", "this is no domain that can have a record")
        return SpfOutcome("none", request.domain, None, None, 0, 0, (step,))
    try:
        result, match, program = yield from _evaluate(run, domain, 0)
    except Stop as stop:
        return SpfOutcome(stop.result, domain, None, None, run.lookups, run.voids, tuple(run.steps), stop.left)
    explanation = None
    if result == "fail" and match is not None and program is not None and program.explanation is not None:
        found = yield from explanation_of(run, match.domain, program.explanation)
        explanation = found.text
        outcome = "no explanation" if explanation is None else "explanation"
        run.steps.append(
            SpfStep(0, match.domain, match.record, program.explanation, found.asked, outcome, found.why)
        )
    return SpfOutcome(result, domain, match, explanation, run.lookups, run.voids, tuple(run.steps))


def _unmapped(ip: IPAddress) -> IPAddress:
    return (ip.ipv4_mapped or ip) if ip.version == 6 else ip


def _sending_domain(text: str) -> str | None:
    """The absolute name, or None for a malformed one, a single label and an address literal (section 4.3)."""
    text = to_a_labels(text)
    if len(text) > LONGEST + 1 or text.startswith("[") or not text.isascii():
        return None
    name = dns_name(text)
    return name if name is not None and name.count(".") > 1 else None


def _evaluate(run: Run, domain: str, depth: int, leading: str = "") -> Evaluation[_Verdict]:
    """The record of `domain`, and those that it redirects to; `leading` is the term that must find a record."""
    while True:
        record = yield from _record_of(run, domain, depth, leading)
        if record is None:
            return _NONE
        program = program_of(record.text)
        if program.fault is not None:
            term, why = program.fault
            run.steps.append(SpfStep(depth, domain, record, term, (), "permerror", why))
            raise Stop("permerror", why)
        place = _Place(depth, domain, record, program)
        match = yield from _first_match(run, place)
        if match is not None:
            return match
        if program.redirect is None:
            return _Verdict("neutral", None, program)
        domain = yield from _redirect(run, place, program.redirect)
        leading = "redirect"


def _record_of(run: Run, domain: str, depth: int, leading: str) -> Evaluation[Record | None]:
    """The only SPF record of a name (sections 4.4 and 4.5)."""
    question = Question(domain, "TXT")
    answer = run.answers.get(question) or (yield from run.ask(question))
    asked = ((question, answer),)
    records = [record for record in answer.records if is_spf(record.text)] if isinstance(answer, Present) else []
    if len(records) == 1:
        run.steps.append(SpfStep(depth, domain, records[0], None, asked, "record"))
        return records[0]
    if isinstance(answer, Unknown):
        stop = unanswered(question, answer)
    elif records:
        stop = Stop("permerror", f"{len(records)} SPF records, where one must stand", asked)
    elif leading:
        stop = Stop("permerror", f"`{leading}` leads to `{shown_name(domain)}`, which has no SPF record", asked)
    else:
        run.steps.append(SpfStep(depth, domain, None, None, asked, "none", "there is no SPF record"))
        return None
    run.steps.append(SpfStep(depth, domain, None, None, asked, stop.result, stop.why))
    raise stop


def _first_match(run: Run, place: _Place) -> Evaluation[_Verdict | None]:
    depth, domain, record, program = place
    steps = run.steps
    for instruction in program.instructions:
        kind = instruction.kind
        if kind == "ip4" or kind == "ip6":
            matched = run.is_ip4 == (kind == "ip4") and run.bits >> instruction.bits == instruction.network
        elif kind == "all":
            matched = True
        else:
            step = yield from _asking(run, place, instruction)
            if step.outcome == "match":
                return _Verdict(instruction.result, step, program)
            continue
        step = SpfStep(depth, domain, record, instruction.term, (), "match" if matched else "no match")
        steps.append(step)
        if matched:
            return _Verdict(instruction.result, step, program)
    return None


def _asking(run: Run, place: _Place, instruction: Instruction) -> Evaluation[SpfStep]:
    """The step of a mechanism that counts as a lookup; it stands before the steps of what it includes."""
    depth, domain, record, _program = place
    index = len(run.steps)
    run.steps.append(SpfStep(depth, domain, record, instruction.term, (), "no match"))
    try:
        run.count_lookup()
        name = yield from _target(run, domain, instruction)
        if instruction.kind == "include":
            matched, asked = yield from _include(run, name, depth)
        elif name is None:
            matched, asked = False, ()
        else:
            matched, asked = yield from MECHANISMS[instruction.kind](run, instruction, name)
    except Stop as stop:
        asked = stop.asked if index == len(run.steps) - 1 else ()
        run.steps[index] = SpfStep(depth, domain, record, instruction.term, asked, stop.result, stop.why)
        raise
    outcome = "match" if matched else "no match"
    why = "" if name is not None else "its name is no domain name"
    step = run.steps[index] = SpfStep(depth, domain, record, instruction.term, asked, outcome, why)
    return step


def _include(run: Run, name: str | None, depth: int) -> Evaluation[Match]:
    if name is None or name.count(".") < 2:
        raise Stop("permerror", "it leads to no domain name")
    verdict = yield from _evaluate(run, name, depth + 1, "include")
    return Match(verdict.result == "pass", ())


def _redirect(run: Run, place: _Place, redirect: Instruction) -> Evaluation[str]:
    depth, domain, record, _program = place
    try:
        run.count_lookup()
        name = yield from _target(run, domain, redirect)
        if name is None or name.count(".") < 2:
            raise Stop("permerror", "it leads to no domain name")
    except Stop as stop:
        run.steps.append(SpfStep(depth, domain, record, redirect.term, stop.asked, stop.result, stop.why))
        raise
    run.steps.append(SpfStep(depth, domain, record, redirect.term, (), "followed"))
    return name


def _target(run: Run, domain: str, instruction: Instruction) -> Evaluation[str | None]:
    """The name that a term asks for, absolute; None where it is no name (section 4.8)."""
    if instruction.name is not None:
        return instruction.name
    text = instruction.domain
    if text is None:
        return domain
    return (yield from expanded_name(run, domain, text)) if text.literal is None else None
