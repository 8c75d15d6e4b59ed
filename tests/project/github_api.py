"""The part of GitHub's API that keeps comments, on loopback."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit


class GitHub:
    """`comments` of the pull request 7 of octo/zones; `writes` as they came; `refuse` is a status for writes."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.writes: list[tuple[str, str]] = []
        self.refuse = 0
        self.url = ""

    def add(self, body: str, login: str = "github-actions[bot]") -> int:
        """A comment that is there."""
        number = 100 + len(self.comments)
        self.comments.append({"id": number, "body": body, "user": {"login": login}})
        return number

    def answer(self, method: str, target: str, body: bytes, token: str) -> tuple[int, Any, dict[str, str]]:
        """Status, document and headers for a request."""
        parts = urlsplit(target)
        if token != "Bearer the-token":
            return 401, {"message": "Bad credentials"}, {}
        if method == "GET" and parts.path == "/repos/octo/zones/issues/7/comments":
            page, size = (int(parse_qs(parts.query)[name][0]) for name in ("page", "per_page"))
            more = {"Link": f'<{self.url}{parts.path}?page={page + 1}>; rel="next"'}
            return (
                200,
                self.comments[(page - 1) * size : page * size],
                more if len(self.comments) > page * size else {},
            )
        self.writes.append((method, parts.path))
        if self.refuse:
            return self.refuse, {"message": "Resource not accessible by integration"}, {}
        text = json.loads(body)["body"]
        assert len(text) <= 65_536
        if method == "POST" and parts.path == "/repos/octo/zones/issues/7/comments":
            self.add(text)
            return 201, {}, {}
        found = re.fullmatch(r"/repos/octo/zones/issues/comments/([0-9]+)", parts.path)
        assert method == "PATCH"
        assert found
        next(each for each in self.comments if each["id"] == int(found[1]))["body"] = text
        return 200, {}, {}


@contextmanager
def github() -> Iterator[GitHub]:
    """The server, while the block runs."""
    fake = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def _respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, document, headers = fake.answer(
                self.command, self.path, body, self.headers.get("Authorization", "")
            )
            octets = json.dumps(document).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(octets))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(octets)

        do_GET = do_POST = do_PATCH = _respond  # noqa: N815 - the names that the library asks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        fake.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield fake
        server.shutdown()
        thread.join()
