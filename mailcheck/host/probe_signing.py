"""OpenDKIM asked to sign a message without being sent one: its test mode reads it and prints the header."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.host.programs import Identity, ask
from mailcheck.model.machine import Probe

PROGRAM = Path("/usr/sbin/opendkim")
_HEADER = re.compile(r"^DKIM-Signature:[ \t]*(.*(?:\r?\n[ \t].*)*)", re.MULTILINE)
_LIMIT = 100_000


def probe_signing(facts: HostFacts, domains: Sequence[str], root: Path) -> Iterator[Probe]:
    """Probes of kind `signature`, one for each domain (no final dot): asked is the message, with CRLF, and the
    answer the value of the header that OpenDKIM would put above it.

    OpenDKIM runs as the user of its configuration, since it refuses keys that others own.
    """
    if facts.opendkim is None:
        return
    user, group = facts.opendkim.user.value, facts.opendkim.group.value
    identity = Identity(user, group) if os.geteuid() == 0 and user and group else None
    conf = str(root / facts.opendkim.conf_path.lstrip("/"))
    for domain in domains:
        message = _message(domain, facts.machine.read_at)
        said = ask(PROGRAM, ["-x", conf, "-t", "-"], _LIMIT, stdin=message.encode("ascii"), identity=identity)
        if said is None:
            yield Probe("signature", domain, message, error="`opendkim -t` fails")
            continue
        found = _HEADER.search(said.octets.decode("ascii", "backslashreplace"))
        value = "\r\n".join(found[1].splitlines()) if found else ""
        yield Probe("signature", domain, message, value)


def _message(domain: str, date: datetime) -> str:
    return (
        f"From: probe@{domain}\r\n"
        f"To: probe@recipient.example\r\n"
        f"Subject: a probe of mailcheck, never sent\r\n"
        f"Date: {format_datetime(date)}\r\n"
        f"Message-ID: <probe@{domain}>\r\n"
        "\r\n"
        "Nobody is to get this.\r\n"
    )
