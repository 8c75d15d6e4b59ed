"""The records that a spec needs, as zones to write: what a postmaster would type by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_network
from types import MappingProxyType
from typing import NamedTuple

from mailcheck.analysis.draft_senders import sender_keys, sender_terms
from mailcheck.analysis.public_suffix import is_public_suffix
from mailcheck.model.draft import Entry, ZoneDraft, draft_record
from mailcheck.model.names import IPAddress, absolute, is_at_or_below, parent, reverse_name, split_labels
from mailcheck.model.spec import DomainSpec, HostSpec, MailSpec

_ZONE_NOTES = (
    "What mail needs of this zone. A zone holds more: SOA and NS of your name servers, the web site.",
    "Where it exists elsewhere already, add these records there.",
)
_REVERSE_NOTES = (
    "The names of your addresses. Whoever gave you the addresses holds this zone, unless it was delegated to you:",
    "else have these names set there.",
)
_REVERSE_PREFIX = {4: 24, 6: 64}
_REPORT_LABEL = "._report._dmarc."


class Wants(NamedTuple):
    """What the records need besides the spec.

    `keys`: DKIM key records by their names; `missing_keys`: why there is none, likewise. `notes` are comment
    lines for the SPF record of a domain.
    """

    keys: Mapping[str, str] = MappingProxyType({})
    missing_keys: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    notes: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def zone_drafts(spec: MailSpec, wants: Wants) -> tuple[ZoneDraft, ...]:
    """The forward zones in the order of the spec's domains, then the reverse zones."""
    zones: dict[str, list[Entry]] = {}
    for domain in spec.domains.values():
        _add(zones, spec, _domain_entries(domain, spec, wants))
    for host in spec.hosts.values():
        _add(zones, spec, _host_entries(host, spec))
    forward = [
        ZoneDraft(name, tuple(_ordered(name, _distinct(entries))), _ZONE_NOTES) for name, entries in zones.items()
    ]
    return (*forward, *_reverse_zones(spec.hosts.values()))


def home_zone(name: str, domains: Iterable[str]) -> str:
    """The zone that a name is written to: that of the shortest domain above it, else the registrable domain."""
    above = [domain for domain in domains if is_at_or_below(name, domain)]
    if above:
        return min(above, key=len)
    zone = name
    while not is_public_suffix(parent(zone)):
        zone = parent(zone)
    return zone


def _add(zones: dict[str, list[Entry]], spec: MailSpec, entries: Iterable[tuple[str, Entry]]) -> None:
    for name, entry in entries:
        zones.setdefault(home_zone(name, spec.domains), []).append(entry)


def _ordered(zone: str, entries: Iterable[Entry]) -> list[Entry]:
    """By name, the zone's own first; an entry without records stays behind the one before it."""
    keyed = []
    key: tuple[str, ...] = ()
    for number, entry in enumerate(entries):
        if entry.records:
            name = entry.records[0].name
            key = () if name == zone else tuple(reversed(split_labels(name)))
        keyed.append((key, number, entry))
    return [entry for _, _, entry in sorted(keyed, key=lambda item: item[:2])]


