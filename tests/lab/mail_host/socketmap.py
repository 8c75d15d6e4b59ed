"""A server that speaks as PostSRSd 2.x does: Postfix's socketmap (socketmap_table(5)), netstrings over a Unix socket.

Debian 12 has no PostSRSd 2.x. The map `forward` rewrites envelope senders, `reverse` recipients; what it answers
is what PostSRSd 2.4 answered.
"""

from __future__ import annotations

import hmac
import socketserver
import threading
from base64 import b64encode
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import Self

_LIMIT = 9999


class Socketmap:
    """Listens at `path` while the context lasts; `asked` holds every request, such as `forward joe@example.org`."""

    def __init__(
        self, path: Path, domain: str, own_domains: Collection[str] = (), secret: bytes = b"of the tests"
    ) -> None:
        self.path, self.domain, self.own_domains, self._secret = path, domain, {domain, *own_domains}, secret
        self.asked: list[str] = []
        self._server = _Server(str(path), _Session)
        self._server.answers = self
        # Whoever may enter the folder may ask, as Postfix's daemons do.
        path.chmod(0o666)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.path.unlink(missing_ok=True)

    def answer(self, request: str) -> str:
        """What it answers to `MAP ADDRESS`."""
        self.asked.append(request)
        name, _, address = request.partition(" ")
        match name:
            case "forward":
                return self._forward(address)
            case "reverse":
                return self._reverse(address)
            case _:
                return "PERM Invalid map."

    def _forward(self, address: str) -> str:
        local, at, domain = address.rpartition("@")
        if not at:
            return "NOTFOUND No domain."
        if domain.lower() in self.own_domains:
            return "NOTFOUND Need not rewrite local domain."
        rest = f"{domain}={local}"
        return f"OK SRS0={self._hash(rest)}=AA={rest}@{self.domain}"

    def _reverse(self, address: str) -> str:
        local, _, domain = address.rpartition("@")
        parts = local.split("=", 4)
        if domain.lower() != self.domain or len(parts) < 5 or parts[0].upper() != "SRS0":
            return "NOTFOUND Not an SRS address."
        if not hmac.compare_digest(parts[1], self._hash("=".join(parts[3:]))):
            return "NOTFOUND Hash invalid in SRS address."
        return f"OK {parts[4]}@{parts[3]}"

    def _hash(self, text: str) -> str:
        digest = hmac.new(self._secret, text.lower().encode("utf-8"), "sha1").digest()
        return b64encode(digest).decode("ascii")[:4]


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    answers: Socketmap

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is no error."""


class _Session(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        while (request := self._netstring()) is not None:
            answer = self.server.answers.answer(request.decode("utf-8", "replace")).encode("utf-8")
            self.wfile.write(b"%d:%s," % (len(answer), answer))

    def _netstring(self) -> bytes | None:
        """The next request; None at the end of the connection, or where it is no netstring."""
        length = b""
        while (octet := self.rfile.read(1)).isdigit() and len(length) < 5:
            length += octet
        if octet != b":" or not length or int(length) > _LIMIT:
            return None
        content = self.rfile.read(int(length))
        return content if self.rfile.read(1) == b"," else None
