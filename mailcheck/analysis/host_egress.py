"""Where a host's mail leaves, as receivers see it: its addresses, what it greets with, its envelope domains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from mailcheck.analysis.addresses import parse_address
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_paths import text_of
from mailcheck.analysis.networks import DOCUMENTATION, special_network
from mailcheck.analysis.postfix import Postfix, Service
from mailcheck.analysis.postfix_egress import egress, egress_of
from mailcheck.analysis.postfix_settings import Item, Setting
from mailcheck.grammar.mail_domain import mail_domain
from mailcheck.model.location import Location
from mailcheck.model.names import IPAddress
from mailcheck.model.spec import HostSpec, MailSpec


class Exit(NamedTuple):
    """An address that mail leaves from; `at` is what says so.

    `source` is `setting`, `spec`, or `interface` where the running host's own addresses are all that is known.
    `helo` is absolute and lower case, empty where it cannot be told.
    """

    address: IPAddress
    source: Literal["setting", "spec", "interface"]
    at: Location
    helo: str
    helo_at: Location


class Exits(NamedTuple):
    """`why` says why the addresses of a family are not known; empty where they are, or that family is not used."""

    found: tuple[Exit, ...]
    why: str = ""

    @property
    def promised(self) -> tuple[Exit, ...]:
        """Those that mail is to leave from; of IPv6 addresses that nobody chose another rule tells."""
        return tuple([one for one in self.found if one.source != "interface" or one.address.version == 4])


class Origin(NamedTuple):
    """A domain of envelope senders, absolute and lower case; `at` is what says so."""

    domain: str
    at: Location


def exits(facts: HostFacts, postfix: Postfix, host: HostSpec | None) -> Exits:
    """The addresses that others see; none where all mail goes to a relay, whose addresses they see.

    An address that is not public is translated on the way (NAT, RFC 2663): the spec alone tells into which.
    """
    if relays(postfix):
        return Exits(())
    found: list[Exit] = []
    whys = []
    for version in _versions(postfix):
        of_family = [one for one in egress(postfix) if one.address.version == version]
        public = [one for one in of_family if is_public(one.address)]
        found += [Exit(one.address, "setting", one.at, *_helo(postfix, one.service)) for one in public]
        for one in of_family:
            if one in public:
                continue
            behind = tuple(_of_spec(postfix, host, version, one.service))
            found += [leaving for leaving in behind if leaving.address not in [other.address for other in public]]
            if not behind:
                whys.append(f"which address others see for {one.address} is known by the spec alone")
        if _leaves_it_open(postfix, version):
            others = tuple(_by_route(facts, postfix, host, version))
            found += others
            if not others and facts.machine.addresses is None:
                whys.append(
                    f"which IPv{version} addresses mail leaves from is known on the running host, or by the spec"
                )
    unique = {(one.address, one.helo): one for one in reversed(found)}
    return Exits(tuple(reversed(unique.values())), "; ".join(dict.fromkeys(whys)))


def seen_addresses(
    facts: HostFacts, postfix: Postfix, host: HostSpec | None, service: Service | None = None
) -> tuple[IPAddress, ...]:
    """The public addresses that a service, or all of them, may send from; empty where they are not known."""
    bound = [one.address for one in egress(postfix) if service is None or one.service in (None, service)]
    public = tuple([address for address in bound if is_public(address)])
    if public and len(public) == len(bound):
        return public
    seen = (*public, *(host.addresses if host else ()))
    if seen or bound:
        return seen
    return tuple([address for address in facts.machine.addresses or () if is_public(address)])


def relays(postfix: Postfix) -> tuple[Item, ...]:
    """The hosts that all mail is handed to; loopback is no relay."""
    return tuple([item for item in postfix.items("relayhost") if not is_loopback_hop(item.text)])


def next_hop(text: str) -> str:
    """The name or address of a next hop such as `[smtp.example.net]:587`, without brackets and port."""
    if text.startswith("["):
        return text[1:].partition("]")[0].lower()
    host, _, port = text.rpartition(":")
    return (host if host and port.isalnum() and ":" not in host else text).lower()


def is_loopback_hop(text: str) -> bool:
    address = parse_address(next_hop(text).removeprefix("ipv6:"))
    return next_hop(text) == "localhost" or bool(address and address.is_loopback)


def origins(facts: HostFacts, postfix: Postfix, spec: MailSpec, host: HostSpec | None) -> tuple[Origin, ...]:
    """The spec's domains that the host sends for, and `myorigin`."""
    found = {}
    for domain in spec.domains.values():
        if host is not None and host in spec.sending_hosts(domain):
            found[domain.name] = Origin(domain.name, domain.place("hosts"))
    origin = _my_origin(facts, postfix)
    if origin is not None:
        found.setdefault(origin.domain, origin)
    return tuple(found.values())


def _my_origin(facts: HostFacts, postfix: Postfix) -> Origin | None:
    setting = postfix.of("myorigin")
    value: str | None = setting.value
    if setting.value.startswith("/"):
        lines = (text_of(facts.machine.files, setting.value) or "").split()
        value = lines[0] if lines else None
    domain = mail_domain(value) if value and setting.is_determined else None
    return Origin(domain, setting.at) if domain and domain.count(".") > 1 else None


def _versions(postfix: Postfix) -> Iterator[int]:
    protocols = {item.text.lower() for item in postfix.items("inet_protocols")}
    for version in (4, 6):
        if protocols & {"all", f"ipv{version}"}:
            yield version


def _leaves_it_open(postfix: Postfix, version: int) -> bool:
    """Whether the service for all destinations that no table names binds no address of the family."""
    name = postfix.of("default_transport").value.partition(":")[0]
    service = next((one for one in postfix.services_running("smtp") if one.name == name), None)
    return service is not None and not any([one.address.version == version for one in egress_of(postfix, service)])


def _by_route(facts: HostFacts, postfix: Postfix, host: HostSpec | None, version: int) -> Iterator[Exit]:
    promised = tuple(_of_spec(postfix, host, version, None))
    yield from promised
    if not promised:
        helo, helo_at = _helo(postfix, None)
        at = postfix.of("inet_interfaces").at
        for address in facts.machine.addresses or ():
            if address.version == version and is_public(address):
                yield Exit(address, "interface", at, helo, helo_at)


def _of_spec(postfix: Postfix, host: HostSpec | None, version: int, service: Service | None) -> Iterator[Exit]:
    helo, helo_at = _helo(postfix, service)
    for address in host.addresses if host else ():
        if address.version == version:
            assert host is not None
            yield Exit(address, "spec", host.place("addresses"), helo, helo_at)


def is_public(address: IPAddress) -> bool:
    """Whether others can see mail come from it; documentation networks stand for such addresses."""
    special = special_network(address)
    return special is None or special.purpose == DOCUMENTATION


def _helo(postfix: Postfix, service: Service | None) -> tuple[str, Location]:
    setting: Setting = postfix.of("smtp_helo_name", service)
    place = setting if setting.is_set else postfix.of("myhostname", service)
    return (mail_domain(setting.value) or "") if setting.is_determined else "", place.at
