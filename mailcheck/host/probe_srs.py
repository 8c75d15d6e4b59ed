"""The SRS service asked to rewrite addresses, there and back, over the tables that main.cf names."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix
from mailcheck.grammar.postfix_values import Endpoint, parse_endpoint
from mailcheck.host.loopback import NotProbed, connected, exactly, shown, why
from mailcheck.model.machine import Probe

FOREIGN = "probe@forwarded.example"
"""An address of no domain of ours (RFC 2606)."""
_LONGEST = 4_096


def probe_srs(facts: HostFacts, own: Sequence[str]) -> Iterator[Probe]:
    """Probes of kind `srs-forward` for a foreign address and one of each of our own domains, and of kind
    `srs-reverse` for what the foreign one became. Domains are without final dot."""
    if facts.postfix is None:
        return
    forward = list(_tables(facts.postfix, "sender_canonical_maps"))
    backward = list(_tables(facts.postfix, "recipient_canonical_maps"))
    for table in forward:
        for address in (FOREIGN, *(f"postmaster@{domain}" for domain in own)):
            probe = _asked("srs-forward", table, address)
            yield probe
            rewritten = probe.answer.partition(" ")[2].strip()
            if address == FOREIGN and rewritten.startswith("SRS"):
                yield from (_asked("srs-reverse", other, rewritten) for other in backward)


class _Table(tuple[str, Endpoint, str]):
    """The type of a table, where it is asked, and for a socketmap the map's name."""

    __slots__ = ()


def _tables(postfix: Postfix, setting: str) -> Iterator[_Table]:
    for use in postfix.maps:
        if use.setting != setting:
            continue
        if use.type == "tcp":
            host, _, port = use.path.rpartition(":")
            yield _Table(("tcp", Endpoint("inet", "", host, port), ""))
        elif use.type == "socketmap":
            where, _, name = use.path.rpartition(":")
            endpoint = parse_endpoint(where)
            if endpoint is not None:
                path = postfix.host_path(endpoint.path) if endpoint.path else ""
                yield _Table(("socketmap", endpoint._replace(path=path), name))


def _asked(kind: str, table: _Table, address: str) -> Probe:
    style, endpoint, name = table
    try:
        with connected(endpoint) as connection:
            answer = _by_table(connection, address) if style == "tcp" else _by_map(connection, name, address)
    except NotProbed as error:
        return Probe(kind, shown(endpoint), address, not_probed=str(error))
    except (OSError, ValueError) as error:
        return Probe(kind, shown(endpoint), address, error=why(error))
    return Probe(kind, shown(endpoint), address, answer)


def _by_table(connection: socket.socket, address: str) -> str:
    """tcp_table(5): `get ADDRESS`, answered by a code and a text, `%XX` for what is not printable."""
    connection.sendall(f"get {address}\n".encode("ascii"))
    return _line(connection, b"\n")


def _by_map(connection: socket.socket, name: str, address: str) -> str:
    """socketmap_table(5): netstrings, `OK TEXT` or a word and why."""
    question = f"{name} {address}".encode("ascii")
    connection.sendall(b"%d:%s," % (len(question), question))
    length = _line(connection, b":")
    if not (length.isdigit() and int(length) <= _LONGEST):
        raise ValueError("the answer is no netstring")
    return exactly(connection, int(length) + 1)[:-1].decode("ascii", "backslashreplace")


def _line(connection: socket.socket, end: bytes) -> str:
    octets = b""
    while not octets.endswith(end):
        if len(octets) > _LONGEST:
            raise ValueError("the answer is too long")
        octets += exactly(connection, 1)
    return octets[:-1].decode("ascii", "backslashreplace").strip()
