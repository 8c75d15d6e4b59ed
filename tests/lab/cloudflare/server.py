"""The fake over HTTP on loopback: the log of requests, and the faults on their way."""

from __future__ import annotations

import json
import os
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.lab.cloudflare.api import Api
from tests.lab.cloudflare.envelope import Answer
from tests.lab.cloudflare.faults import Fault, Faults
from tests.lab.cloudflare.request import Request

PREFIX = "/client/v4"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Server(ThreadingHTTPServer):
    """Answers for an API at 127.0.0.1 until it is stopped."""

    daemon_threads = True

    def __init__(self, api: Api, faults: Faults, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.api, self.faults = api, faults
        self.requests: list[Request] = []
        self.watch: Callable[[Request], object] | None = None
        self.closing = Event()
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        """The base URL of the API."""
        return f"http://127.0.0.1:{self.server_address[1]}{PREFIX}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End every answer under way and every connection."""
        self.closing.set()
        self.shutdown()
        self._thread.join()
        self.server_close()
        with self._lock:
            for connection in self._open:
                # It may have ended by itself just now.
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def server_bind(self) -> None:
        # HTTPServer would look its own name up in DNS.
        TCPServer.server_bind(self)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone is no matter."""

    def log(self, method: str, target: str, raw: bytes, headers: dict[str, str]) -> Request:
        """Write a request down."""
        url = urlsplit(target)
        path = url.path.partition(PREFIX)[2]
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        with self._lock:
            number = len(self.requests) + 1
            request = Request(number, method, path, query, _parsed(raw), raw, headers, time.monotonic())
            self.requests.append(request)
            if self.watch is not None:
                self.watch(request)
        return request


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # Head and body leave in one segment: two would wait for each other.
    wbufsize = -1
    server: Server

    def do_GET(self) -> None:
        self._do()

    def do_POST(self) -> None:
        self._do()

    def do_PUT(self) -> None:
        self._do()

    def do_PATCH(self) -> None:
        self._do()

    def do_DELETE(self) -> None:
        self._do()

    def _do(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        raw = self.rfile.read(int(headers.get("content-length", 0)))
        request = self.server.log(self.command, self.path, raw, headers)
        fault = self.server.faults.take(request) or Fault()
        if fault.before is not None:
            fault.before()
        truth = self.server.api.answer(request) if fault.carried_out else None
        if fault.wait is not None:
            fault.wait(self.server.closing)
        answer = fault.answer or truth
        if fault.resets or answer is None:
            self._reset()
        else:
            self._send(answer, len(answer.body) // 2 if fault.cuts else len(answer.body))

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def _send(self, answer: Answer, octets: int) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body[:octets])
        self.close_connection |= octets < len(answer.body)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        os.close(self.connection.detach())
        self.close_connection = True


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None
