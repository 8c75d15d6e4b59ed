"""The domains that DMARC reports are sent to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from mailcheck.analysis.dmarc_records import dmarc_records
from mailcheck.model.index import Index
from mailcheck.model.location import Location
from mailcheck.model.zone import Zone, zone_of

_Hosts = tuple[tuple[str, tuple[Any, ...]], ...]
"""The hosts of a zone's report addresses, each with the first place that names it, as a plain tuple."""


def _hosts(zone: Zone) -> _Hosts:
    found: dict[str, tuple[Any, ...]] = {}
    for record in dmarc_records(zone):
        for uri in (*record.tree.rua, *record.tree.ruf):
            if uri.scheme == "mailto" and uri.host and uri.host not in found:
                found[uri.host] = tuple(record.at.within(uri.host_start, uri.host_end))
    return tuple(found.items())


def _by_home(zones: Sequence[Zone], parts: Iterable[_Hosts]) -> Mapping[str, Mapping[str, Location]]:
    by_name = {zone.name: zone for zone in zones}
    found: dict[str, dict[str, Location]] = {}
    for host, at in chain.from_iterable(parts):
        home = zone_of(host, by_name)
        if home is not None:
            hosts = found.setdefault(home.name, {})
            if host not in hosts:
                hosts[host] = Location(*at)
    return found


report_domains = Index(_hosts, _by_home)
"""By zone name the domains there that DMARC reports are sent to, each with the first place that names it."""
