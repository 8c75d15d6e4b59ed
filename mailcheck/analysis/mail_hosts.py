"""The addresses that carry mail, as the MX and SPF records of the declared zones name them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from mailcheck.analysis.addresses import ADDRESS_TYPES, parse_address
from mailcheck.analysis.mx_records import mx_sets
from mailcheck.analysis.networks import unusable_network
from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.grammar.spf import Directive
from mailcheck.model.location import Location
from mailcheck.model.names import IPAddress, absolute, parent
from mailcheck.model.zone import Zone

_NAMING = ("a", "ip4", "ip6")


class MailAddress(NamedTuple):
    """An address that carries mail, and the record that gives it: A or AAAA of a host, else an SPF term."""

    address: IPAddress
    name: str
    type: str
    at: Location


def mail_addresses(zones: Sequence[Zone]) -> Mapping[str, tuple[MailAddress, ...]]:
    """By zone the addresses to judge, each address of all zones once.

    Mail hosts are the exchanges of MX records and the hosts of `a` terms in SPF records, whichever
    zone names them. They count where a declared zone holds their A or AAAA records: the reverse DNS of
    anyone else's host is theirs to mend. A single address of an `ip4` or `ip6` term that no mail host
    has belongs to the zone of its SPF record. Private addresses and their like have no public reverse
    DNS and are left out.
    """
    by_name = {zone.name: zone for zone in zones}
    hosts: dict[str, None] = {}
    bare: list[tuple[str, MailAddress]] = []
    for zone in zones:
        for sender in _senders(zone):
            if isinstance(sender, str):
                hosts[sender] = None
            else:
                bare.append((zone.name, sender))
    found: dict[IPAddress, tuple[str, MailAddress]] = {}
    for name in hosts:
        home = _zone_of(name, by_name)
        if home is not None:
            for address in _declared(name, home):
                found.setdefault(address.address, (home.name, address))
    for zone_name, address in bare:
        found.setdefault(address.address, (zone_name, address))
    return _by_zone(found.values())


def _senders(zone: Zone) -> Iterator[str | MailAddress]:
    """The mail hosts that the zone names, and the single addresses of its SPF records."""
    for mx in mx_sets(zone):
        for exchange in mx.exchanges:
            yield exchange.name
    for spf in spf_records(zone):
        if spf.tree.kinds.isdisjoint(_NAMING):
            continue
        for term in spf.tree.directives:
            if term.qualifier != "+":
                continue
            if term.mechanism == "a":
                yield _host(term, spf)
            elif term.address is not None and term.prefix4 in (None, 32) and term.prefix6 in (None, 128):
                yield MailAddress(term.address, spf.name, "TXT", spf.at.within(term.start, term.end))


def _host(term: Directive, spf: SpfRecord) -> str:
    """The host of an `a` term, `.` where only a message tells it.

    An `mx` term adds none: MX records name the exchanges.
    """
    return absolute(spf.name if term.domain is None else term.domain.literal or "")


def _declared(name: str, home: Zone) -> Iterator[MailAddress]:
    for rtype in ADDRESS_TYPES:
        for record in home.at_name(name, rtype):
            address = parse_address(record.text)
            if address is not None:
                yield MailAddress(address, name, rtype, record.at)


def _by_zone(found: Iterable[tuple[str, MailAddress]]) -> Mapping[str, tuple[MailAddress, ...]]:
    judged: dict[str, list[MailAddress]] = {}
    for zone_name, address in found:
        if unusable_network(address.address, None, address.name) is None:
            judged.setdefault(zone_name, []).append(address)
    return {zone_name: tuple(addresses) for zone_name, addresses in judged.items()}


def _zone_of(name: str, zones: Mapping[str, Zone]) -> Zone | None:
    """The deepest declared zone that `name` lies in."""
    while name not in zones:
        if name == ".":
            return None
        name = parent(name)
    return zones[name]