def _distinct(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Each record set once: two parts of a spec may ask for the same."""
    seen = set()
    for entry in entries:
        key = tuple((record.name, record.type) for record in entry.records)
        if not key or key not in seen:
            yield entry
        seen.add(key)


def _set(name: str, rtype: str, *texts: str, notes: tuple[str, ...] = ()) -> tuple[str, Entry]:
    return name, Entry(tuple([draft_record(name, rtype, text) for text in texts]), notes)


def _domain_entries(domain: DomainSpec, spec: MailSpec, wants: Wants) -> Iterator[tuple[str, Entry]]:
    name = domain.name
    exchanges = [host for host in spec.hosts_of(domain) if "mx" in host.roles and domain.role.receives]
    if exchanges:
        yield _set(name, "MX", *[f"10 {host.name}" for host in exchanges])
    yield _set(name, "TXT", _spf(domain, spec, wants), notes=wants.notes.get(name, ()))
    if domain.role.receives and not exchanges:
        yield name, Entry(notes=("MX: no host here takes its mail. Add the exchanges that do.",))
    yield from _keys(domain, spec, wants)
    yield from _dmarc(domain, spec)


def _spf(domain: DomainSpec, spec: MailSpec, wants: Wants) -> str:
    if not domain.role.sends:
        return "v=spf1 -all"
    hosts = ["a" if host.name == domain.name else f"a:{_bare(host.name)}" for host in spec.sending_hosts(domain)]
    terms = dict.fromkeys([*hosts, *[term for sender in spec.senders_of(domain) for term in sender_terms(sender)]])
    return " ".join(["v=spf1", *terms, "~all"])


def _keys(domain: DomainSpec, spec: MailSpec, wants: Wants) -> Iterator[tuple[str, Entry]]:
    names = dict.fromkeys([f"{selector}._domainkey.{domain.name}" for _, selector in spec.signing(domain)])
    for name in names:
        if name in wants.keys:
            yield _set(name, "TXT", wants.keys[name])
        else:
            yield domain.name, Entry(notes=wants.missing_keys.get(name, (f"DKIM: add the key {_bare(name)}.",)))
    if not names and domain.name in wants.missing_keys:
        yield domain.name, Entry(notes=wants.missing_keys[domain.name])
    for sender in spec.senders_of(domain):
        found = sender_keys(sender, domain.name)
        for owner, target in found.aliases.items():
            yield _set(owner, "CNAME", target)
        for note in found.notes:
            yield domain.name, Entry(notes=(note,))


def _dmarc(domain: DomainSpec, spec: MailSpec) -> Iterator[tuple[str, Entry]]:
    """The policy of a domain, and where its reports may go."""
    parts = ["v=DMARC1", f"p={domain.policy or 'none'}"]
    notes: tuple[str, ...] = ()
    if domain.reports:
        parts.append(f"rua=mailto:{domain.reports}")
    else:
        notes = ("Add `; rua=mailto:MAILBOX` with the mailbox that reads the reports (--reports).",)
    yield _set(f"_dmarc.{domain.name}", "TXT", "; ".join(parts), notes=notes)
    yield from _consent(domain, spec)


def _consent(domain: DomainSpec, spec: MailSpec) -> Iterator[tuple[str, Entry]]:
    """RFC 9990 section 4: a mailbox of another domain gets reports only where that domain agrees."""
    mailbox = absolute(domain.reports.rpartition("@")[2])
    home = home_zone(domain.name, spec.domains)
    has_policy_on_top = home == domain.name or home in spec.domains
    if not domain.reports or (home == home_zone(mailbox, spec.domains) and has_policy_on_top):
        return
    owner = f"{_bare(domain.name)}{_REPORT_LABEL}{mailbox}"
    written = {home_zone(name, spec.domains) for name in (*spec.domains, *spec.hosts)}
    if any(is_at_or_below(mailbox, zone) for zone in written):
        yield _set(owner, "TXT", "v=DMARC1")
    else:
        note = f"Reports go to {_bare(mailbox)}, which must agree: {_bare(owner)} TXT v=DMARC1"
        yield f"_dmarc.{domain.name}", Entry(notes=(note,))


def _host_entries(host: HostSpec, spec: MailSpec) -> Iterator[tuple[str, Entry]]:
    greeting = host.helo or host.name
    for name in dict.fromkeys((host.name, greeting)):
        for version, rtype in ((4, "A"), (6, "AAAA")):
            texts = [str(address) for address in host.addresses if address.version == version]
            if texts:
                yield _set(name, rtype, *texts)
        if name not in spec.domains and host.addresses:
            yield _set(name, "TXT", "v=spf1 a -all")
            yield from _bounce_policy(name, host, spec)
    if host.srs_domain and host.srs_domain not in spec.domains:
        note = f"Forwarded mail leaves {_bare(host.name)} with envelope senders here, and its bounces come back."
        yield _set(host.srs_domain, "MX", f"10 {host.name}", notes=(note,))
        yield _set(host.srs_domain, "TXT", f"v=spf1 a:{_bare(host.name)} -all")


def _bounce_policy(name: str, host: HostSpec, spec: MailSpec) -> Iterator[tuple[str, Entry]]:
    """What a host greets with is the author of its bounces: outside the domains no policy stands above it yet."""
    users = [domain for domain in spec.domains.values() if host in spec.sending_hosts(domain)]
    if users and not any(is_at_or_below(name, known) for known in spec.domains):
        yield from _dmarc(users[0]._replace(name=name), spec)


def _reverse_zones(hosts: Iterable[HostSpec]) -> Iterator[ZoneDraft]:
    zones: dict[str, dict[str, Entry]] = {}
    for host in hosts:
        for address in host.addresses:
            owner, entry = _set(reverse_name(address), "PTR", host.helo or host.name)
            zones.setdefault(_reverse_zone(address), {}).setdefault(owner, entry)
    for name, entries in sorted(zones.items()):
        yield ZoneDraft(name, tuple(entries.values()), _REVERSE_NOTES)


def _reverse_zone(address: IPAddress) -> str:
    """The zone of the /24 or /64 around an address: the customary cut."""
    prefix = _REVERSE_PREFIX[address.version]
    network = ip_network((address, prefix), strict=False)
    host_labels = (network.max_prefixlen - prefix) // (8 if address.version == 4 else 4)
    return ".".join(split_labels(reverse_name(address))[host_labels:]) + "."


def _bare(name: str) -> str:
    return name.removesuffix(".")
