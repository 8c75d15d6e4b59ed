"""A question followed to its end: from resolver to resolver until one knows, along a chain to its last name."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mailcheck.model.dns import POLICY, Absent, Answer, Question, Unknown, describe
from mailcheck.view.client import Budget, Client, Failure, Habits, Spent, Told
from mailcheck.view.odd_message import type_code
from mailcheck.view.replies import SOURCE, Further, read_answer
from mailcheck.view.wire import TYPES, write_question
from mailcheck.view.wire_names import BadName, to_wire

if TYPE_CHECKING:
    from mailcheck.view.live import LiveSettings


class Run:
    """What all batches of a run share: what was learnt of the resolvers, queries left, the wall clock."""

    def __init__(self, settings: LiveSettings) -> None:
        self.settings = settings
        self.habits = tuple(Habits(resolver) for resolver in settings.resolvers)
        self.budget = Budget(settings.packets)
        self.end = time.monotonic() + settings.run_timeout
        self.given_up = 0
        self.bound = ""

    @property
    def is_over(self) -> bool:
        """Whether its time is used up."""
        return time.monotonic() >= self.end

    def give_up(self, bound: str) -> Failure:
        """A question more that is not answered, since the run has come to a bound of its own."""
        self.given_up += 1
        self.bound = bound
        return Failure("budget", bound)


async def answer_all(run: Run, questions: Sequence[Question], answers: dict[Question, Answer]) -> None:
    """Put the answer of each question into `answers` as it comes."""
    waiting = iter(questions)
    asking = Asking(run)

    async def work() -> None:
        for question in waiting:
            answers[question] = await asking.answer(question)

    try:
        await asyncio.gather(*[work() for _ in range(min(run.settings.in_flight, len(questions)))])
    finally:
        asking.close()


class Asking:
    """Puts questions to resolvers, over sockets that live as long as one event loop."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._loop = asyncio.get_running_loop()
        self._clients = {one.resolver: Client(one, run.budget, self._loop) for one in run.habits}

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    async def answer(self, question: Question) -> Answer:
        """The answer at the end of the chain that begins at the question's name."""
        code = None if question.type == POLICY else TYPES.get(question.type) or type_code(question.type)
        if code is None:
            return Unknown("not_asked", describe(question))
        chain: tuple[str, ...] = ()
        authenticated = True
        while True:
            try:
                wire = write_question(to_wire(question.name).lower(), code)
            except BadName:
                return Absent("nxdomain", chain, SOURCE, question.name if chain else "")
            outcome = await self._ask(wire)
            if isinstance(outcome, Failure):
                detail = f"{describe(question)} ({outcome.what})"
                return Unknown(outcome.reason, detail, chain, question.name if chain else "")
            authenticated = authenticated and outcome.authenticated
            answer = read_answer(outcome.reply, question, code, chain=chain, authenticated=authenticated)
            if not isinstance(answer, Further):
                return answer
            question = Question(answer.name, question.type)
            chain = answer.chain

    async def _ask(self, question: bytes) -> Told | Failure:
        """What the first resolver that knows tells of a question in lower case.

        One that does not answer, or says that it cannot, is followed by the next; a single one is asked
        a second time where it did not answer. Each of the attempts gets its share of the time.
        """
        run = self._run
        over = f"the {run.settings.run_timeout:g} s of this run are over"
        if run.is_over:
            return run.give_up(over)
        deadline = min(run.end, self._loop.time() + run.settings.query_timeout)
        usable = [habits for habits in run.habits if not habits.is_given_up]
        attempts = usable if len(usable) > 1 else usable * 2
        failure = None
        try:
            for number, habits in enumerate(attempts):
                share = (deadline - self._loop.time()) / (len(attempts) - number)
                outcome = await self._clients[habits.resolver].ask(question, share, deadline)
                if isinstance(outcome, Told):
                    return outcome
                failure = outcome or failure
                if outcome is not None and len(usable) == 1:
                    break
        except Spent:
            return run.give_up(f"over {run.budget.packets:,} queries in one run")
        if run.is_over and (failure is None or failure.reason == "timeout"):
            return run.give_up(over)
        return failure or Failure("timeout", f"no answer from {', '.join(map(str, run.settings.resolvers))}")
