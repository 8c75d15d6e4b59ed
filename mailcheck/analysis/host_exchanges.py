"""Which exchanges of the declared zones are a host that is audited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mailcheck.analysis.addresses import Open, first_open, host_addresses
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.mx_records import Exchange, mx_sets
from mailcheck.model.dns import Evaluation
from mailcheck.model.names import IPAddress
from mailcheck.model.spec import HostSpec
from mailcheck.model.zone import Zone


class Here(NamedTuple):
    """The names of exchanges that lead to a host; `open` is what had to be answered to know of the others."""

    names: tuple[str, ...]
    open: Open | None


def exchanges(zones: Sequence[Zone]) -> Mapping[str, tuple[Exchange, ...]]:
    """By host name the MX records of all zones that name it."""
    found: dict[str, list[Exchange]] = {}
    for zone in zones:
        for mx in mx_sets(zone):
            for exchange in mx.hosts:
                found.setdefault(exchange.name, []).append(exchange)
    return {name: tuple(records) for name, records in found.items()}


def leading_to(names: tuple[str, ...], own: frozenset[str], addresses: frozenset[IPAddress]) -> Evaluation[Here]:
    """Those of `names` that are one of the host's `own` or have one of its addresses."""
    others = [name for name in names if name not in own] if addresses else []
    asked = (yield from host_addresses(*others)) if others else {}
    led = {name for name, one in asked.items() if not addresses.isdisjoint([host.address for host in one.found])}
    still_open = first_open([one for name, one in asked.items() if name not in led])
    return Here(tuple([name for name in names if name in own or name in led]), still_open)


def own_names(facts: HostFacts, host: HostSpec | None) -> frozenset[str]:
    """What the host is called, by itself and in the spec."""
    return frozenset([name for name in (facts.name, host.name if host else "") if name])


def own_addresses(facts: HostFacts, host: HostSpec | None) -> frozenset[IPAddress]:
    """The host's addresses: those of the spec, else those of its interfaces, as far as they are known."""
    found = (host.addresses if host else ()) or facts.machine.addresses or ()
    return frozenset([address for address in found if not address.is_loopback])
