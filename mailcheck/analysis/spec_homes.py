"""In which declared zone each name of the spec is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mailcheck.model.names import parent
from mailcheck.model.spec import DomainSpec, HostSpec, MailSpec, Promises
from mailcheck.model.zone import Zone


def promises_by_zone(spec: MailSpec, zones: Sequence[Zone]) -> Mapping[str, Promises]:
    """What the spec says, by the name of the deepest declared zone that the name lies in.

    Hosts whose zone is not declared are judged with the first one, by what the lock or the resolver answers.
    Domains without a declared zone are not judged.
    """
    if not spec.written or not zones:
        return {}
    names = {zone.name for zone in zones}
    domains: dict[str, list[DomainSpec]] = {name: [] for name in names}
    hosts: dict[str, list[HostSpec]] = {name: [] for name in names}
    forwarders: dict[str, list[HostSpec]] = {name: [] for name in names}
    for domain in spec.domains.values():
        if (home := home_of(domain.name, names)) is not None:
            domains[home].append(domain)
    for host in spec.hosts.values():
        hosts[home_of(host.name, names) or zones[0].name].append(host)
        if host.srs_domain:
            forwarders[home_of(host.srs_domain, names) or zones[0].name].append(host)
    return {name: Promises(tuple(domains[name]), tuple(hosts[name]), tuple(forwarders[name])) for name in names}


def home_of(name: str, zones: set[str]) -> str | None:
    """The deepest of `zones` that `name` lies in."""
    while name not in zones:
        if name == ".":
            return None
        name = parent(name)
    return name
