"""SPF held against the spec: whether what it names may send, and whether it names what may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import NamedTuple

from mailcheck.analysis.address_sets import AddressSet, address_set, network_set
from mailcheck.analysis.addresses import ADDRESS_TYPES, HostAddresses, Open, host_addresses, parse_address
from mailcheck.analysis.spf_check import check_host
from mailcheck.analysis.spf_gather import LEADING, MAX_EXCHANGES, Gathered, gather
from mailcheck.analysis.spf_names import target_of
from mailcheck.analysis.spf_records import terms_in_effect
from mailcheck.analysis.spf_request import SpfOutcome, SpfRequest
from mailcheck.grammar.spf import Directive, Modifier
from mailcheck.model.dns import Evaluation, Present, Question, Unknown
from mailcheck.model.names import IPAddress, is_at_or_below
from mailcheck.model.record import Record
from mailcheck.model.spec import DomainSpec, HostSpec, MailSpec


class Client(NamedTuple):
    """A host as receivers see it: its name, what it greets with, its addresses."""

    name: str
    helo: str
    addresses: tuple[IPAddress, ...]


class ClientResult(NamedTuple):
    """What SPF says of one address of a host."""

    host: str
    address: IPAddress
    outcome: SpfOutcome

    @property
    def passes(self) -> bool | Open | None:
        """Whether SPF lets it pass, or the question that leaves this open; None where the record is an error."""
        outcome = self.outcome
        if outcome.result in ("temperror", "undetermined"):
            asked = (entry for step in reversed(outcome.steps) for entry in step.asked)
            failed = ((question, answer) for question, answer in asked if isinstance(answer, Unknown))
            return outcome.open or next(failed, (Question(outcome.domain, "TXT"), Unknown("servfail")))
        return None if outcome.result == "permerror" else outcome.result == "pass"


def client_of(host: HostSpec) -> Client:
    """The host as receivers see it."""
    return Client(host.name, host.helo.removesuffix("."), host.addresses)


def check_clients(domain: str, clients: tuple[Client, ...]) -> Evaluation[tuple[ClientResult, ...]]:
    """check_host() for mail from `domain`, for each address of each host, IPv6 too.

    An address that the host's name does not have is left out: it is wrong in the spec, or in the zone.
    """
    known = yield from host_addresses(*[client.name for client in clients])
    results: list[ClientResult] = []
    for client in clients:
        had = tuple([address for address in client.addresses if not lacks(known[client.name], address)])
        results += yield from check_addresses(domain, client._replace(addresses=had))
    return tuple(results)


def check_addresses(domain: str, client: Client) -> Evaluation[tuple[ClientResult, ...]]:
    """check_host() for mail from `domain`, for each address of the client."""
    results = []
    for address in client.addresses:
        request = SpfRequest(address, domain, f"postmaster@{domain.removesuffix('.')}", client.helo)
        results.append(ClientResult(client.name, address, (yield from check_host(request))))
    return tuple(results)


def lacks(host: HostAddresses, address: IPAddress) -> bool:
    """Whether it is certain that the host's name does not lead to the address."""
    rtype = "A" if address.version == 4 else "AAAA"
    return all(found.address != address for found in host.found) and all(
        question.type != rtype for question, _ in host.unanswered
    )


class Named(NamedTuple):
    """Who may send for `domains` by the spec: host names with their addresses, networks, includes as globs."""

    domains: tuple[str, ...]
    hosts: tuple[str, ...]
    addresses: AddressSet
    includes: frozenset[str]

    def knows(self, include: str) -> bool:
        """Whether an include is that of a sender."""
        return include in self.includes or any(
            [fnmatchcase(include, glob) for glob in self.includes if "*" in glob]
        )


def named_by(spec: MailSpec, domains: tuple[DomainSpec, ...]) -> Named:
    """Whom the spec lets send for any of the domains."""
    hosts = {host.name: host for domain in domains for host in spec.hosts_of(domain)}
    senders = {sender.name: sender for domain in domains for sender in spec.senders_of(domain)}
    addresses = address_set((address, None) for host in hosts.values() for address in host.addresses)
    for sender in senders.values():
        addresses = addresses.joined(network_set(sender.networks))
    includes = {name for sender in senders.values() for name in (*sender.includes, *sender.alternatives)}
    return Named(tuple([domain.name for domain in domains]), tuple(hosts), addresses, frozenset(includes))


class Unnamed(NamedTuple):
    """A term that lets somebody send whom the spec does not name; `include` is empty for an address."""

    record: Record
    term: Directive | Modifier
    include: str
    addresses: AddressSet

    @property
    def text(self) -> str:
        return self.record.text[self.term.start : self.term.end]


