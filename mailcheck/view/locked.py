"""`mailcheck.lock` as a view: what DNS outside the zones said when it was last asked."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from typing import NamedTuple

from mailcheck.model.dns import Answer, Answers, Question, Unknown, describe
from mailcheck.model.finding import Refused
from mailcheck.model.location import NOWHERE, Location

LOCK = "lock"
"""The `source` of an answer from the lock."""


class Fact(NamedTuple):
    """One answer that is known, and where the lock holds it; Unknown is one that came and is unusable.

    `kept` is the day on which it was last verified, where a later question failed; None where that is
    the day of the whole lock.
    """

    answer: Answer
    kept: date | None = None
    at: Location = NOWHERE


class LockFile(NamedTuple):
    """What a lock holds.

    `verified` and `resolvers` are when and from where all facts were last verified, None and empty where
    the file does not say; `verified_at` is where it does.
    """

    path: str
    facts: Mapping[Question, Fact]
    verified: date | None = None
    resolvers: tuple[str, ...] = ()
    verified_at: Location = NOWHERE
    refused: tuple[Refused, ...] = ()

    @property
    def oldest(self) -> date | None:
        """The day on which the fact that was verified longest ago was verified."""
        days = [fact.kept for fact in self.facts.values() if fact.kept is not None]
        return min([*days, self.verified]) if self.verified is not None else min(days, default=None)


class Locked:
    """A DnsView over a lock; a question that it does not hold is Unknown("not_asked")."""

    def __init__(self, lock: LockFile) -> None:
        self._facts = lock.facts

    def answer(self, questions: AbstractSet[Question]) -> Answers:
        return {question: self._answer(question) for question in questions}

    def _answer(self, question: Question) -> Answer:
        fact = self._facts.get(question)
        return Unknown("not_asked", describe(question)) if fact is None else fact.answer
