"""check_host() of RFC 7208: may this client send mail for this domain, and why."""

from __future__ import annotations

from functools import lru_cache

from mailcheck.analysis.spf_explanation import explanation_of
from mailcheck.analysis.spf_macros import expanded_name
from mailcheck.analysis.spf_mechanisms import NO_NAME, matches
from mailcheck.analysis.spf_names import LONGEST, dns_name
from mailcheck.analysis.spf_program import NEEDS_NO_DNS, Instruction, Program, program_of
from mailcheck.analysis.spf_request import RawStep, Result, SpfOutcome, SpfRequest, StepOutcome, to_a_labels
from mailcheck.analysis.spf_run import Run, Stop, unanswered
from mailcheck.model.dns import Answer, Evaluation, Present, Question, Unknown
from mailcheck.model.record import Record
from mailcheck.model.text import shown_name

__all__ = ["SpfOutcome", "SpfRequest", "check_host"]

# Plain tuples: an evaluation makes several, and naming their fields would cost a tenth of its time.
_Verdict = tuple[Result, RawStep | None, Program | None]
"""What the record at the end of the redirects says, the matching step, and the record's program."""
_Place = tuple[int, str, Record]
"""Depth, domain and record of the terms that are evaluated."""


def check_host(request: SpfRequest) -> Evaluation[SpfOutcome]:
    """Evaluate the SPF record of `request.domain` for a client (RFC 7208 section 4).

    A question that was asked and not answered is a temperror, one that was never put to DNS leaves the check
    `undetermined`. It asks about 120 questions at most: ten terms of ten exchanges each, and the client's names.
    """
    run = Run(request)
    domain = _sending_domain(request.domain)
    if domain is None:
        run.steps.append((0, request.domain, None, None, (), "none", "this is no domain that can have a record"))
        return SpfOutcome("none", request.domain, None, None, 0, 0, run.steps)
    try:
        result, match, program = yield from _evaluate(run, domain, 0)
    except Stop as stop:
        steps = _broken_off(run.steps, stop)
        return SpfOutcome(stop.result, domain, None, None, run.lookups, run.voids, steps, stop.left)
    explanation = None
    if result == "fail" and match is not None and program is not None and program.explanation is not None:
        explanation = yield from _explanation(run, match, program.explanation)
    return SpfOutcome(result, domain, match, explanation, run.lookups, run.voids, run.steps)


def _broken_off(steps: list[RawStep], stop: Stop) -> list[RawStep]:
    """The steps with those ended that led to where it stopped; the last one tells why."""
    last = steps[-1]
    if last[5] == "entered":
        steps[-1] = (*last[:5], stop.result, stop.why)
    return [(*step[:5], stop.result, "") if step[5] == "entered" else step for step in steps]


def _explanation(run: Run, match: RawStep, instruction: Instruction) -> Evaluation[str | None]:
    depth, domain, record = match[:3]
    found = yield from explanation_of(run, domain, instruction)
    outcome: StepOutcome = "no explanation" if found.text is None else "explanation"
    run.steps.append((depth, domain, record, instruction.term, found.asked, outcome, found.why))
    return found.text


@lru_cache(maxsize=1024)
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
        question = Question(domain, "TXT")
        answer = run.answers.get(question)
        if answer is None:
            answer = run.answers[question] = (yield {question})[question]
        found = _record_in(run, question, answer, depth, leading)
        if found is None:
            return "none", None, None
        record, program = found
        place = (depth, domain, record)
        for instruction in program.instructions:
            if instruction.kind in NEEDS_NO_DNS:
                step = _compare(run, place, instruction)
            elif instruction.kind == "include":
                step = yield from _include(run, place, instruction)
            else:
                step = yield from _ask(run, place, instruction)
            if step[5] == "match":
                return instruction.result, step, program
        if program.redirect is None:
            return "neutral", None, program
        domain = yield from _redirect(run, place, program.redirect)
        leading = "redirect"


