"""The addresses that carry mail, as the MX and SPF records of the declared zones name them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import Any, NamedTuple

from mailcheck.analysis.addresses import ADDRESS_TYPES, parse_address
from mailcheck.analysis.mx_records import mx_sets
from mailcheck.analysis.networks import unusable_network
from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.grammar.spf import Directive
from mailcheck.model.index import Index
from mailcheck.model.location import Location
from mailcheck.model.names import IPAddress, absolute
from mailcheck.model.zone import Zone, zone_of

_NAMING = ("a", "ip4", "ip6")


class MailAddress(NamedTuple):
    """An address that carries mail, and the record that gives it: A or AAAA of a host, else an SPF term."""

    address: IPAddress
    name: str
    type: str
    at: Location


_Plain = tuple[bytes, str, str, tuple[Any, ...]]
"""A MailAddress, its address as octets and its place as a plain tuple: both are sent in a tenth of the time."""
_Named = tuple[tuple[tuple[str, tuple[_Plain, ...]], ...], tuple[_Plain, ...]]
"""What one zone names: hosts, with what it holds of their addresses, and single addresses of SPF terms."""


def _named(zone: Zone) -> _Named:
    hosts: dict[str, tuple[_Plain, ...]] = {}
    bare = []
    for sender in _senders(zone):
        if not isinstance(sender, str):
            bare.append(sender)
        elif sender not in hosts:
            hosts[sender] = _declared(sender, zone)
    return tuple(hosts.items()), tuple(bare)


def _to_judge(zones: Sequence[Zone], parts: Iterable[_Named]) -> Mapping[str, tuple[MailAddress, ...]]:
    by_name = {zone.name: zone for zone in zones}
    found: dict[bytes, tuple[str, _Plain]] = {}
    of_terms: dict[bytes, tuple[str, _Plain]] = {}
    seen: set[str] = set()
    for zone, (hosts, bare) in zip(zones, parts, strict=True):
        for name, addresses in hosts:
            if name in seen:
                continue
            seen.add(name)
            home = zone_of(name, by_name)
            if home is not None:
                for address in addresses if home is zone else _declared(name, home):
                    found.setdefault(address[0], (home.name, address))
        for address in bare:
            of_terms.setdefault(address[0], (zone.name, address))
    for octets, term in of_terms.items():
        found.setdefault(octets, term)
    return _by_zone(found.values())


mail_addresses = Index(_named, _to_judge)
"""By zone the addresses to judge, each address of all zones once.

Mail hosts are the exchanges of MX records and the hosts of `a` terms in SPF records, whichever
zone names them. They count where a declared zone holds their A or AAAA records: the reverse DNS of
anyone else's host is theirs to mend. A single address of an `ip4` or `ip6` term that no mail host
has belongs to the zone of its SPF record. Private addresses and their like have no public reverse
DNS and are left out.
"""


def _senders(zone: Zone) -> Iterator[str | _Plain]:
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
                yield term.address.packed, spf.name, "TXT", tuple(spf.at.within(term.start, term.end))


def _host(term: Directive, spf: SpfRecord) -> str:
    """The host of an `a` term, `.` where only a message tells it.

    An `mx` term adds none: MX records name the exchanges.
    """
    return absolute(spf.name if term.domain is None else term.domain.literal or "")


def _declared(name: str, home: Zone) -> tuple[_Plain, ...]:
    return tuple(
        [
            (address.packed, name, rtype, tuple(record.at))
            for rtype in ADDRESS_TYPES
            for record in home.at_name(name, rtype)
            if (address := parse_address(record.text)) is not None
        ]
    )


def _by_zone(found: Iterable[tuple[str, _Plain]]) -> Mapping[str, tuple[MailAddress, ...]]:
    judged: dict[str, list[MailAddress]] = {}
    for zone_name, (octets, name, rtype, at) in found:
        address = ip_address(octets)
        if unusable_network(address, None, name) is None:
            judged.setdefault(zone_name, []).append(MailAddress(address, name, rtype, Location(*at)))
    return {zone_name: tuple(addresses) for zone_name, addresses in judged.items()}
