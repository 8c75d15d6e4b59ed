"""One MTA-STS policy over HTTPS, bounded in time and size (RFC 8461 section 3.3).

Imports urllib3, so import this module where a fetch begins, never with the program.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import monotonic
from types import TracebackType

import certifi
from urllib3 import BaseHTTPResponse, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError
from urllib3.exceptions import TimeoutError as HttpTimeout

from mailcheck.model.dns import Reason
from mailcheck.model.names import IPAddress
from mailcheck.view.public_address import is_public

MOST_OCTETS = 65_536
"""Of the policy, decoded."""
MOST_SECONDS = 10.0
"""For everything from the first packet to the last octet."""

_PATH = "/.well-known/mta-sts.txt"
_HTTPS = 443
_CHUNK = 8_192
_NO_POLICY = frozenset({404, 410})
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


class FetchFailedError(Exception):
    """The policy was asked for and could not be had; `detail` says why, in one line."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason: Reason = reason
        self.detail = detail


class PolicyFetcher:
    """Fetches policies by HTTPS, without redirects, proxies, or credentials of the environment.

    - `is_allowed`: which addresses may be connected to; asked before each connection, which then goes
      to that very address. The certificate must be valid for the host's name all the same.
    - `trust_store`: a PEM file of authorities, in place of those that certifi ships.
    """

    def __init__(
        self,
        is_allowed: Callable[[IPAddress], bool] = is_public,
        port: int = _HTTPS,
        trust_store: Path | None = None,
    ) -> None:
        self._is_allowed = is_allowed
        self._port = port
        self._trust_store = str(trust_store or certifi.where())

    def fetch(self, host: str, addresses: Sequence[IPAddress], seconds: float = MOST_SECONDS) -> str | None:
        """The policy that `host` (no final dot) serves at one of its addresses, None where it serves none.

        Raises FetchFailedError. Where no connection comes about the next address is tried.
        """
        allowed = [address for address in addresses if self._is_allowed(address)]
        if not allowed:
            raise FetchFailedError("refused", f"{host} has no public address, only {addresses[0]}")
        with _Deadline(min(seconds, MOST_SECONDS)) as deadline:
            for left, address in zip(range(len(allowed), 0, -1), allowed, strict=True):
                try:
                    return self._fetch_from(address, host, deadline, connect=deadline.remaining / left)
                except (NewConnectionError, ConnectTimeoutError) as error:
                    failure = _failed(error, host)
                except (FetchFailedError, HTTPError, OSError) as error:
                    failure = _failed(error, host)
                    break
        raise _timeout(host) if deadline.passed else failure

    def _fetch_from(self, address: IPAddress, host: str, deadline: _Deadline, connect: float) -> str | None:
        class WatchedConnection(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return deadline.watch(super()._new_conn())

        with contextlib.closing(
            HTTPSConnectionPool(
                str(address),
                self._port,
                timeout=Timeout(connect=max(connect, 0.001), read=MOST_SECONDS),
                retries=False,
                cert_reqs="CERT_REQUIRED",
                ca_certs=self._trust_store,
                server_hostname=host,
            )
        ) as pool:
            pool.ConnectionCls = WatchedConnection
            headers = {
                "Host": host,
                "Accept": "text/plain",
                "Accept-Encoding": "identity",
                "User-Agent": "mailcheck",
            }
            response = pool.urlopen(
                "GET", _PATH, headers=headers, redirect=False, preload_content=False, decode_content=False
            )
            with contextlib.closing(response):
                text = _read(response, host)
        if deadline.passed:  # a body without a length ends where the connection was shut
            raise _timeout(host)
        return text


class _Deadline:
    """One wall clock: when it has run down, the connection is shut, in whatever state it is.

    A socket's own timeout begins anew with each octet, so that a server which drips could hold it for ever.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._ends = monotonic() + seconds
        self._lock = threading.Lock()
        self._watched: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True

    @property
    def remaining(self) -> float:
        """Seconds."""
        return self._ends - monotonic()

    def watch(self, connected: socket.socket) -> socket.socket:
        """Shut `connected` in time; a duplicate is kept, since TLS takes the socket itself away."""
        with self._lock:
            self._forget()
            self._watched = connected.dup()
        if self.passed:
            self._shut()
        return connected

    def _shut(self) -> None:
        with self._lock:
            self.passed = True
            if self._watched is not None:
                with contextlib.suppress(OSError):
                    self._watched.shutdown(socket.SHUT_RDWR)

    def _forget(self) -> None:
        if self._watched is not None:
            self._watched.close()
            self._watched = None

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._forget()


def _read(response: BaseHTTPResponse, host: str) -> str | None:
    if response.status in _NO_POLICY:
        return None
    if response.status != 200:
        raise FetchFailedError("refused", f"{host} answers with status {response.status}")
    if response.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "text/plain":
        raise FetchFailedError("formerr", f"the policy at {host} is not of type text/plain")
    body = bytearray()
    try:
        for part in _decoded(response):
            body += part
            if len(body) > MOST_OCTETS:
                raise FetchFailedError("formerr", f"the policy at {host} is over {MOST_OCTETS} octets")
        return body.decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise FetchFailedError("formerr", f"the policy at {host} is no text") from error


def _decoded(response: BaseHTTPResponse) -> Iterator[bytes]:
    """The body in parts, each of bounded size also where a few octets decode to very many."""
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if coding == "identity":
        while part := response.read(_CHUNK, decode_content=False):
            yield part
        return
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise zlib.error(f"unknown coding {coding}")
    decoder = zlib.decompressobj(_GZIP_OR_ZLIB)
    while part := response.read(_CHUNK, decode_content=False):
        while part:
            yield decoder.decompress(part, MOST_OCTETS)
            part = decoder.unconsumed_tail
    if not decoder.eof:
        raise zlib.error("cut short")


def _timeout(host: str) -> FetchFailedError:
    return FetchFailedError("timeout", f"https://{host}{_PATH}")


def _failed(error: Exception, host: str) -> FetchFailedError:
    if isinstance(error, FetchFailedError):
        return error
    if isinstance(error, NewConnectionError):
        return FetchFailedError("refused", f"no connection to {host}")
    if isinstance(error, HttpTimeout):
        return _timeout(host)
    if isinstance(error, SSLError):
        why = getattr(error.args[0] if error.args else None, "verify_message", "")
        return FetchFailedError("refused", f"no TLS connection to {host}" + (f": {why}" if why else ""))
    return FetchFailedError("formerr", f"{host} gives no valid HTTP answer")
