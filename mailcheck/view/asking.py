"""Questions put to several resolvers, one after the other until one knows."""

from __future__ import annotations

import asyncio

from mailcheck.view.client import Budget, Client, Failure, Habits, Spent, Told


class Asking:
    """Puts questions to resolvers, over sockets that live as long as one event loop."""

    def __init__(self, habits: tuple[Habits, ...], budget: Budget) -> None:
        self._habits = habits
        self._budget = budget
        self._loop = asyncio.get_running_loop()
        self._clients = {one.resolver: Client(one, budget, self._loop) for one in habits}

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    async def ask(self, question: bytes, deadline: float) -> Told | Failure:
        """What the first resolver that knows tells, by the loop's time `deadline`; the question in lower case.

        One that does not answer, or says that it cannot, is followed by the next; a single one is asked
        a second time where it did not answer. Each of the attempts gets its share of the time.
        """
        usable = [habits for habits in self._habits if not habits.is_given_up]
        attempts = usable if len(usable) > 1 else usable * 2
        failure = Failure("timeout", f"no answer from {', '.join(str(one.resolver) for one in self._habits)}")
        try:
            for number, habits in enumerate(attempts):
                share = (deadline - self._loop.time()) / (len(attempts) - number)
                outcome = await self._clients[habits.resolver].ask(question, share, deadline)
                if isinstance(outcome, Told):
                    return outcome
                if outcome is not None:
                    failure = outcome
                    if len(usable) == 1:
                        break
        except Spent:
            return Failure("limit", f"over {self._budget.packets:,} queries in one run")
        return failure
