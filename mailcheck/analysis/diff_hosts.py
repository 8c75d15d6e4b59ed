"""What changes for the hosts that MX records name: their addresses, and the domains that nobody can reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mailcheck.analysis.addresses import HostAddresses, host_addresses
from mailcheck.analysis.mail_statements import exchange_names, exchanges
from mailcheck.analysis.networks import DOCUMENTATION, special_network, unusable_network
from mailcheck.analysis.together import Ask, answered
from mailcheck.model.diff import OtherChange
from mailcheck.model.finding import Severity
from mailcheck.model.names import IPAddress
from mailcheck.model.text import shorten, shown_name
from mailcheck.model.zone import Zone, zone_of

_MOST_LISTED = 6
_NOT_READ = "unread"
_LOST = "none of its exchanges has an address that others can reach"
_UNREACHED = ", which others cannot reach"


class _Host(NamedTuple):
    """The addresses of one mail host; `target` is the name that an alias leads to, where it is known.

    - `reachable`: whether mail can be delivered to any of them, None where that is not determined.
    - `open`: whether any is not determined; `unread`: because its zone file could not be read.
    """

    addresses: frozenset[IPAddress]
    alias: bool
    target: str
    reachable: bool | None
    open: bool
    unread: bool


def mail_host_changes(
    before: Sequence[Zone], after: Sequence[Zone], asks: tuple[Ask, Ask]
) -> Mapping[str, list[OtherChange]]:
    """By the zone of each host what happens to its addresses, and by domain whether it loses all of its hosts."""
    homes = _homes(before, after)
    old_found, new_found = (answered(host_addresses(*homes), ask) for ask in asks)
    examples = any(_is_example(host.address) for found in old_found.values() for host in found.found)
    old, new = _states(old_found, examples), _states(new_found, examples)
    mail_before, mail_after = _by_domain(before), _by_domain(after)
    lost = {
        domain: hosts
        for domain, hosts in mail_after.items()
        if hosts
        and mail_before.get(domain)
        and _none_reachable(hosts, new)
        and not _none_reachable(mail_before[domain], old)
    }
    found: dict[str, list[OtherChange]] = {}
    fatal = {host for hosts in lost.values() for host in hosts}
    in_use = {host for hosts in mail_after.values() for host in hosts}
    changes = {host: _change(host, old[host], new[host]) for host in homes if host in in_use}
    for host, change in changes.items():
        if change is not None and host not in fatal:
            found.setdefault(homes[host], []).append(change)
    for domain, hosts in lost.items():
        why = [change.message.removesuffix(_UNREACHED) for host in sorted(hosts) if (change := changes.get(host))]
        sentence = "; ".join((f"mail to {shown_name(domain)} is lost: {_LOST}", *why[:_MOST_LISTED]))
        found.setdefault(domain, []).append(OtherChange(Severity.ERROR, sentence))
    return found


def _homes(*sides: Sequence[Zone]) -> Mapping[str, str]:
    """The zone of each mail host that a declared zone of either side holds."""
    zones = {zone.name: zone for zones in sides for zone in zones}
    names = {name for zones in sides for zone in zones for name in exchange_names(zone)}
    homes = ((name, zone_of(name, zones)) for name in sorted(names))
    return {name: home.name for name, home in homes if home is not None}


def _is_example(address: IPAddress) -> bool:
    block = special_network(address)
    return block is not None and block.purpose == DOCUMENTATION


def _states(found: Mapping[str, HostAddresses], examples: bool) -> Mapping[str, _Host]:
    return {name: _state(host, examples) for name, host in found.items()}


def _state(found: HostAddresses, examples: bool) -> _Host:
    """`examples`: the state before has addresses that are kept for documentation, which so stand for real ones."""
    addresses = frozenset(host.address for host in found.found)
    usable = any(
        unusable_network(address, None, found.name) is None or (examples and _is_example(address))
        for address in addresses
    )
    ends = [*(host.record.name for host in found.found), *(answer.target for _, answer in found.unanswered)]
    target = next(filter(None, ends), "") if found.chain else ""
    reasons = {answer.reason for _, answer in found.unanswered}
    reachable = True if usable else None if reasons else False
    return _Host(addresses, bool(found.chain), target, reachable, bool(reasons), _NOT_READ in reasons)


def _by_domain(zones: Sequence[Zone]) -> Mapping[str, frozenset[str]]:
    return {
        found.name: frozenset(exchanges([record.text for record in found.records]))
        for zone in zones
        for found in zone.record_sets("MX")
    }


def _none_reachable(hosts: frozenset[str], states: Mapping[str, _Host]) -> bool:
    return all(host in states and states[host].reachable is False for host in hosts)


def _change(name: str, old: _Host, new: _Host) -> OtherChange | None:
    if old == new or old.unread or new.unread:
        return None
    host = shown_name(name)
    if new.alias and (new.target != old.target or not old.alias):
        whose = f" of {shown_name(new.target)}" if new.target else ""
        return OtherChange(Severity.WARNING, f"the mail host {host} is an alias{whose} now, {_where(new)}")
    if old.addresses == new.addresses and not new.open:
        return (
            OtherChange(Severity.INFO, f"the mail host {host} is no alias any more")
            if old.alias and not new.alias
            else None
        )
    if new.open and not old.open:
        return OtherChange(Severity.WARNING, f"the address of the mail host {host} is not determined any more")
    if not new.addresses:
        return None if new.open else OtherChange(Severity.WARNING, f"the mail host {host} has no address any more")
    sentence = f"the mail host {host} is {_where(new)}"
    if new.reachable is False and old.reachable is not False:
        return OtherChange(Severity.WARNING, sentence + _UNREACHED)
    fewer = new.addresses < old.addresses or _families(new) < _families(old)
    return OtherChange(Severity.WARNING if fewer else Severity.INFO, sentence)


def _where(state: _Host) -> str:
    if not state.addresses:
        return "whose address is not determined" if state.open else "which has no address"
    found = [str(address) for address in sorted(state.addresses, key=lambda each: (each.version, int(each)))]
    more = [f"{len(found) - _MOST_LISTED} more"] if len(found) > _MOST_LISTED else []
    return "at " + ", ".join([*map(shorten, found[:_MOST_LISTED]), *more])


def _families(state: _Host) -> set[int]:
    return {address.version for address in state.addresses}
