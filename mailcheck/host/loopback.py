"""Connections of probes: to Unix sockets and to loopback addresses of this host, and to nothing else."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address

from mailcheck.grammar.postfix_values import Endpoint

TIMEOUT = 5.0
"""Seconds for each step of a probe."""
_LONGEST_PATH = 107
"""Octets of a Unix socket's path (unix(7))."""


class NotProbed(Exception):  # noqa: N818 - it says why nothing was asked
    """An endpoint that a probe does not connect to."""


@contextmanager
def connected(endpoint: Endpoint, source: str = "") -> Iterator[socket.socket]:
    """A connection to the endpoint. Raises OSError where nobody answers, NotProbed for one that is not local."""
    if endpoint.kind == "unix":
        if len(endpoint.path.encode("utf-8", "surrogateescape")) > _LONGEST_PATH:
            raise NotProbed("its path is too long for a socket")
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(TIMEOUT)
            connection.connect(endpoint.path)
            yield connection
        return
    address = loopback_address(endpoint.host)
    if not (endpoint.port.isascii() and endpoint.port.isdigit() and len(endpoint.port) < 6):
        raise NotProbed("its port is no number")
    start = (source, 0) if source else None
    with socket.create_connection((address, int(endpoint.port)), TIMEOUT, start) as connection:
        yield connection


def loopback_address(host: str) -> str:
    """The loopback address that `host` names. Raises NotProbed for any other host; nothing is resolved."""
    if host in ("localhost", "loopback"):
        return "127.0.0.1"
    try:
        address = ip_address(host)
    except ValueError:
        raise NotProbed(f"{host} is no loopback address") from None
    if not address.is_loopback:
        raise NotProbed(f"{host} is no loopback address")
    return str(address)


def exactly(connection: socket.socket, length: int) -> bytes:
    """So many octets. Raises ValueError where the other side closes before, OSError where it does not answer."""
    octets = b""
    while len(octets) < length:
        more = connection.recv(length - len(octets))
        if not more:
            raise ValueError("the connection was closed without an answer")
        octets += more
    return octets


def why(error: Exception) -> str:
    """The words for what kept a probe from its answer."""
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def shown(endpoint: Endpoint) -> str:
    """The endpoint as Postfix writes it."""
    return f"unix:{endpoint.path}" if endpoint.kind == "unix" else f"inet:{endpoint.host}:{endpoint.port}"
