"""Sockets to a resolver: a few UDP ones with many queries in flight, and a TCP one for each that needs it."""

from __future__ import annotations

import secrets
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mailcheck.view.resolvers import Resolver
from mailcheck.view.wire import holds_question, holds_question_in_other_case, is_reply, write_query

if TYPE_CHECKING:
    import asyncio

_SOCKET_BITS: Final = 3
_MOST_OCTETS: Final = 4096
_AT_ONCE: Final = 64
"""Datagrams taken from one socket before the others have their turn."""


class Heard(NamedTuple):
    """A reply to the question that was asked; `same_case` where it repeats the case of its letters."""

    message: bytes
    same_case: bool


class _Waiting(NamedTuple):
    question: bytes
    heard: asyncio.Future[Heard | None]


class Datagrams:
    """UDP sockets connected to one resolver, so that the kernel drops what comes from elsewhere.

    The kernel picks each source port at random, each query gets a random id that is not in flight on
    its socket, and a datagram is a reply only where id and question fit: others are ignored
    (RFC 5452 section 9).
    """

    def __init__(self, resolver: Resolver, loop: asyncio.AbstractEventLoop) -> None:
        """Raises `OSError` where there is no route to the resolver."""
        self._loop = loop
        self._waiting: list[dict[int, _Waiting]] = []
        self._sockets: list[socket.socket] = []
        try:
            for _ in range(1 << _SOCKET_BITS):
                self._open(resolver)
        except OSError:
            self.close()
            raise

    def _open(self, resolver: Resolver) -> None:
        family, address = _socket_address(resolver, socket.SOCK_DGRAM)
        opened = socket.socket(family, socket.SOCK_DGRAM)
        waiting: dict[int, _Waiting] = {}
        self._sockets.append(opened)
        self._waiting.append(waiting)
        opened.setblocking(False)
        opened.connect(address)
        self._loop.add_reader(opened, self._read, opened, waiting)

    def close(self) -> None:
        for opened in self._sockets:
            self._loop.remove_reader(opened)
            opened.close()

    async def ask(self, question: bytes, patience: float) -> Heard | None:
        """The first reply to the question, None where none came within `patience` seconds.

        Raises `OSError` where the resolver's host says that nothing listens there.
        """
        chosen, message_id = _draw()
        while message_id in self._waiting[chosen]:
            chosen, message_id = _draw()
        waiting = self._waiting[chosen]
        heard: asyncio.Future[Heard | None] = self._loop.create_future()
        waiting[message_id] = _Waiting(question, heard)
        timer = self._loop.call_later(patience, _give_up, heard)
        try:
            with suppress(BlockingIOError):  # as if the network had lost it
                self._sockets[chosen].send(write_query(message_id, question))
            return await heard
        finally:
            timer.cancel()
            waiting.pop(message_id, None)

    def _read(self, opened: socket.socket, waiting: dict[int, _Waiting]) -> None:
        for _ in range(_AT_ONCE):
            try:
                message = opened.recv(_MOST_OCTETS)
            except BlockingIOError:
                return
            except OSError as error:
                for one in waiting.values():
                    if not one.heard.done():
                        one.heard.set_exception(error)
                return
            if not is_reply(message):
                continue
            asked = waiting.get(int.from_bytes(message[:2], "big"))
            if asked is None or asked.heard.done():
                continue
            if holds_question(message, asked.question):
                asked.heard.set_result(Heard(message, True))
            elif holds_question_in_other_case(message, asked.question):
                asked.heard.set_result(Heard(message, False))


async def ask_by_tcp(resolver: Resolver, question: bytes) -> Heard | None:
    """The reply over TCP (RFC 7766), None where it is none to this query; its length is 65,535 at most.

    Raises `OSError` where there is no connection, or it ends early. Bound the time around it.
    """
    import asyncio

    loop = asyncio.get_running_loop()
    family, address = _socket_address(resolver, socket.SOCK_STREAM)
    query = write_query(secrets.randbits(16), question)
    with socket.socket(family, socket.SOCK_STREAM) as opened:
        opened.setblocking(False)
        await loop.sock_connect(opened, address)
        await loop.sock_sendall(opened, len(query).to_bytes(2, "big") + query)
        length = int.from_bytes(await _receive(loop, opened, 2), "big")
        message = await _receive(loop, opened, length)
    if not is_reply(message) or message[:2] != query[:2]:
        return None
    if holds_question(message, question):
        return Heard(message, True)
    return Heard(message, False) if holds_question_in_other_case(message, question) else None


async def _receive(loop: asyncio.AbstractEventLoop, opened: socket.socket, length: int) -> bytes:
    received = bytearray()
    while len(received) < length:
        part = await loop.sock_recv(opened, length - len(received))
        if not part:
            raise ConnectionAbortedError("the connection ended early")
        received += part
    return bytes(received)


def _draw() -> tuple[int, int]:
    """One of the sockets and an id, by chance that cannot be foreseen."""
    return divmod(secrets.randbits(_SOCKET_BITS + 16), 1 << 16)


def _give_up(heard: asyncio.Future[Heard | None]) -> None:
    if not heard.done():
        heard.set_result(None)


def _socket_address(resolver: Resolver, kind: socket.SocketKind) -> tuple[socket.AddressFamily, Any]:
    found = socket.getaddrinfo(resolver.address, resolver.port, type=kind, flags=socket.AI_NUMERICHOST)
    return found[0][0], found[0][4]
