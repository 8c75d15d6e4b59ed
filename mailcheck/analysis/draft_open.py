"""What a draft cannot hold yet: the rules that would tell of nothing else, to be left out until it is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailcheck.analysis.draft_senders import sender_keys
from mailcheck.model.draft import ZoneDraft
from mailcheck.model.names import absolute, is_at_or_below
from mailcheck.model.spec import DomainSpec, MailSpec

_NO_KEY = "no key is published yet; take this out with the first of each domain"
_NO_EXCHANGE = "no exchange is named yet; take this out with the first"


def still_open(spec: MailSpec, zones: Sequence[ZoneDraft]) -> Iterator[tuple[str, str]]:
    """Ids of rules, each with the reason and with when it is to be heard again."""
    domains = [domain for domain in spec.domains.values() if domain.mail != "none"]
    sending = [domain for domain in domains if domain.role.sends]
    keyless = [domain for domain in sending if not _is_keyed(domain, spec, zones)]
    yield from _of_exchanges(spec, domains, zones)
    if keyless or _names_outside(spec):
        yield "dkim-present", _NO_KEY
    if any(domain.policy == "reject" for domain in domains) and _unsigned(spec, sending):
        yield "dmarc-reject-spf-only", _NO_KEY
    names = {record.name for zone in zones for record in zone.records}
    if any(
        f"{selector}._domainkey.{one.name}" not in names for one in sending for _, selector in spec.signing(one)
    ):
        yield "spec-dkim-selector", "the key is not pasted yet; take this out when it is"
    if any(sender_keys(sender, domain.name).notes for domain in domains for sender in spec.senders_of(domain)):
        yield "spec-sender-dkim", "what the service shows is not pasted yet; take this out when it is"
    if any(not domain.reports for domain in domains):
        yield "dmarc-no-reports", "nobody reads the reports yet; take this out when somebody does"
    if any(domain.policy in (None, "none") for domain in domains):
        yield "dmarc-policy-none", "reports come first; take this out when the policy is enforced"


def _of_exchanges(
    spec: MailSpec, domains: Sequence[DomainSpec], zones: Sequence[ZoneDraft]
) -> Iterator[tuple[str, str]]:
    hosts = [host for host in spec.hosts.values() if "mx" in host.roles]
    if len(hosts) == 1:
        yield "mx-single", "one host is all there is; take this out with the second"
    if any(host.addresses and all(address.version == 6 for address in host.addresses) for host in hosts):
        yield "mx-ipv6-only", "the host has no IPv4 address; take this out with the first"
    exchanged = _names(zones, "MX")
    addressed = _names(zones, "A", "AAAA")
    read = {absolute(domain.reports.rpartition("@")[2]) for domain in domains if domain.reports}
    lost = {name for name in read - exchanged if any(is_at_or_below(name, zone.name) for zone in zones)}
    promised = {domain.name for domain in domains if domain.role.receives} - exchanged
    if (promised - read) | (lost & addressed):
        yield "mx-present", _NO_EXCHANGE
    if lost - addressed:
        yield "dmarc-report-mailbox", _NO_EXCHANGE


def _names(zones: Sequence[ZoneDraft], *types: str) -> frozenset[str]:
    return frozenset(record.name for zone in zones for record in zone.records if record.type in types)


def _is_keyed(domain: DomainSpec, spec: MailSpec, zones: Sequence[ZoneDraft]) -> bool:
    """Whether a selector is published, or named in the spec: then rules about that one speak."""
    return (
        any(spec.signing(domain))
        or any(sender.dkim_aligns and sender.selectors for sender in spec.senders_of(domain))
        or any(record.name.endswith(f"._domainkey.{domain.name}") for zone in zones for record in zone.records)
    )


def _unsigned(spec: MailSpec, sending: Sequence[DomainSpec]) -> bool:
    """Whether a host or a service sends whose signature the spec does not name."""
    return any(
        {host.name for host in spec.sending_hosts(domain)} - {host.name for host, _ in spec.signing(domain)}
        or any(not (sender.dkim_aligns and sender.selectors) for sender in spec.senders_of(domain))
        for domain in sending
    )


def _names_outside(spec: MailSpec) -> bool:
    """Whether a host bears a name of no domain of the spec, at which its bounces are then unsigned."""
    return any(
        not any(is_at_or_below(name, known) for known in spec.domains)
        for host in spec.hosts.values()
        for name in (host.name, host.helo or host.name)
    )
