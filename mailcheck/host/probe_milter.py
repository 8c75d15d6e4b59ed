"""Milters asked whether they speak: the first message of the protocol and its answer."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix, Service
from mailcheck.grammar.postfix_values import Endpoint, group, parse_endpoint, split_items
from mailcheck.host.loopback import NotProbed, connected, exactly, shown, why
from mailcheck.model.machine import Probe

_NEGOTIATE, _QUIT = b"O", b"Q"
_VERSION, _ACTIONS, _STEPS = 6, 0x1FF, 0x1FFFFF
_LONGEST = 1_024


def probe_milters(facts: HostFacts) -> Iterator[Probe]:
    """One probe of kind `milter` for each endpoint that an smtpd service or `non_smtpd_milters` names."""
    postfix = facts.postfix
    endpoints: dict[Endpoint, None] = {}
    if postfix is not None:
        for service in postfix.smtpd_services:
            endpoints |= dict.fromkeys(_endpoints(postfix, "smtpd_milters", service))
        for service in postfix.services_running("cleanup")[:1]:
            endpoints |= dict.fromkeys(_endpoints(postfix, "non_smtpd_milters", service))
    for endpoint in endpoints:
        try:
            with connected(endpoint) as connection:
                yield Probe("milter", shown(endpoint), "negotiate", f"version {negotiated(connection)}")
        except NotProbed as error:
            yield Probe("milter", shown(endpoint), "negotiate", not_probed=str(error))
        except (OSError, ValueError) as error:
            yield Probe("milter", shown(endpoint), "negotiate", error=why(error))


def _endpoints(postfix: Postfix, name: str, service: Service) -> Iterator[Endpoint]:
    for item in postfix.items(name, service):
        parts = split_items(group(item.text) or item.text)
        endpoint = parse_endpoint(parts[0].text) if parts else None
        if endpoint is not None:
            path = postfix.host_path(endpoint.path, service) if endpoint.path else ""
            yield endpoint._replace(path=path)


def negotiated(connection: socket.socket) -> int:
    """The version that the milter answers SMFIC_OPTNEG with. Raises ValueError for what is no answer."""
    _send(connection, _NEGOTIATE + struct.pack("!III", _VERSION, _ACTIONS, _STEPS))
    length = struct.unpack("!I", exactly(connection, 4))[0]
    if not 5 <= length <= _LONGEST:
        raise ValueError("the answer is none of a milter")
    answer = exactly(connection, length)
    if answer[:1] != _NEGOTIATE:
        raise ValueError("the answer is none of a milter")
    _send(connection, _QUIT)
    return int(struct.unpack("!I", answer[1:5])[0])


def _send(connection: socket.socket, message: bytes) -> None:
    connection.sendall(struct.pack("!I", len(message)) + message)
