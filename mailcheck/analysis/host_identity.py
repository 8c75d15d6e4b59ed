"""What a mail host is, as its own configuration tells: addresses, greeting, roles, SRS domain."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from typing import NamedTuple

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.networks import unusable_network
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_egress import egress
from mailcheck.analysis.public_suffix import is_public_suffix
from mailcheck.errors import UsageError
from mailcheck.grammar.mail_domain import full_domain
from mailcheck.model.location import NOWHERE
from mailcheck.model.names import IPAddress
from mailcheck.model.spec import HostSpec, Role

_SUBMISSION_PORTS = (465, 587)


class Identity(NamedTuple):
    """The host for the spec, without selectors, and comments on what its configuration leaves open.

    `relay` is where its mail leaves through (relayhost), empty where it delivers it itself.
    """

    host: HostSpec
    relay: str
    notes: tuple[str, ...]


def host_identity(facts: HostFacts, name: str, addresses: Sequence[IPAddress]) -> Identity:
    """The host; a name and addresses that were given win over what it says itself.

    Raises UsageError where neither tells them.
    """
    host_name = full_domain(name or facts.name)
    if host_name is None:
        raise UsageError(
            "the full name of this host cannot be told from its configuration",
            hint="name it: --host mail.example.com",
        )
    postfix = facts.postfix
    if postfix is None or postfix.is_template:
        raise UsageError("Postfix's main.cf was not found or cannot be read: there is no mail host to describe")
    found = tuple(addresses) or _addresses(facts, postfix, host_name)
    srs, notes = _srs(facts, postfix)
    if not addresses:
        notes = (*_other_family(postfix, found), *notes)
    relay = postfix.of("relayhost")
    via = relay.value or ("" if relay.is_determined else relay.raw)
    roles = _roles(postfix, relays=not via, forwards=bool(srs))
    if not roles:
        raise UsageError(
            f"this host takes no mail from outside and sends {f'through {via}' if via else 'none'}: "
            "it needs no records of its own",
            hint="describe the domain and who sends for it: mailcheck init DOMAIN",
        )
    host = HostSpec(host_name, NOWHERE, found, _greeting(postfix) or host_name, roles, (), srs)
    return Identity(host, via, notes)


def _addresses(facts: HostFacts, postfix: Postfix, host_name: str) -> tuple[IPAddress, ...]:
    """Where mail leaves from by its settings, what it listens on, or what the running system has."""
    settings = [one.address for one in egress(postfix)]
    settings = settings or [
        address for item in postfix.items("inet_interfaces") if (address := _address(item.text))
    ]
    found = [
        one for one in settings or facts.machine.addresses or () if unusable_network(one, None, host_name) is None
    ]
    if not found:
        raise UsageError(
            "Postfix does not say which public addresses mail leaves from: that is left to the host's routes",
            hint="give them: --address 192.0.2.25 --address 2001:db8::25",
        )
    return tuple(dict.fromkeys(found))


def _address(text: str) -> IPAddress | None:
    try:
        return ip_address(text.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None


def _other_family(postfix: Postfix, addresses: Sequence[IPAddress]) -> tuple[str, ...]:
    """Postfix may send over a protocol of which it does not say the address."""
    protocols = [item.text.lower() for item in postfix.items("inet_protocols")]
    versions = {address.version for address in addresses}
    return tuple(
        [
            f"Postfix may also send over IPv{version}, from an address that it does not say (--address)."
            for version in (4, 6)
            if version not in versions and ("all" in protocols or f"ipv{version}" in protocols)
        ]
    )


def _greeting(postfix: Postfix) -> str:
    names = {one.helo.value for one in egress(postfix) if one.helo.is_determined}
    names = names or {
        setting.value
        for service in postfix.services_running("smtp")
        if (setting := postfix.of("smtp_helo_name", service)).is_determined
    }
    return (full_domain(names.pop()) or "") if len(names) == 1 else ""


def _roles(postfix: Postfix, *, relays: bool, forwards: bool) -> frozenset[Role]:
    roles: set[Role] = set()
    open_services = [one for one in postfix.smtpd_services if not _is_loopback(one.host)]
    interfaces = [item.text.lower() for item in postfix.items("inet_interfaces")]
    if interfaces and all(_is_loopback(text) or text == "loopback-only" for text in interfaces):
        open_services = []
    if any(one.port == 25 for one in open_services):
        roles.add("mx")
    if relays and postfix.services_running("smtp"):
        submits = any(one.port in _SUBMISSION_PORTS for one in open_services)
        roles.add("submission" if submits else "relay")
    if forwards:
        roles.add("forwarder")
    return frozenset(roles)


def _is_loopback(text: str) -> bool:
    address = _address(text)
    return text.lower() == "localhost" or bool(address and address.is_loopback)


def _srs(facts: HostFacts, postfix: Postfix) -> tuple[str, tuple[str, ...]]:
    """The domain that envelope senders are rewritten to, empty where nothing rewrites them, and comments."""
    if facts.srs is None or not (postfix.of("sender_canonical_maps").value or facts.srs.milter):
        return "", ()
    fact = facts.srs.domain
    if fact.value is None:
        return "", (f"Its SRS domain is not determined ({fact.why}).",)
    domain = full_domain(fact.value)
    if domain is None or is_public_suffix(domain):
        what = f"PostSRSd rewrites senders to `{fact.value}`, which is no domain of yours"
        return "", (f"{what}: set SRS_DOMAIN, then name it here as srs-domain.",)
    return domain, ()
