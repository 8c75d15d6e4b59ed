"""`domains`, `hosts` and `senders` of `mailcheck.yaml`: from a document to a MailSpec."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ValidationError

from mailcheck.config.document import Document, named, nearest
from mailcheck.config.known_senders import known_senders
from mailcheck.config.spec_errors import first_error
from mailcheck.config.spec_models import SECTIONS, Domain, Host, Sender, Spec
from mailcheck.grammar.mail_domain import mail_domain
from mailcheck.model.location import Location
from mailcheck.model.spec import DomainSpec, HostSpec, MailSpec, SenderSpec


def mail_spec(document: Document) -> MailSpec:
    """The spec that the document holds. Raises ConfigError at the first value that is wrong."""
    given = {key: document.data[key] or {} for key in SECTIONS if key in document.data}
    for section, entries in given.items():  # `mail.example.com:` with nothing behind it is a host all the same
        if isinstance(entries, dict):
            given[section] = {key: {} if value is None else value for key, value in entries.items()}
    try:
        spec = Spec.model_validate(given)
    except ValidationError as error:
        raise first_error(document, error.errors(include_url=False)) from None
    known = known_senders()
    named_hosts = _names(document, "hosts", spec.hosts)
    hosts = {name: _host(document, key, name, spec.hosts[key]) for name, key in named_hosts}
    senders = {key: _sender(document, key, sender, known) for key, sender in spec.senders.items()}
    used = {name for domain in spec.domains.values() for name in domain.senders}
    senders.update({name: known[name] for name in sorted(used) if name in known and name not in senders})
    domains = {
        name: _domain(document, key, name, spec.domains[key], hosts, senders)
        for name, key in _names(document, "domains", spec.domains)
    }
    return MailSpec(domains, hosts, senders, written=True, known=known)


def _names(document: Document, section: str, entries: Iterable[str]) -> list[tuple[str, str]]:
    """Each entry's absolute name with its key."""
    found: dict[str, str] = {}
    for key in entries:
        name = mail_domain(key) if "." in key else None
        if name is None:
            raise document.error(f"{key!r} is no domain name", (section, key))
        if name in found:
            raise document.error(f"{key!r} stands here twice", (section, key))
        found[name] = key
    return list(found.items())


def _host(document: Document, key: str, name: str, host: Host) -> HostSpec:
    at = ("hosts", key)
    return HostSpec(
        name,
        document.location(at),
        tuple([ipaddress.ip_address(address) for address in host.addresses]),
        host.helo or name,
        frozenset(host.roles),
        tuple(host.selectors),
        host.srs_domain or "",
        _places(document, "hosts", key, host),
    )


def _sender(document: Document, key: str, sender: Sender, known: Mapping[str, SenderSpec]) -> SenderSpec:
    """The sender as written, over what the catalogue knows of it."""
    at = ("senders", key)
    service = sender.service or (key if key in known else "")
    if service and service not in known:
        place = (*at, "service")
        raise document.error(
            f"{named(place)}: the catalogue has no {service!r}", place, nearest(service, [*known])
        )
    base = known[service] if service else SenderSpec(key, document.location(at), title=key)
    if sender.include:
        base = base._replace(includes=tuple(sender.include), alternatives=())
    if sender.selectors:
        targets = {selector: target for selector, target in sender.selectors.items() if target}
        kept = {selector: target for selector, target in base.selectors_to.items() if selector in sender.selectors}
        base = base._replace(selectors=tuple(sender.selectors), selectors_to={**kept, **targets})
    if sender.aligns is not None:
        base = base._replace(spf_aligns="spf" in sender.aligns, dkim_aligns="dkim" in sender.aligns)
    return base._replace(
        name=key,
        at=document.location(at),
        networks=tuple(sender.networks),
        envelope_domain=sender.envelope_domain or "",
        signing_domain=sender.signing_domain or "",
        places=_places(document, "senders", key, sender),
    )


def _domain(
    document: Document,
    key: str,
    name: str,
    domain: Domain,
    hosts: Mapping[str, HostSpec],
    senders: Mapping[str, SenderSpec],
) -> DomainSpec:
    at = ("domains", key)
    places = _places(document, "domains", key, domain)
    for index, host in enumerate(domain.hosts):
        if host not in hosts:
            shown = [known.removesuffix(".") for known in hosts]
            message = f"{named((*at, 'hosts'))}: `hosts` has no {host.removesuffix('.')!r}"
            raise document.error(message, (*at, "hosts", index), nearest(host.removesuffix("."), shown))
    for index, sender in enumerate(domain.senders):
        if sender not in senders:
            message = f"{named((*at, 'senders'))}: neither `senders` nor the catalogue has {sender!r}"
            raise document.error(message, (*at, "senders", index), nearest(sender, [*senders, *known_senders()]))
    for wrong, when in (("hosts", domain.mail == "none"), ("senders", domain.mail in ("none", "receive"))):
        if when and getattr(domain, wrong):
            message = f"{named((*at, wrong))} contradicts `mail: {domain.mail}`"
            raise document.error(message, (*at, wrong), f"remove one of the two: `mail`, `{wrong}`")
    return DomainSpec(
        name,
        document.location(at),
        domain.mail,
        domain.policy,
        domain.reports,
        tuple(dict.fromkeys(domain.hosts)),
        tuple(dict.fromkeys(domain.senders)),
        domain.users,
        tuple(domain.selectors),
        domain.public_suffix,
        places,
    )


def _places(document: Document, section: str, key: str, entry: BaseModel) -> Mapping[str, Location]:
    """Where each key of an entry stands, and each item of its lists by `key:item`."""
    found: dict[str, Location] = {}
    for field in entry.model_fields_set:
        alias = field.replace("_", "-")
        at = (section, key, alias)
        found[alias] = document.location(at)
        value = getattr(entry, field)
        if isinstance(value, Sequence) and not isinstance(value, str):
            is_listed = isinstance(document.data[section][key][alias], list)
            for index, item in enumerate(value):
                found[f"{alias}:{item}"] = document.location((*at, index) if is_listed else at)
    return found
