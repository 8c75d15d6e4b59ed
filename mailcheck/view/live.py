"""What DNS says now: questions put to recursive resolvers, many at once."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, NamedTuple

from mailcheck.model.dns import Answer, Question, Reason
from mailcheck.view.resolvers import Resolver

if TYPE_CHECKING:
    from mailcheck.view.asking import Run


class LiveSettings(NamedTuple):
    """Resolvers in the order they are asked in, times in seconds.

    `query_timeout` is for one question to all resolvers, `run_timeout` for all batches together from the
    first question on; `packets` is how many queries are sent, over UDP or TCP, and `in_flight` how many
    questions wait for their answers at once.
    """

    resolvers: tuple[Resolver, ...]
    query_timeout: float = 2.0
    run_timeout: float = 120.0
    packets: int = 5_000
    in_flight: int = 128  # dnsmasq refuses what goes over 150 at once


class Trouble(NamedTuple):
    """What left a run's questions open, in one sentence, and the reasons of the answers that it accounts for."""

    what: str
    reasons: frozenset[Reason]


class Live:
    """A DnsView over recursive resolvers, for one run: each question is asked once.

    NXDOMAIN and NODATA are Absent. No answer in time, SERVFAIL, REFUSED and FORMERR are Unknown, and so
    are (`unusable`) a chain that returns to itself or is longer than eight names and more than 500
    records, and (`budget`) what was not asked any more since the run's queries or its time are used up.
    `Present.authenticated` is what a resolver on loopback or a trusted one says; of any other it is
    False. What is no name in DNS is Absent without being asked for, what is no type of DNS is
    Unknown("not_asked").
    """

    def __init__(self, settings: LiveSettings) -> None:
        self._settings = settings
        self._answers: dict[Question, Answer] = {}
        self._run: Run | None = None

    def answer(self, questions: AbstractSet[Question]) -> Mapping[Question, Answer]:
        """Not to be called from within a running event loop: it runs its own."""
        new = [question for question in questions if question not in self._answers]
        if new:
            import asyncio

            from mailcheck.view.asking import Run, answer_all

            if self._run is None:
                self._run = Run(self._settings)
            asyncio.run(answer_all(self._run, new, self._answers))
        return {question: self._answers[question] for question in questions}

    @property
    def sent(self) -> int:
        """How many queries were sent so far."""
        return self._run.budget.packets - self._run.budget.left if self._run else 0

    @property
    def silent(self) -> tuple[Resolver, ...]:
        """The resolvers that were asked and never answered."""
        habits = self._run.habits if self._run else ()
        return tuple(one.resolver for one in habits if one.unanswered and not one.answered)

    @property
    def trouble(self) -> Trouble | None:
        """That no resolver ever answered, or that a bound of the run was reached; None where all went well."""
        silent = self.silent
        if silent and len(silent) == len(self._settings.resolvers):
            return Trouble(
                f"no answer from {', '.join(map(str, silent))}", frozenset({"timeout", "refused", "budget"})
            )
        if self._run is None or not self._run.given_up:
            return None
        questions = "1 question was" if self._run.given_up == 1 else f"{self._run.given_up:,} questions were"
        return Trouble(f"{self._run.bound}: {questions} given up", frozenset({"budget"}))