class Unnameds(NamedTuple):
    """All such terms in declared records, and the first question that was not answered."""

    found: tuple[Unnamed, ...]
    open: Open | None


def unnamed_terms(domain: str, own: Named, everyone: Named) -> Evaluation[Unnameds]:
    """Whom the declared SPF records of `domain` let send beside those that the spec names.

    The record of the domain is held against `own`; declared records that it leads to serve several domains, as
    a rule, and are held against `everyone`. What only a message tells (`exists`, `ptr`) is left out.
    """
    found = yield from gather(domain)
    hosts = yield from host_addresses(*own.hosts, *everyone.hosts)
    walk = _Walk(found, hosts, everyone.domains)
    walk.visit(domain, own, everyone)
    return Unnameds(tuple(walk.unnamed), walk.open)


def reached_includes(domain: str) -> Evaluation[frozenset[str]]:
    """The names that `include` and `redirect` lead to from the SPF record of `domain`, by terms that let pass."""
    found = yield from gather(domain)
    reached: set[str] = set()
    left = [domain]
    while left:
        for _, target in _leading(left.pop(), found):
            if target not in reached:
                reached.add(target)
                left.append(target)
    return frozenset(reached)


def _leading(name: str, found: Gathered) -> Iterator[tuple[Directive | Modifier, str]]:
    held = found.held.get(name)
    for term in terms_in_effect(held.tree) if held is not None and held.tree is not None else ():
        kind = _kind(term)
        if kind in LEADING and (target := target_of(term, name)) is not None:
            yield term, target


def _kind(term: Directive | Modifier) -> str:
    """The mechanism of a term that lets pass, or the modifier; empty for any other qualifier."""
    if isinstance(term, Modifier):
        return term.name
    return term.mechanism if term.qualifier == "+" else ""


@dataclass(slots=True)
class _Walk:
    found: Gathered
    hosts: Mapping[str, HostAddresses]
    ours: tuple[str, ...]
    unnamed: list[Unnamed] = field(default_factory=list)
    open: Open | None = None
    seen: set[str] = field(default_factory=set)

    def visit(self, name: str, own: Named, everyone: Named) -> None:
        held = self.found.held.get(name)
        if name in self.seen or held is None or held.tree is None or held.tree.invalid or not held.declared:
            return
        self.seen.add(name)
        named = own.addresses.joined(self._declared(own))
        record = held.records[0]
        for term in terms_in_effect(held.tree):
            kind = _kind(term)
            target = target_of(term, name) if kind in LEADING or kind in ("a", "mx") else None
            if kind in LEADING and target is not None and not own.knows(target):
                below = self.found.held[target]
                if below.declared:
                    self.visit(target, everyone, everyone)
                elif any(is_at_or_below(target, domain) for domain in self.ours):
                    self._note(Question(target, "TXT"))  # our own record, of a zone that was not read
                elif isinstance(below.answer, Unknown) or len(below.records) == 1:
                    self.unnamed.append(Unnamed(record, term, target, AddressSet()))
            elif isinstance(term, Directive) and kind in ("ip4", "ip6", "a", "mx"):
                beyond = self._addresses(term, target).without(named)
                if beyond != AddressSet():
                    self.unnamed.append(Unnamed(record, term, "", beyond))

    def _declared(self, named: Named) -> AddressSet:
        """The addresses that DNS gives the named hosts: where the spec has others, spec-host-address says so."""
        return address_set((found.address, None) for name in named.hosts for found in self.hosts[name].found)

    def _addresses(self, term: Directive, target: str | None) -> AddressSet:
        if term.address is not None:
            prefix = term.prefix4 if term.address.version == 4 else term.prefix6
            return address_set([(term.address, prefix)])
        hosts: tuple[str, ...] = () if target is None else (target,)
        if term.mechanism == "mx" and target is not None:
            self._note(Question(target, "MX"))
            hosts = self.found.exchanges.get(target, ())[:MAX_EXCHANGES]
        networks = []
        for question in (Question(host, rtype) for host in hosts for rtype in ADDRESS_TYPES):
            self._note(question)
            answer = self.found.answers.get(question)
            for record in answer.records if isinstance(answer, Present) else ():
                address = parse_address(record.text)
                if address is not None:
                    networks.append((address, term.prefix4 if address.version == 4 else term.prefix6))
        return address_set(networks)

    def _note(self, question: Question) -> None:
        answer = self.found.answers.get(question)
        if isinstance(answer, Unknown) and self.open is None:
            self.open = (question, answer)
