"""The spec and the zones of a domain that has neither yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mailcheck.analysis.draft_spec import drafted
from mailcheck.analysis.draft_zones import Wants
from mailcheck.model.draft import Draft
from mailcheck.model.location import NOWHERE
from mailcheck.model.names import IPAddress
from mailcheck.model.spec import DomainSpec, HostSpec, MailSpec, Policy, SenderSpec


class Answers(NamedTuple):
    """What somebody says of a domain. Names are absolute; `host` is empty where all its mail is with services.

    `senders` are names of the catalogue, `reports` a mail address without `mailto:`, or empty.
    """

    domain: str
    host: str = ""
    addresses: tuple[IPAddress, ...] = ()
    senders: tuple[str, ...] = ()
    reports: str = ""
    policy: Policy = "none"


def fresh_draft(answers: Answers, catalogue: Mapping[str, SenderSpec]) -> Draft:
    """What the domain needs; keys that do not exist yet are comments."""
    hosts = {}
    missing = {}
    bare, name = answers.host.removesuffix("."), answers.domain.removesuffix(".")
    if answers.host:
        roles = frozenset({"mx", "submission"})
        hosts[answers.host] = HostSpec(answers.host, NOWHERE, answers.addresses, answers.host, roles)  # type: ignore[arg-type]
        missing[answers.domain] = (
            f"DKIM: make a key on {bare} (opendkim-genkey -b 2048 -s SELECTOR -d {name}), put its record here at",
            f"SELECTOR._domainkey.{name}, and name the selector in mailcheck.yaml: {bare}: selectors: [SELECTOR]",
        )
    domain = DomainSpec(
        answers.domain,
        NOWHERE,
        "full",
        answers.policy,
        answers.reports,
        tuple(hosts),
        answers.senders,
    )
    senders = {sender: catalogue[sender] for sender in answers.senders}
    spec = MailSpec({answers.domain: domain}, hosts, senders, True, catalogue)
    return drafted(spec, (), Wants(missing_keys=missing))
