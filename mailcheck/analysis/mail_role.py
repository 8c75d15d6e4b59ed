"""What each domain of a zone does with mail, derived from the records that it publishes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mailcheck.analysis.occlusion import redirected_names
from mailcheck.analysis.spf_intent import authorises
from mailcheck.grammar.dkim import where_it_belongs
from mailcheck.grammar.spf import is_spf
from mailcheck.model.location import Location
from mailcheck.model.names import is_at_or_below
from mailcheck.model.record import RecordSet
from mailcheck.model.spec import MailRole
from mailcheck.model.zone import Zone, per_zone

_REVERSE = ("in-addr.arpa.", "ip6.arpa.")
_NULL_EXCHANGE = " ."


class MailDomain(NamedTuple):
    """The apex of a zone, or an owner name with mail data; `at` is where a finding about it points."""

    name: str
    at: Location

    @property
    def type(self) -> str:
        return ""


@per_zone
def mail_domains(zone: Zone) -> tuple[MailDomain, ...]:
    """The zone's mail domains, in the order of the file; the apex is one, but for reverse zones.

    A delegated name with mail data is one, though what it does is for its own zone to say.
    """
    found: dict[str, MailDomain] = {}
    if not zone.records:
        return ()
    apex = zone.names.get(zone.name)
    if not any(is_at_or_below(zone.name, reverse) for reverse in _REVERSE):
        found[zone.name] = MailDomain(zone.name, _place(apex) if apex else zone.at)
    signing = _signing_selectors(zone)
    redirected = redirected_names(zone)
    for name, types in zone.names.items():
        if name in redirected:
            continue
        domain = _domain_of(name, types, signing)
        if domain is not None and domain not in found and is_at_or_below(domain, zone.name):
            at = _place(zone.names[domain]) if domain in zone.names else _place(types)
            found[domain] = MailDomain(domain, at)
    return tuple(found.values())


@per_zone
def mail_roles(zone: Zone) -> Mapping[str, MailRole]:
    """The role of every mail domain of the zone.

    A domain receives that has an MX other than the null MX. It sends when its SPF record authorises
    anyone, when a DKIM selector below it holds a key or leads to one, or when it receives and says
    nothing of SPF. It is parked when it does neither and says so.
    """
    signers = signing_domains(zone)
    return {domain.name: _role(zone, domain.name, domain.name in signers) for domain in mail_domains(zone)}


@per_zone
def signing_domains(zone: Zone) -> frozenset[str]:
    """Every `d=` for which a DKIM selector holds a key or leads to one."""
    return frozenset(_signing_selectors(zone).values())


@per_zone
def _signing_selectors(zone: Zone) -> Mapping[str, str]:
    """`d=` of every DKIM selector that holds a key or leads to one, by owner name."""
    redirected = redirected_names(zone)
    return {
        name: domain
        for name, types in zone.names.items()
        if "._domainkey." in name
        and name not in redirected
        and (domain := _signing_domain(name, types)) is not None
    }


def _role(zone: Zone, name: str, signs: bool) -> MailRole:
    exchanges = zone.at_name(name, "MX")
    receives = not all([record.text.endswith(_NULL_EXCHANGE) for record in exchanges])
    texts = (*zone.at_name(name, "TXT"), *zone.at_name(name, "SPF"))
    spf = [record for record in texts if is_spf(record.text)]
    sends = signs or any([authorises(record.text) for record in spf or texts]) or (receives and not spf)
    return MailRole(sends, receives, parked=not sends and not receives and bool(exchanges or spf))


def _domain_of(name: str, types: Mapping[str, RecordSet], signing: Mapping[str, str]) -> str | None:
    """The mail domain that the records at `name` speak of, if any."""
    if name.startswith("_dmarc.") and not name.startswith("_dmarc.*."):
        return name.removeprefix("_dmarc.")
    if name in signing:
        return signing[name]
    if name.startswith("*.") or "CNAME" in types:
        return None
    if "MX" in types:
        return name
    texts = types.get("TXT")
    if texts and not name.startswith("_") and any([is_spf(record.text) for record in texts.records]):
        return name
    return None


def _signing_domain(name: str, types: Mapping[str, RecordSet]) -> str | None:
    """`d=` of the DKIM selector at `name`, where it holds a key that is not revoked or leads to one."""
    selector, mark, domain = name.partition("._domainkey.")
    if not mark or selector.endswith("\\"):
        return None
    if "CNAME" in types:
        return domain
    texts = types.get("TXT")
    if texts and any(_is_key_in_use(record.text) for record in texts.records):
        return domain
    return None


def _is_key_in_use(text: str) -> bool:
    return "p=" in text and not _is_revoked(text) and where_it_belongs(text) is None


def _is_revoked(text: str) -> bool:
    value = text.rpartition("p=")[2]
    return not value.partition(";")[0].strip()


def _place(types: Mapping[str, RecordSet]) -> Location:
    """The record that best stands for the domain: its MX, else its SPF record, else the owner name."""
    if "MX" in types:
        return types["MX"].at
    texts = types.get("TXT")
    for record in texts.records if texts else ():
        if is_spf(record.text):
            return record.at
    return next(iter(types.values())).records[0].owner_at
