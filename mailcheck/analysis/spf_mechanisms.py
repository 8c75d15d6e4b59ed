"""The mechanisms that ask for addresses and names (RFC 7208 sections 5.3 to 5.5 and 5.7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mailcheck.analysis.addresses import address_bits
from mailcheck.analysis.spf_gather import MAX_EXCHANGES, exchanges_of
from mailcheck.analysis.spf_program import Instruction
from mailcheck.analysis.spf_ptr import client_names
from mailcheck.analysis.spf_run import Asked, Run, Stop, unanswered
from mailcheck.model.dns import Evaluation, Present, Question, Unknown
from mailcheck.model.names import is_at_or_below

Match = tuple[bool, Asked]
"""Whether the client matches, and what was asked to find out."""

NO_NAME: Match = (False, ())
"""What comes of a term whose name is no domain name (RFC 7208 section 4.8 leaves it open)."""


def _a(run: Run, instruction: Instruction, name: str) -> Evaluation[Match]:
    question = Question(name, run.address_type)
    answer = yield from run.ask(question)
    asked = ((question, answer),)
    if isinstance(answer, Present):
        return (_holds_client(run, instruction, answer), asked)
    if isinstance(answer, Unknown):
        raise unanswered(question, answer)
    run.count_void(asked)
    return (False, asked)


def _exists(run: Run, instruction: Instruction, name: str) -> Evaluation[Match]:
    question = Question(name, "A")
    answer = yield from run.ask(question)
    asked = ((question, answer),)
    if isinstance(answer, Unknown):
        raise unanswered(question, answer)
    matched = isinstance(answer, Present)
    if not matched:
        run.count_void(asked)
    return (matched, asked)


def _mx(run: Run, instruction: Instruction, name: str) -> Evaluation[Match]:
    """The exchanges in the order of their preference; void where neither they nor any address of them exist."""
    question = Question(name, "MX")
    answer = yield from run.ask(question)
    asked: Asked = ((question, answer),)
    if isinstance(answer, Unknown):
        raise unanswered(question, answer)
    if not isinstance(answer, Present):
        run.count_void(asked)
        return (False, asked)
    exchanges = exchanges_of(answer)
    if len(exchanges) > MAX_EXCHANGES:
        why = f"{len(exchanges)} exchanges, and the limit is {MAX_EXCHANGES}"
        raise Stop("permerror", why, asked=asked)
    hosts = yield from run.ask_all([Question(exchange, run.address_type) for exchange in exchanges])
    asked = (*asked, *hosts)
    found = False
    for about, addresses in hosts:
        if isinstance(addresses, Present):
            found = True
            if _holds_client(run, instruction, addresses):
                return (True, asked)
        elif isinstance(addresses, Unknown):
            raise unanswered(about, addresses, asked)
    if exchanges and not found:
        run.count_void(asked)
    return (False, asked)


def _ptr(run: Run, instruction: Instruction, name: str) -> Evaluation[Match]:
    found = yield from client_names(run)
    if any([is_at_or_below(validated, name) for validated in found.names]):
        return (True, found.asked)
    if found.left is not None:
        raise unanswered(*found.left, found.asked)
    if len(found.asked) == 1 and not isinstance(found.asked[0][1], Unknown):
        run.count_void(found.asked)
    return (False, found.asked)


def _holds_client(run: Run, instruction: Instruction, answer: Present) -> bool:
    bits = instruction.bits if run.is_ip4 else instruction.bits6
    client = run.bits >> bits
    for record in answer.records:
        address = address_bits(record.text, run.is_ip4)
        if address is not None and address >> bits == client:
            return True
    return False


MECHANISMS: Mapping[str, Callable[[Run, Instruction, str], Evaluation[Match]]] = {
    "a": _a,
    "exists": _exists,
    "mx": _mx,
    "ptr": _ptr,
}
