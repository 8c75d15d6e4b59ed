"""A next hop on loopback that takes every message and keeps it."""

from __future__ import annotations

import queue
import socketserver
import threading
from types import TracebackType
from typing import NamedTuple, Self


class Delivered(NamedTuple):
    """A message as it left the host: `sender` and `recipients` are the envelope's, bare addresses."""

    helo: str
    sender: str
    recipients: tuple[str, ...]
    content: bytes


class Sink:
    """Listens at `port` of 127.0.0.1 while the context lasts; `messages` fills as mail arrives."""

    def __init__(self) -> None:
        self.messages: queue.SimpleQueue[Delivered] = queue.SimpleQueue()
        self._server = _Server(("127.0.0.1", 0), _Session)
        self._server.messages = self.messages
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    messages: queue.SimpleQueue[Delivered]

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that ends in the middle is no error: hosts are stopped while they deliver."""


class _Session(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        helo, sender, recipients = "", "", list[str]()
        self._say("220 sink ESMTP")
        while line := self.rfile.readline(4096):
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            match verb.upper():
                case "EHLO" | "HELO":
                    helo = rest
                    self._say("250 sink")
                case "MAIL":
                    sender, recipients = _address(rest), []
                    self._say("250 ok")
                case "RCPT":
                    recipients.append(_address(rest))
                    self._say("250 ok")
                case "DATA":
                    self._say("354 go on")
                    content = self._content()
                    self.server.messages.put(Delivered(helo, sender, tuple(recipients), content))
                    self._say("250 ok")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")

    def _content(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode("ascii") + b"\r\n")


def _address(text: str) -> str:
    """The address between the angle brackets of `FROM:<a@b> SIZE=1`."""
    return text.partition("<")[2].partition(">")[0]
