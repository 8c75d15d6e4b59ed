"""`python -m bench.peer_live PORT DOMAIN...`: checkdmarc over a resolver on loopback; prints how many queries."""

from __future__ import annotations

import socket
import sys
from typing import Any

import checkdmarc
import dns.nameserver
import dns.query

_sent = 0


def _counted(send: Any) -> Any:
    def count(*args: Any, **kwargs: Any) -> Any:
        global _sent  # noqa: PLW0603 - one process, one count
        _sent += 1
        return send(*args, **kwargs)

    return count


def _on_loopback(connect: Any) -> Any:
    """Nothing leaves the machine, whatever the peer would like to fetch."""

    def guarded(opened: socket.socket, address: Any) -> Any:
        if opened.family != socket.AF_UNIX and address[0] != "127.0.0.1":
            raise PermissionError(f"not on loopback: {address}")
        return connect(opened, address)

    return guarded


if __name__ == "__main__":
    port, *names = sys.argv[1:]
    dns.query.udp, dns.query.tcp = _counted(dns.query.udp), _counted(dns.query.tcp)
    socket.socket.connect = _on_loopback(socket.socket.connect)  # type: ignore[method-assign]
    checkdmarc.check_domains(names, nameservers=[dns.nameserver.Do53Nameserver("127.0.0.1", int(port))])
    sys.stdout.write(f"{_sent}\n")
