"""Which names the declared SPF records lead to, and which hosts the declared MX records name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from mailcheck.analysis.mx_records import mx_sets
from mailcheck.analysis.spf_names import target_of
from mailcheck.analysis.spf_records import leads_on, spf_records
from mailcheck.analysis.spf_usage import only_included
from mailcheck.grammar.spf import Directive, Modifier, SpfTree
from mailcheck.model.names import parent
from mailcheck.model.zone import Zone


def referenced_names(zones: Sequence[Zone]) -> frozenset[str]:
    """The names that an include or redirect of any declared record leads to, macros but `%{d}` left aside."""
    return frozenset(
        [
            target
            for zone in zones
            for record in spf_records(zone)
            if leads_on(record)
            for target in _targets(record.tree, record.name)
        ]
    )


def parts_of_others(zones: Sequence[Zone]) -> frozenset[str]:
    """Owner names of SPF records that only serve inside other declared records, which answer for their cost."""
    return only_included(zones) & referenced_names(zones)


def exchange_hosts(zones: Sequence[Zone]) -> Mapping[str, tuple[str, ...]]:
    """By zone name, the hosts with an address there that an MX record of any declared zone names."""
    by_name = {zone.name: zone for zone in zones}
    hosts: dict[str, dict[str, None]] = defaultdict(dict)
    for exchange in {found.name: None for zone in zones for mx in mx_sets(zone) for found in mx.hosts}:
        home = exchange
        while home not in by_name and home != ".":
            home = parent(home)
        types = by_name[home].names.get(exchange, {}) if home in by_name else {}
        if "A" in types or "AAAA" in types:
            hosts[home][exchange] = None
    return {zone: tuple(names) for zone, names in hosts.items()}


def _targets(tree: SpfTree, domain: str) -> Iterator[str]:
    leading: list[Directive | Modifier] = [term for term in tree.directives if term.mechanism == "include"]
    leading += [term for term in tree.modifiers if term.name == "redirect"]
    for term in leading:
        target = target_of(term, domain)
        if target is not None:
            yield target
