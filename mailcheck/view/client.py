"""One question put to one resolver: by datagram, and once more where the reply calls for it."""

from __future__ import annotations

import asyncio
import os
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


class Client:
    """Asks one resolver, many questions at once."""

    def __init__(self, habits: Habits, budget: Budget, loop: asyncio.AbstractEventLoop) -> None:
        self._habits = habits
        self._resolver = habits.resolver
        self._budget = budget
        self._loop = loop
        self._datagrams: Datagrams | None = None
        self._tcp = asyncio.Semaphore(_TCP_AT_ONCE)

    def close(self) -> None:
        if self._datagrams is not None:
            self._datagrams.close()

    async def ask(self, question: bytes, patience: float, deadline: float) -> Told | Failure | None:
        """The outcome for a question in lower case; None where nothing was heard within `patience` seconds.

        Over TCP there is time until `deadline`. Raises `Spent`.
        """
        habits = self._habits
        asked = vary_case(question, secrets.randbits(8 * len(question))) if habits.keeps_case else question
        try:
            heard = await self._by_datagram(asked, patience)
        except OSError as error:
            habits.unanswered += 1
            return Failure("refused", f"{self._resolver}: {_said(error)}")
        if heard is None:
            habits.unanswered += 1
            return None
        habits.answered = True
        if not heard.same_case:
            heard = await self._confirm(asked, deadline)
            if heard is None:
                if asked == question:
                    return Failure("formerr", f"{self._resolver} answers in another case than it is asked in")
                return await self.ask(question, patience, deadline)
        reply = _read(heard.message, asked)
        if reply is not None and not reply.head.truncated:
            return _judge(self._resolver, reply)
        why = "the answer is truncated" if reply else "the answer is unusable"
        return await self._over_tcp(asked, deadline, f"{self._resolver}: {why}")

    async def _by_datagram(self, asked: bytes, patience: float) -> Heard | None:
        self._budget.take()
        if self._datagrams is None:
            self._datagrams = Datagrams(self._resolver, self._loop)
        return await self._datagrams.ask(asked, patience)

    async def _confirm(self, asked: bytes, deadline: float) -> Heard | None:
        """What is heard over TCP instead of a reply that differs in case, which is never taken.

        It may be forged by one who did not see the query; over TCP nobody forges from afar. A resolver
        that changes the case there too, or takes no TCP (None), is from then on asked in lower case, and
        believed only where every octet fits.
        """
        async with self._tcp:
            if not self._habits.keeps_case:
                return None
            try:
                heard = await self._connect(asked, deadline)
            except OSError:
                heard = None
            self._habits.keeps_case = heard is not None and heard.same_case
            return heard

    async def _over_tcp(self, asked: bytes, deadline: float, why: str) -> Told | Failure:
        try:
            async with self._tcp:
                heard = await self._connect(asked, deadline)
        except TimeoutError:
            return Failure("timeout", f"{why}, and the one over TCP did not come in time")
        except OSError as error:
            return Failure("refused", f"{why}, and TCP fails: {_said(error)}")
        reply = None if heard is None else _read(heard.message, asked)
        if reply is None:
            return Failure("formerr", f"{why}, and the one over TCP is unusable")
        if reply.head.truncated:
            return Failure("unusable", "the answer is truncated over TCP too")
        return _judge(self._resolver, reply)

    async def _connect(self, asked: bytes, deadline: float) -> Heard | None:
        self._budget.take()
        async with asyncio.timeout_at(deadline):
            return await ask_by_tcp(self._resolver, asked)


def _read(message: bytes, question: bytes) -> Reply | None:
    try:
        return read_reply(message, question)
    except Odd:
        return read_odd_reply(message, question)


def _judge(resolver: Resolver, reply: Reply) -> Told | Failure:
    if reply.rcode not in (NOERROR, NXDOMAIN):
        reason, name = _FAILURES.get(reply.rcode, ("servfail", f"code {reply.rcode}"))
        return Failure(reason, f"{name} from {resolver}")
    if reply.head.is_too_long:
        return Failure("unusable", f"over {MAX_RECORDS} records")
    if reply.is_referral or not (reply.head.recursive or reply.rows or reply.is_proven):
        return Failure("refused", f"{resolver} does not resolve for us")
    return Told(reply, reply.head.authentic and resolver.is_believed)


def _said(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else str(error)
