"""A name server on loopback that does whatever a test tells it, over UDP and TCP, and counts what it is sent."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class Asked(NamedTuple):
    """One query as it came, and from where; `name` is lower case and absolute."""

    name: str
    type: str
    query: dns.message.Message
    wire: bytes
    tcp: bool
    client: tuple[str, int]


class Drip(NamedTuple):
    """A TCP stream sent octet by octet, with a pause in seconds before each."""

    octets: bytes
    pause: float


SOA = ". SOA ns.invalid. hostmaster.invalid. 1 2 3 4 5"
"""What an authority section holds where something is absent (RFC 2308 section 2)."""

Behaviour = Callable[[Asked], "Iterable[bytes] | Drip"]
"""The datagrams to send for a query, or the messages to send over TCP; nothing means silence."""


def reply(
    asked: Asked,
    *records: str,
    rcode: str = "NOERROR",
    flags: str = "QR RD RA",
    authority: Sequence[str] = (),
) -> bytes:
    """A reply with records written as `owner type value`, and those of the authority section."""
    message = dns.message.make_response(asked.query)
    message.flags = dns.flags.from_text(flags)
    message.set_rcode(dns.rcode.from_text(rcode))
    for section, lines in ((message.answer, records), (message.authority, authority)):
        for line in lines:
            owner, rtype, value = line.split(" ", 2)
            section.append(dns.rrset.from_text(owner, 300, "IN", rtype, value))
    return message.to_wire(max_size=65_535)


def texts(asked: Asked, *values: bytes) -> bytes:
    """A reply with one TXT record for each value, cut into strings of 255 octets."""
    from dns.rdtypes.ANY.TXT import TXT

    message = dns.message.make_response(asked.query, recursion_available=True)
    rdatas = [
        TXT(1, 16, [value[at : at + 255] for at in range(0, max(1, len(value)), 255)])  # type: ignore[arg-type]
        for value in values
    ]
    message.answer.append(dns.rrset.from_rdata_list(asked.query.question[0].name, 300, rdatas))
    return message.to_wire(max_size=65_535)


def absent(asked: Asked) -> bytes:
    """NXDOMAIN with its SOA."""
    return reply(asked, rcode="NXDOMAIN", authority=(SOA,))


def truncated(asked: Asked) -> bytes:
    """Nothing but the bit that says that there is more."""
    return reply(asked, flags="QR RD RA TC")


class Hostile:
    """A running server: its port, and how often it was asked for what over UDP and TCP together."""

    def __init__(self, behave: Behaviour) -> None:
        self._behave = behave
        self._lock = threading.Lock()
        self.stopped = threading.Event()
        self.port = 0
        self.queries: Counter[tuple[str, str]] = Counter()
        self.tcp_queries = 0
        self.questions: list[bytes] = []

    @property
    def packets(self) -> int:
        return self.queries.total()

    def hear(self, wire: bytes, tcp: bool, client: tuple[str, int]) -> Iterable[bytes] | Drip:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, rtype = question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)
        with self._lock:
            self.queries[name, rtype] += 1
            self.tcp_queries += tcp
            self.questions.append(wire[12:])
        return self._behave(Asked(name, rtype, query, wire, tcp, client))


@contextmanager
def hostile(behave: Behaviour, *, tcp: bool = True) -> Iterator[Hostile]:
    """Run a server with the given behaviour; without `tcp` its port refuses connections."""
    told = Hostile(behave)
    udp_server, tcp_server = _bind(told)
    told.port = udp_server.server_address[1]
    servers: list[socketserver.BaseServer] = [udp_server]
    if tcp:
        servers.append(tcp_server)
        tcp_server.server_activate()
    threads = [threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.02}) for one in servers]
    for thread in threads:
        thread.start()
    try:
        yield told
    finally:
        told.stopped.set()
        for one in servers:
            one.shutdown()
        for thread in threads:
            thread.join()
        udp_server.server_close()
        tcp_server.server_close()


class _Udp(socketserver.UDPServer):
    max_packet_size = 4096
    told: Hostile


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64
    told: Hostile


class _Datagram(socketserver.BaseRequestHandler):
    server: _Udp

    def handle(self) -> None:
        wire, answering = self.request
        sent = self.server.told.hear(wire, False, self.client_address)
        assert not isinstance(sent, Drip)
        for message in sent:
            answering.sendto(message, self.client_address)


class _Stream(socketserver.BaseRequestHandler):
    server: _Tcp

    def handle(self) -> None:
        told = self.server.told
        length = int.from_bytes(self.request.recv(2, socket.MSG_WAITALL), "big")
        wire = self.request.recv(length, socket.MSG_WAITALL)
        if not length or len(wire) < length:
            return  # the client has gone
        sent = told.hear(wire, True, self.client_address)
        with suppress(OSError):  # the client has gone
            if isinstance(sent, Drip):
                for octet in sent.octets:
                    if told.stopped.wait(sent.pause):
                        return
                    self.request.sendall(bytes([octet]))
            else:
                for message in sent:
                    self.request.sendall(len(message).to_bytes(2, "big") + message)


def _bind(told: Hostile) -> tuple[_Udp, _Tcp]:
    """Both servers on one port; TCP is bound but not listening yet."""
    while True:
        udp = _Udp(("127.0.0.1", 0), _Datagram)
        udp.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_000_000)
        tcp = _Tcp(udp.server_address, _Stream, bind_and_activate=False)  # type: ignore[arg-type]
        udp.told = tcp.told = told
        try:
            tcp.server_bind()
        except OSError:
            udp.server_close()
            tcp.server_close()
            continue
        return udp, tcp
