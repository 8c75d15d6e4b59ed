"""A TCP relay before a server, which loses answers when told to: what was asked was done, and nobody hears of it."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Relay:
    """`port` on 127.0.0.1; when `losing`, the next request goes through and its answer does not; or `losing_all`."""

    def __init__(self) -> None:
        self.port = 0
        self.losing = self.losing_all = False


@contextmanager
def relay(target: int) -> Iterator[Relay]:
    """A relay to a port of 127.0.0.1, while the context lasts."""
    found = Relay()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(("127.0.0.1", target), 10) as server:
                back = threading.Thread(target=_answers, args=(server, self.request, found), daemon=True)
                back.start()
                while data := self.request.recv(65536):
                    server.sendall(data)
                server.shutdown(socket.SHUT_WR)
                back.join(10)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A connection that was cut on purpose is no error."""

    with Server(("127.0.0.1", 0), Handler) as server:
        found.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join(10)


def _answers(server: socket.socket, client: socket.socket, relay: Relay) -> None:
    while data := server.recv(65536):
        if relay.losing:
            client.shutdown(socket.SHUT_RDWR)
            relay.losing = relay.losing_all
            return
        client.sendall(data)
