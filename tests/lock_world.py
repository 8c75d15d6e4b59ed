"""DNS outside the zones for tests: a dictionary, and a view that counts what it is asked."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import cast

from mailcheck.commands.outside import LiveDns
from mailcheck.model.dns import POLICY, Absent, Answer, Answers, Present, Question, Reason, Unknown, describe
from mailcheck.model.location import NOWHERE
from mailcheck.model.record import Record

MAX_CHAIN = 8


class OutsideWorld:
    """Answers as a resolver would: `(name, type)` to values, or to the reason of a failure.

    `asked` holds every question of all batches. Names of which nothing is said do not exist.
    """

    def __init__(self, said: dict[tuple[str, str], list[str] | Reason]) -> None:
        self.said = said
        self.asked: list[Question] = []
        self.ttl = 60

    def answer(self, questions: AbstractSet[Question]) -> Answers:
        self.asked += questions
        return {question: self._answer(question) for question in questions}

    @property
    def live(self) -> LiveDns:
        return LiveDns(self, ("192.0.2.53",))

    def _answer(self, question: Question) -> Answer:
        name, rtype = question
        chain: list[str] = []
        while isinstance(alias := self.said.get((name, "CNAME")), list) and rtype != "CNAME":
            chain.append(name)
            name = alias[0]
        values = self.said.get((name, rtype))
        if isinstance(values, str):
            return Unknown(cast("Reason", values), describe(question), tuple(chain), name if chain else "")
        if values is not None:
            records = tuple(Record(name, rtype, self.ttl, value, NOWHERE, NOWHERE) for value in values)
            return Present(records, tuple(chain), source="live")
        exists = rtype == POLICY or any(name == known for known, _ in self.said)
        return Absent(
            "nodata" if exists else "nxdomain", tuple(chain), source="live", target=name if chain else ""
        )
