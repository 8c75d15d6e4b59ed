"""One question put to the resolvers: attempts, replies that need a second look, and what came of it."""

from __future__ import annotations

import asyncio
import secrets
from typing import Final, NamedTuple

from mailcheck.model.dns import Reason
from mailcheck.view.odd_message import read_odd_reply
from mailcheck.view.resolvers import Resolver
from mailcheck.view.transport import Datagrams, Heard, ask_by_tcp
from mailcheck.view.wire import (
    FORMERR,
    MAX_RECORDS,
    NOERROR,
    NOTIMP,
    NXDOMAIN,
    REFUSED,
    SERVFAIL,
    Odd,
    Reply,
    read_reply,
    vary_case,
)

GIVEN_UP_AFTER: Final = 50
"""Attempts without an answer after which a resolver that never gave one is not asked again."""
_TCP_AT_ONCE: Final = 20
_FAILURES: Final[dict[int, tuple[Reason, str]]] = {
    FORMERR: ("formerr", "FORMERR"),
    SERVFAIL: ("servfail", "SERVFAIL"),
    NOTIMP: ("refused", "NOTIMP"),
    REFUSED: ("refused", "REFUSED"),
}


class Failure(NamedTuple):
    """Why there is no answer; `what` is said of the resolver, or of all of them."""

    reason: Reason
    what: str


class Told(NamedTuple):
    """A reply that answers, and whether it is known to be authentic."""

    reply: Reply
    authenticated: bool


class Habits:
    """What a run has learnt about one resolver."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.keeps_case = True
        self.answered = False
        self.unanswered = 0

    @property
    def is_given_up(self) -> bool:
        return not self.answered and self.unanswered >= GIVEN_UP_AFTER


class Budget:
    """How many queries a run may still send."""

    def __init__(self, packets: int) -> None:
        self.packets = packets
        self.left = packets

    def take(self) -> None:
        """Raises `Spent` where none is left."""
        if self.left <= 0:
            raise Spent
        self.left -= 1


class Spent(Exception):  # noqa: N818 - becomes an answer
    """The run has sent all the queries that it may."""


class Asking:
    """Puts questions to resolvers, over sockets that live as long as one event loop."""

    def __init__(self, habits: tuple[Habits, ...], budget: Budget) -> None:
        self._habits = habits
        self._budget = budget
        self._loop = asyncio.get_running_loop()
        self._datagrams: dict[Resolver, Datagrams] = {}
        self._tcp = asyncio.Semaphore(_TCP_AT_ONCE)

    def close(self) -> None:
        for datagrams in self._datagrams.values():
            datagrams.close()

    async def ask(self, question: bytes, deadline: float) -> Told | Failure:
        """What the first resolver that knows tells, by the loop's time `deadline`; the question in lower case.

        One that does not answer, or says that it cannot, is followed by the next; a single one is asked
        a second time where it did not answer. Each of the attempts gets its share of the time.
        """
        usable = [habits for habits in self._habits if not habits.is_given_up]
        attempts = usable if len(usable) > 1 else usable * 2
        failure = Failure("timeout", f"no answer from {_listed(self._habits)}")
        try:
            for number, habits in enumerate(attempts):
                share = (deadline - self._loop.time()) / (len(attempts) - number)
                outcome = await self._attempt(habits, question, share, deadline)
                if isinstance(outcome, Told):
                    return outcome
                if outcome is not None:
                    failure = outcome
                    if len(usable) == 1:
                        break
        except Spent:
            return Failure("limit", f"over {self._budget.packets:,} queries in one run")
        return failure

    async def _attempt(
        self, habits: Habits, question: bytes, patience: float, deadline: float
    ) -> Told | Failure | None:
        """None where nothing was heard."""
        asked = question
        if habits.keeps_case:
            asked = vary_case(question, secrets.randbits(8 * len(question)))
        try:
            heard = await self._by_datagram(habits, asked, patience)
            if heard is not None and not heard.same_case and await self._keeps_no_case(habits, asked, deadline):
                asked = question
                heard = await self._by_datagram(habits, asked, patience)
        except OSError as error:
            habits.unanswered += 1
            return Failure("refused", f"{habits.resolver}: {error.strerror or error}")
        if heard is None:
            habits.unanswered += 1
            return None
        habits.answered = True
        reply = _read(heard.message, asked) if heard.same_case else None
        if reply is not None and not reply.head.truncated:
            return _judge(habits.resolver, reply)
        why = "the answer is truncated" if reply else "the answer is unusable"
        return await self._by_tcp(habits.resolver, asked, deadline, why)

    async def _by_datagram(self, habits: Habits, asked: bytes, patience: float) -> Heard | None:
        self._budget.take()
        datagrams = self._datagrams.get(habits.resolver)
        if datagrams is None:
            datagrams = self._datagrams[habits.resolver] = Datagrams(habits.resolver, self._loop)
        return await datagrams.ask(asked, patience)

    async def _keeps_no_case(self, habits: Habits, asked: bytes, deadline: float) -> bool:
        """Whether a resolver whose reply differs in case is one that does not keep it.

        Such a reply is never taken: it may be forged by one who did not see the query. TCP, which nobody
        forges from afar, decides. Who changes the case there too, or takes no TCP, is asked again under a
        new id, and from then on without chance in the case, where any reply has to fit octet for octet.
        """
        async with self._tcp:
            if habits.keeps_case:
                try:
                    heard = await self._connected(habits.resolver, asked, deadline)
                except OSError:
                    heard = None
                habits.keeps_case = heard is not None and heard.same_case
        return not habits.keeps_case

    async def _by_tcp(self, resolver: Resolver, asked: bytes, deadline: float, why: str) -> Told | Failure:
        """The answer over TCP, which is asked for because of `why`."""
        try:
            async with self._tcp:
                heard = await self._connected(resolver, asked, deadline)
        except TimeoutError:
            return Failure("timeout", f"{resolver}: {why}, and the one over TCP did not come in time")
        except OSError as error:
            return Failure("refused", f"{resolver}: {why}, and TCP fails: {error.strerror or error}")
        reply = None if heard is None else _read(heard.message, asked)
        if reply is None:
            return Failure("formerr", f"{resolver}: {why}, and so is the one over TCP")
        if reply.head.truncated:
            return Failure("limit", f"{resolver}: an answer over 65,535 octets")
        return _judge(resolver, reply)

    async def _connected(self, resolver: Resolver, asked: bytes, deadline: float) -> Heard | None:
        self._budget.take()
        async with asyncio.timeout_at(deadline):
            return await ask_by_tcp(resolver, asked)


def _read(message: bytes, question: bytes) -> Reply | None:
    try:
        return read_reply(message, question)
    except Odd:
        return read_odd_reply(message, question)


def _judge(resolver: Resolver, reply: Reply) -> Told | Failure:
    if reply.rcode not in (NOERROR, NXDOMAIN):
        reason, name = _FAILURES.get(reply.rcode, ("servfail", f"code {reply.rcode}"))
        return Failure(reason, f"{name} from {resolver}")
    if reply.head.answers > MAX_RECORDS:
        return Failure("limit", f"over {MAX_RECORDS} records")
    if not reply.head.recursive and not reply.rows and not reply.proven:
        return Failure("refused", f"{resolver} does not resolve for us")
    return Told(reply, reply.head.authentic and resolver.is_believed)


def _listed(habits: tuple[Habits, ...]) -> str:
    return ", ".join(str(one.resolver) for one in habits)
