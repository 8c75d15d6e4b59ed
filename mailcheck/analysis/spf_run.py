"""What one SPF evaluation has seen and counted so far, and how it ends early."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from collections.abc import Set as AbstractSet
from typing import Literal, NamedTuple

from mailcheck.analysis.addresses import Open
from mailcheck.analysis.spf_node import LIMIT, VOID_LIMIT
from mailcheck.analysis.spf_request import RawStep, SpfRequest
from mailcheck.model.dns import Answer, Answers, Evaluation, Question, Unknown, describe
from mailcheck.model.names import IPAddress

Asked = tuple[tuple[Question, Answer], ...]
Ending = Literal["temperror", "permerror", "undetermined"]

ASKED_IN_VAIN = frozenset({"timeout", "servfail", "refused", "formerr"})
"""Reasons that RFC 7208 section 2.6.6 makes a temperror; all others leave the check undetermined."""


class Stop(Exception):  # noqa: N818 - an end of the evaluation as the RFC has it, caught in check_host
    """The whole evaluation ends with this result; `asked` is what the last term asked, `left` what stayed open."""

    def __init__(self, result: Ending, why: str, asked: Asked = (), left: Open | None = None) -> None:
        super().__init__(why)
        self.result: Ending = result
        self.why = why
        self.asked = asked
        self.left = left


def unanswered(question: Question, answer: Unknown, asked: Asked = ()) -> Stop:
    """The end of an evaluation that needed this answer (RFC 7208 sections 4.4 and 5)."""
    asked = asked or ((question, answer),)
    why = f"{describe(question)} was not answered ({answer.reason})"
    if answer.reason in ASKED_IN_VAIN:
        return Stop("temperror", why, asked)
    return Stop("undetermined", why, asked, (question, answer))


class ClientNames(NamedTuple):
    """The names that lead to the client and back, in the order of the answer.

    `asked` begins with the PTR question; `left` is what was never put to DNS, so that more names may exist.
    """

    names: tuple[str, ...]
    asked: Asked
    left: Open | None


class Run:
    """The counters over all records of an evaluation, its answers, its steps (RFC 7208 section 4.6.4).

    - `ip`: the client, the IPv4 address where it is IPv4-mapped (section 5); `bits`: the same as a number.
    - `address_type`: the record type of its family.
    - `values`: of the macro letters, and `client`: the client's names, once they were needed.
    """

    __slots__ = (
        "address_type", "answers", "bits", "client", "ip", "is_ip4", "lookups", "request", "steps", "values",
        "voids",
    )  # fmt: skip

    def __init__(self, request: SpfRequest) -> None:
        ip = request.ip
        if ip.version == 6 and ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        self.request = request
        self.ip: IPAddress = ip
        self.bits = int(ip)
        self.is_ip4 = ip.version == 4
        self.address_type = "A" if self.is_ip4 else "AAAA"
        self.lookups = 0
        self.voids = 0
        self.answers: dict[Question, Answer] = {}
        self.steps: list[RawStep] = []
        self.values: dict[str, str] = {}
        self.client: ClientNames | None = None

    def count_lookup(self) -> None:
        """Count a term that asks DNS; raises Stop at the eleventh."""
        self.lookups += 1
        if self.lookups > LIMIT:
            raise Stop("permerror", f"DNS lookup {self.lookups}, and the limit is {LIMIT}")

    def count_void(self, asked: Asked) -> None:
        """Count a term that found nothing; raises Stop at the third."""
        self.voids += 1
        if self.voids > VOID_LIMIT:
            raise Stop("permerror", f"void lookup {self.voids}, and the limit is {VOID_LIMIT}", asked)

    def ask(self, question: Question) -> Evaluation[Answer]:
        """The answer, asked for once in an evaluation."""
        answer = self.answers.get(question)
        if answer is None:
            answer = (yield {question})[question]
            self.answers[question] = answer
        return answer

    def ask_all(self, questions: Sequence[Question]) -> Generator[AbstractSet[Question], Answers, Asked]:
        """The questions with their answers, in their order, asked as one batch."""
        known = self.answers
        missing = {question for question in questions if question not in known}
        if missing:
            answers = yield missing
            for question in missing:
                known[question] = answers[question]
        return tuple([(question, known[question]) for question in questions])