def _record_in(
    run: Run, question: Question, answer: Answer, depth: int, leading: str
) -> tuple[Record, Program] | None:
    """The only SPF record in the answer, and what it says (sections 4.4 to 4.6)."""
    domain = question.name
    asked = ((question, answer),)
    records = []
    if isinstance(answer, Present):
        for record in answer.records:
            program = program_of(record.text)
            if program is not None:
                records.append((record, program))
    if len(records) == 1:
        record, program = records[0]
        run.steps.append((depth, domain, record, None, asked, "record", ""))
        if program.fault is not None:
            term, why = program.fault
            run.steps.append((depth, domain, record, term, (), "permerror", why))
            raise Stop("permerror", why)
        return records[0]
    if isinstance(answer, Unknown):
        stop = unanswered(question, answer)
    elif records:
        stop = Stop("permerror", f"{len(records)} SPF records, where one must stand", asked)
    elif leading:
        stop = Stop("permerror", f"`{leading}` leads to `{shown_name(domain)}`, which has no SPF record", asked)
    else:
        run.steps.append((depth, domain, None, None, asked, "none", "there is no SPF record"))
        return None
    run.steps.append((depth, domain, None, None, asked, stop.result, stop.why))
    raise stop


def _compare(run: Run, place: _Place, instruction: Instruction) -> RawStep:
    """The step of `all`, `ip4` and `ip6`."""
    matched = instruction.kind == "all" or (
        run.is_ip4 == (instruction.kind == "ip4") and run.bits >> instruction.bits == instruction.network
    )
    depth, domain, record = place
    step: RawStep = (depth, domain, record, instruction.term, (), "match" if matched else "no match", "")
    run.steps.append(step)
    return step


def _ask(run: Run, place: _Place, instruction: Instruction) -> Evaluation[RawStep]:
    """The step of `a`, `mx`, `ptr` and `exists`."""
    depth, domain, record = place
    try:
        run.count_lookup()
        name = instruction.name or (yield from _target(run, domain, instruction))
        matched, asked = NO_NAME if name is None else (yield from matches(run, instruction, name))
    except Stop as stop:
        run.steps.append((depth, domain, record, instruction.term, stop.asked, stop.result, stop.why))
        raise
    why = "its name is no domain name" if name is None else ""
    step: RawStep = (depth, domain, record, instruction.term, asked, "match" if matched else "no match", why)
    run.steps.append(step)
    return step


def _include(run: Run, place: _Place, instruction: Instruction) -> Evaluation[RawStep]:
    """The step of `include`, which stands before the steps of what it includes."""
    depth, domain, record = place
    index = len(run.steps)
    run.steps.append((depth, domain, record, instruction.term, (), "entered", ""))
    run.count_lookup()
    name = instruction.name or (yield from _target(run, domain, instruction))
    if name is None or name.count(".") < 2:
        raise Stop("permerror", "it leads to no domain name")
    verdict = yield from _evaluate(run, name, depth + 1, "include")
    outcome: StepOutcome = "match" if verdict[0] == "pass" else "no match"
    step: RawStep = (depth, domain, record, instruction.term, (), outcome, "")
    run.steps[index] = step
    return step


def _redirect(run: Run, place: _Place, instruction: Instruction) -> Evaluation[str]:
    """The domain that takes the place of the current one (section 6.1)."""
    depth, domain, record = place
    run.steps.append((depth, domain, record, instruction.term, (), "entered", ""))
    run.count_lookup()
    name = instruction.name or (yield from _target(run, domain, instruction))
    if name is None or name.count(".") < 2:
        raise Stop("permerror", "it leads to no domain name")
    run.steps[-1] = (depth, domain, record, instruction.term, (), "followed", "")
    return name


def _target(run: Run, domain: str, instruction: Instruction) -> Evaluation[str | None]:
    """The name of a term that has none of its own, absolute; None where it is no name (section 4.8)."""
    text = instruction.domain
    if text is None:
        return domain
    return (yield from expanded_name(run, domain, text)) if text.literal is None else None
