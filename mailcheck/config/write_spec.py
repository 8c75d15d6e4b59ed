"""A spec as the text of `mailcheck.yaml`, which its own reader gives back the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailcheck.grammar.yaml_text import yaml_scalar
from mailcheck.model.draft import SpecDraft, comment
from mailcheck.model.names import IPAddress
from mailcheck.model.spec import DomainSpec, HostSpec, Role

_HEAD = (
    "# What each domain does with mail, which hosts you run, which services send for you: `mailcheck lint` holds\n"
)
_HEAD += "# the zones against it, `mailcheck audit host` the hosts."
_ROLES: tuple[Role, ...] = ("mx", "submission", "relay", "forwarder")


def spec_text(draft: SpecDraft) -> str:
    """The whole file; zones lie in `zones`. Services must be those of the catalogue."""
    lines = [_HEAD, "", "zones: [zones]", "", "domains:", *_notes(draft.domain_notes)]
    for domain in draft.spec.domains.values():
        lines += [f"  {_key(domain.name)}:", *_domain(domain)]
    if draft.spec.hosts:
        lines += ["", "hosts:", *_notes(draft.host_notes)]
    for host in draft.spec.hosts.values():
        lines += [f"  {_key(host.name)}:", *_host(host)]
    if draft.ignored:
        lines += ["", "rules:"]
        lines += [f"  # {comment(f'{rule}: {why}')}" for rule, why in draft.ignored.items()]
        lines.append(f"  ignore: {_list(tuple(draft.ignored))}")
    return "\n".join(lines) + "\n"


def _notes(notes: Sequence[str]) -> list[str]:
    return [f"  # {comment(note)}" for note in notes]


def _domain(domain: DomainSpec) -> Iterator[str]:
    yield f"    mail: {domain.mail}"
    if domain.policy:
        yield f"    policy: {yaml_scalar(domain.policy)}"
    if domain.reports:
        yield f"    reports: {yaml_scalar(domain.reports)}"
    if domain.hosts:
        yield f"    hosts: {_names(domain.hosts)}"
    if domain.senders:
        yield f"    senders: {_list(domain.senders)}"
    if domain.selectors:
        yield f"    selectors: {_list(domain.selectors)}"


def _host(host: HostSpec) -> Iterator[str]:
    yield f"    addresses: {_list(tuple(map(str, _sorted(host.addresses))))}"
    if host.helo:
        yield f"    helo: {_key(host.helo)}"
    if host.roles:
        yield f"    roles: {_list([role for role in _ROLES if role in host.roles])}"
    if host.selectors:
        yield f"    selectors: {_list(host.selectors)}"
    if host.srs_domain:
        yield f"    srs-domain: {_key(host.srs_domain)}"


def _sorted(addresses: Sequence[IPAddress]) -> list[IPAddress]:
    return sorted(addresses, key=lambda address: (address.version, int(address)))


def _key(name: str) -> str:
    return yaml_scalar(name.removesuffix("."))


def _names(names: Sequence[str]) -> str:
    return _list([name.removesuffix(".") for name in names])


def _list(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(yaml_scalar, texts))}]"
