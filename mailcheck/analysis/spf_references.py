"""Which names the declared SPF records lead to, and which hosts the declared MX records name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mailcheck.analysis.mx_records import mx_sets
from mailcheck.analysis.spf_names import target_of
from mailcheck.analysis.spf_records import leads_on, spf_records
from mailcheck.grammar.spf import Directive, Modifier, SpfTree
from mailcheck.model.index import Index, all_names
from mailcheck.model.zone import Zone, zone_of


def _referenced_names(zone: Zone) -> tuple[str, ...]:
    return tuple(
        [
            target
            for record in spf_records(zone)
            if leads_on(record)
            for target in _targets(record.tree, record.name)
        ]
    )


referenced_names = Index(_referenced_names, all_names)
"""The names that an include or redirect of any declared record leads to, macros but `%{d}` left aside."""


def _exchanges(zone: Zone) -> tuple[tuple[str, bool], ...]:
    """The exchanges that a zone names, and whether it holds an address of each."""
    names = dict.fromkeys([host.name for mx in mx_sets(zone) for host in mx.hosts])
    return tuple([(name, _has_address(zone, name)) for name in names])


def _by_home(
    zones: Sequence[Zone], exchanges: Iterable[tuple[tuple[str, bool], ...]]
) -> Mapping[str, tuple[str, ...]]:
    by_name = {zone.name: zone for zone in zones}
    hosts: dict[str, dict[str, None]] = defaultdict(dict)
    for zone, named in zip(zones, exchanges, strict=True):
        for exchange, has_address in named:
            home = zone_of(exchange, by_name)
            if home is not None and (has_address if home is zone else _has_address(home, exchange)):
                hosts[home.name][exchange] = None
    return {name: tuple(found) for name, found in hosts.items()}


exchange_hosts = Index(_exchanges, _by_home)
"""By zone name, the hosts with an address there that an MX record of any declared zone names."""


def _has_address(zone: Zone, name: str) -> bool:
    types = zone.names.get(name, {})
    return "A" in types or "AAAA" in types


def _targets(tree: SpfTree, domain: str) -> Iterator[str]:
    leading: list[Directive | Modifier] = [term for term in tree.directives if term.mechanism == "include"]
    leading += [term for term in tree.modifiers if term.name == "redirect"]
    for term in leading:
        target = target_of(term, domain)
        if target is not None:
            yield target
