"""The mechanisms that ask for addresses and names (RFC 7208 sections 5.3 to 5.5 and 5.7)."""

from __future__ import annotations

from mailcheck.analysis.addresses import address_bits
from mailcheck.analysis.spf_gather import MAX_EXCHANGES, exchanges_of
from mailcheck.analysis.spf_program import Instruction
from mailcheck.analysis.spf_ptr import client_names
from mailcheck.analysis.spf_run import Asked, Run, Stop, unanswered
from mailcheck.model.dns import Absent, Evaluation, Present, Question, Unknown
from mailcheck.model.names import is_at_or_below

Match = tuple[bool, Asked]
"""Whether the client matches, and what was asked to find out."""

NO_NAME: Match = (False, ())
"""What comes of a term whose name is no domain name (RFC 7208 section 4.8 leaves it open)."""


def matches(run: Run, instruction: Instruction, name: str) -> Evaluation[Match]:
    """Evaluate `a`, `mx`, `ptr` or `exists` for absolute `name`; an unanswered question is a Stop.

    A term is void where it finds nothing at all: an `mx` also where no exchange of it has an address.
    """
    kind = instruction.kind
    if kind == "ptr":
        return (yield from _ptr(run, name))
    question = Question(name, run.address_type if kind == "a" else _TYPES[kind])
    answer = run.answers.get(question)
    if answer is None:
        answer = run.answers[question] = (yield {question})[question]
    asked: Asked = ((question, answer),)
    if isinstance(answer, Unknown):
        raise unanswered(question, answer)
    if isinstance(answer, Absent):
        run.count_void(asked)
        return False, asked
    if kind == "a":
        return _holds_client(run, instruction, answer), asked
    return (True, asked) if kind == "exists" else (yield from _exchanges(run, instruction, asked, answer))


_TYPES = {"exists": "A", "mx": "MX"}


def _exchanges(run: Run, instruction: Instruction, asked: Asked, answer: Present) -> Evaluation[Match]:
    """The exchanges in the order of their preference."""
    exchanges = exchanges_of(answer)
    if len(exchanges) > MAX_EXCHANGES:
        raise Stop("permerror", f"{len(exchanges)} exchanges, and the limit is {MAX_EXCHANGES}", asked)
    hosts = yield from run.ask_all([Question(exchange, run.address_type) for exchange in exchanges])
    asked = (*asked, *hosts)
    found = False
    for about, addresses in hosts:
        if isinstance(addresses, Present):
            found = True
            if _holds_client(run, instruction, addresses):
                return True, asked
        elif isinstance(addresses, Unknown):
            raise unanswered(about, addresses, asked)
    if exchanges and not found:
        run.count_void(asked)
    return False, asked


def _ptr(run: Run, name: str) -> Evaluation[Match]:
    found = yield from client_names(run)
    if any([is_at_or_below(validated, name) for validated in found.names]):
        return True, found.asked
    if found.left is not None:
        raise unanswered(*found.left, found.asked)
    if len(found.asked) == 1 and not isinstance(found.asked[0][1], Unknown):
        run.count_void(found.asked)
    return False, found.asked


def _holds_client(run: Run, instruction: Instruction, answer: Present) -> bool:
    bits = instruction.bits if run.is_ip4 else instruction.bits6
    client = run.bits >> bits
    for record in answer.records:
        address = address_bits(record.text, run.is_ip4)
        if address is not None and address >> bits == client:
            return True
    return False
