"""What DNS says now: questions put to recursive resolvers, many at once."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, NamedTuple

from mailcheck.model.dns import POLICY, Absent, Answer, Question, Unknown, describe
from mailcheck.view.resolvers import Resolver

if TYPE_CHECKING:
    from mailcheck.view.asking import Asking
    from mailcheck.view.client import Budget, Failure, Habits, Told


class LiveSettings(NamedTuple):
    """Resolvers in the order they are asked in, times in seconds.

    `query_timeout` is for one question with all its attempts, `run_timeout` for all batches together from
    the first question on; `packets` is how many queries are sent, over UDP or TCP, and `in_flight` how
    many questions wait for their answers at once.
    """

    resolvers: tuple[Resolver, ...]
    query_timeout: float = 2.0
    run_timeout: float = 120.0
    packets: int = 5_000
    in_flight: int = 200


class Live:
    """A DnsView over recursive resolvers, for one run: each question is asked once.

    NXDOMAIN and NODATA are Absent. No answer in time, SERVFAIL, REFUSED and FORMERR are Unknown, and so
    (`limit`) are a chain that returns to itself or is longer than eight names, more than 500 records,
    and what was not asked any more since the run's queries are used up. `Present.authenticated` is what a
    resolver on loopback or a trusted one says; of any other it is False. What is no name in DNS is
    Absent without being asked for, what is no type of DNS is Unknown("not_asked").
    """

    def __init__(self, settings: LiveSettings) -> None:
        self._settings = settings
        self._answers: dict[Question, Answer] = {}
        self._state: tuple[tuple[Habits, ...], Budget, float] | None = None

    def answer(self, questions: AbstractSet[Question]) -> Mapping[Question, Answer]:
        """Not to be called from within a running event loop: it runs its own."""
        new = [question for question in questions if question not in self._answers]
        if new:
            import asyncio

            asyncio.run(self._answer_all(new))
        return {question: self._answers[question] for question in questions}

    @property
    def silent(self) -> tuple[Resolver, ...]:
        """The resolvers that were asked and never answered."""
        habits = self._state[0] if self._state else ()
        return tuple(one.resolver for one in habits if one.unanswered and not one.answered)

    async def _answer_all(self, questions: list[Question]) -> None:
        import asyncio

        from mailcheck.view.asking import Asking
        from mailcheck.view.client import Budget, Habits

        if self._state is None:
            habits = tuple(Habits(resolver) for resolver in self._settings.resolvers)
            end = time.monotonic() + self._settings.run_timeout
            self._state = habits, Budget(self._settings.packets), end
        habits, budget, end = self._state
        asking = Asking(habits, budget)
        waiting = iter(questions)
        try:
            workers = min(self._settings.in_flight, len(questions))
            await asyncio.gather(*[self._work(asking, waiting, end) for _ in range(workers)])
        finally:
            asking.close()

    async def _work(self, asking: Asking, waiting: Iterator[Question], end: float) -> None:
        for question in waiting:
            self._answers[question] = await self._ask(asking, question, end)

    async def _ask(self, asking: Asking, question: Question, end: float) -> Answer:
        """Follow the question to the end of its chain."""
        from mailcheck.view.client import Failure
        from mailcheck.view.odd_message import type_code
        from mailcheck.view.replies import SOURCE, Further, read_answer
        from mailcheck.view.wire import TYPES, write_question
        from mailcheck.view.wire_names import BadName, to_wire

        code = None if question.type == POLICY else TYPES.get(question.type) or type_code(question.type)
        if code is None:
            return Unknown("not_asked", describe(question))
        name = question.name
        chain: tuple[str, ...] = ()
        authenticated = True
        while True:
            try:
                wire = write_question(to_wire(name).lower(), code)
            except BadName:
                return Absent("nxdomain", chain, SOURCE)
            outcome = await self._ask_in_time(asking, wire, end)
            if isinstance(outcome, Failure):
                asked = Question(name, question.type)
                detail = f"{describe(asked)} ({outcome.what})"
                return Unknown(outcome.reason, detail, chain, name if chain else "")
            authenticated = authenticated and outcome.authenticated
            answer = read_answer(
                outcome.reply, Question(name, question.type), code, chain=chain, authenticated=authenticated
            )
            if not isinstance(answer, Further):
                return answer
            name, chain = answer

    async def _ask_in_time(self, asking: Asking, question: bytes, end: float) -> Told | Failure:
        from mailcheck.view.client import Failure

        now = time.monotonic()
        if now >= end:
            return Failure("timeout", f"the {self._settings.run_timeout:g} s of this run are over")
        return await asking.ask(question, min(end, now + self._settings.query_timeout))
