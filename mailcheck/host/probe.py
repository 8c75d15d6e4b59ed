"""Harmless questions to the services of the running host, over loopback and Unix sockets alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.host.probe_milter import probe_milters
from mailcheck.host.probe_signing import probe_signing
from mailcheck.host.probe_smtp import probe_smtp
from mailcheck.host.probe_srs import probe_srs
from mailcheck.model.machine import Machine

MOST_DOMAINS = 20


def probed(facts: HostFacts, domains: Sequence[str], root: Path = Path("/")) -> Machine:
    """The machine with what its services answered; `domains` are our own, absolute.

    No mail is sent and nothing is written. `root` is where the host's files lie.
    """
    own = [domain.removesuffix(".") for domain in domains[:MOST_DOMAINS]]
    probes = (*probe_milters(facts), *probe_srs(facts, own), *probe_smtp(facts), *probe_signing(facts, own, root))
    return facts.machine._replace(probes=probes)
