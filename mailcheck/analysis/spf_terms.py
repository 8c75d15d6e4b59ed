"""What the single terms of an SPF record stand for: macros, networks, and whether two match the same clients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import NamedTuple, cast

from mailcheck.analysis.address_sets import AddressSet, address_set, union
from mailcheck.analysis.spf_records import SpfRecord
from mailcheck.grammar.spf import Directive, Invalid, Modifier, Term
from mailcheck.grammar.spf_macro import Expansion, MacroString
from mailcheck.model.names import IPAddress, absolute

_TARGET_MODIFIERS = ("redirect", "exp")


class Network(NamedTuple):
    """What an `ip4` or `ip6` term covers: IP version, first address as an integer, prefix length."""

    version: int
    first: int
    prefix: int

    def widened(self, prefix: int) -> Network:
        """The network of a shorter prefix length that this one lies in."""
        host_bits = (32 if self.version == 4 else 128) - prefix
        return Network(self.version, self.first >> host_bits << host_bits, prefix)


class Macro(NamedTuple):
    """A macro's letter, in lower case, and where it stands in the record's text."""

    letter: str
    start: int
    end: int


def term_text(spf: SpfRecord, term: Term) -> str:
    """The term as written."""
    return spf.record.text[term.start : term.end]


def network_of(term: Directive) -> Network | None:
    """The network of an `ip4` or `ip6` term, host bits cleared; None for other mechanisms."""
    address = term.address
    if address is None:
        return None
    version, longest, prefix = (4, 32, term.prefix4) if term.mechanism == "ip4" else (6, 128, term.prefix6)
    if prefix is None:
        return Network(version, int(address), longest)
    host_bits = longest - prefix
    return Network(version, int(address) >> host_bits << host_bits, prefix)


def macros_of(term: Term) -> Iterable[Macro]:
    """The macros of a mechanism, of `redirect` or of `exp`."""
    if isinstance(term, Directive):
        value = term.domain
    else:
        value = term.value if isinstance(term, Modifier) and term.name in _TARGET_MODIFIERS else None
    if value is None or isinstance(term, Invalid) or not value.letters:
        return ()
    start = term.value_start
    found = [part for part in value.parts if isinstance(part, Expansion)]
    return [Macro(part.letter, start + part.start, start + part.end) for part in found]


def same_clients_key(term: Directive, owner: str) -> tuple[object, ...]:
    """Equal for two terms of the record at `owner` that match the same clients, whatever their qualifiers."""
    network = network_of(term)
    if network is not None:
        return network
    domain = owner if term.domain is None else _normal(term.domain)
    if term.prefix4 is None and term.prefix6 is None:
        return term.mechanism, domain
    prefix4 = 32 if term.prefix4 is None else term.prefix4
    prefix6 = 128 if term.prefix6 is None else term.prefix6
    whole = (prefix4, prefix6) == (32, 128)
    return (term.mechanism, domain) if whole else (term.mechanism, domain, prefix4, prefix6)


def _normal(domain: MacroString) -> str:
    """The name without regard to case and final dot; macros are kept as written, their case has a meaning."""
    return domain.text if "%" in domain.text else absolute(domain.text)


def qualifier_and_kind(term: Directive | Modifier) -> tuple[str, bool]:
    """The qualifier, and whether it is an `ip4` or `ip6` term: such neighbours can be looked at together."""
    return (term.qualifier, term.address is not None) if isinstance(term, Directive) else ("+", False)


def listed_networks(terms: Iterable[Directive | Modifier]) -> AddressSet:
    """The union of the networks of `ip4` and `ip6` terms.

    A mapped one is left out: what comes from there is checked as IPv4 (RFC 7208 section 5).
    """
    networks = map(_network, cast("Iterable[Directive]", terms))
    return address_set([network for network in networks if not _is_mapped(*network)])


def first_matches(terms: Iterable[Directive]) -> Mapping[str, AddressSet]:
    """By qualifier the addresses for which the first matching one of `ip4` and `ip6` terms has it."""
    networks: dict[str, list[AddressSet]] = {}
    matched = AddressSet()
    for qualifier, alike in groupby(terms, key=lambda term: term.qualifier):
        listed = listed_networks(alike)
        networks.setdefault(qualifier, []).append(listed.without(matched))
        matched = matched.joined(listed)
    return {qualifier: union(parts) for qualifier, parts in networks.items()}


def _network(term: Directive) -> tuple[IPAddress, int | None]:
    address = cast("IPAddress", term.address)
    return address, term.prefix4 if address.version == 4 else term.prefix6


def _is_mapped(address: IPAddress, prefix: int | None) -> bool:
    """Whether all of the network lies in ::ffff:0:0/96 (RFC 4291 section 2.5.5.2)."""
    return address.version == 6 and address.ipv4_mapped is not None and (prefix is None or prefix >= 96)
