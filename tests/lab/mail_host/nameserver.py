"""A name server on loopback that answers from a folder of master files, and NXDOMAIN for everything else."""

from __future__ import annotations

import socketserver
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import dns.zone


class Nameserver:
    """Answers at `port` of 127.0.0.1, over UDP, while the context lasts."""

    def __init__(self, zones: Path) -> None:
        self.zones = [
            dns.zone.from_file(str(file), origin=f"{file.stem}.", relativize=False)
            for file in zones.glob("*.zone")
        ]
        self._server = _Server(("127.0.0.1", 0), _Query)
        self._server.answers = self
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def text(self, name: str) -> bytes | None:
        """The TXT record at an absolute name, its strings joined: what dkimpy takes as `dnsfunc`."""
        owner = dns.name.from_text(name)
        for zone in self.zones:
            found = zone.get_rdataset(owner, dns.rdatatype.TXT) if owner.is_subdomain(zone.origin) else None
            if found is not None:
                return b"".join(found[0].strings)
        return None

    def answer(self, wire: bytes) -> bytes:
        query = dns.message.from_wire(wire)
        response = dns.message.make_response(query, recursion_available=True)
        question = query.question[0]
        zone = next((zone for zone in self.zones if question.name.is_subdomain(zone.origin)), None)
        node = None if zone is None else zone.get_node(question.name)
        if node is None:
            response.set_rcode(dns.rcode.NXDOMAIN)
        elif (found := node.get_rdataset(question.rdclass, question.rdtype)) is not None:
            response.answer.append(dns.rrset.from_rdata_list(question.name, found.ttl, found))
        return response.to_wire()


class _Server(socketserver.ThreadingUDPServer):
    daemon_threads = True
    answers: Nameserver


class _Query(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        wire, socket = self.request
        socket.sendto(self.server.answers.answer(wire), self.client_address)
