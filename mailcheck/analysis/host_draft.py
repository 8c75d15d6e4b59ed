"""The spec and the zones that a mail host needs, from its own configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mailcheck.analysis.draft_spec import drafted
from mailcheck.analysis.draft_zones import Wants
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_identity import host_identity
from mailcheck.analysis.host_keys import HostKeys, host_keys
from mailcheck.analysis.host_mail_domains import mail_domains_of
from mailcheck.model.draft import Draft
from mailcheck.model.location import NOWHERE
from mailcheck.model.names import IPAddress
from mailcheck.model.spec import DomainSpec, HostSpec, Mail, MailSpec, Policy, SenderSpec


class HostAnswers(NamedTuple):
    """What the configuration of a host does not tell. Names are absolute; empty where nobody said it.

    `senders` are services that send for its domains besides, by their names in the catalogue.
    """

    name: str = ""
    addresses: tuple[IPAddress, ...] = ()
    domains: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    reports: str = ""
    policy: Policy = "none"


def host_draft(facts: HostFacts, answers: HostAnswers, catalogue: Mapping[str, SenderSpec]) -> Draft:
    """What this host needs. Raises UsageError, naming the option, for what it must know and nobody tells."""
    host, relay, host_notes = host_identity(facts, answers.name, answers.addresses)
    domains = mail_domains_of(facts, host, answers.domains)
    keys = host_keys(facts, domains.all)
    host = _with_selectors(host, keys, domains.all)
    listed = {}
    for name in domains.own_first(host.name):
        mail = _mail(host, sends=host.sends or bool(relay), taken=name in domains.taken)
        selectors = (keys.selectors[name],) if name in keys.selectors else ()
        listed[name] = DomainSpec(
            name,
            NOWHERE,
            mail,
            answers.policy,
            answers.reports,
            (host.name,),
            answers.senders if mail != "receive" else (),
            selectors=selectors,
        )
    spec = MailSpec(
        listed, {host.name: host}, {name: catalogue[name] for name in answers.senders}, True, catalogue
    )
    said = f"Add what {relay} sends from: mail of this host leaves through it."
    notes = dict.fromkeys(listed, (said,)) if relay and not answers.senders else {}
    return drafted(spec, (*host_notes, *domains.notes), Wants(keys.records, keys.missing, notes))


def _with_selectors(host: HostSpec, keys: HostKeys, domains: tuple[str, ...]) -> HostSpec:
    """A host's selectors hold for all its domains: they are left to the domains where one is not signed."""
    if any(name not in keys.selectors for name in domains):
        return host
    return host._replace(selectors=tuple(dict.fromkeys(keys.selectors.values())))


def _mail(host: HostSpec, *, sends: bool, taken: bool) -> Mail:
    if not taken or "mx" not in host.roles:
        return "send"
    return "full" if sends else "receive"
