"""The host has the role `mx`, and no stranger can hand it mail.

## What it checks
Where `mailcheck.yaml` gives the host the role `mx`: some instance of Postfix listens for SMTP on port 25, on more
than the loopback interface, and over IPv4 where the spec has an IPv4 address of the host. A service that gets its
connections from a proxy (`smtpd_upstream_proxy_protocol`) counts wherever it listens. That there is no IPv6 is
nothing to tell: senders try the next address.

## Why it matters
MX records lead senders to this host. They find the port closed, try again for days, and return the mail.

## Example
    inet_interfaces = loopback-only

## How to fix
    inet_interfaces = all

or, where other hosts take the mail, leave `mx` out of the roles in mailcheck.yaml.

## References
postconf(5), `inet_interfaces`, `inet_protocols`; master(5); RFC 5321 section 5.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix, Service
from mailcheck.analysis.postfix_egress import listens_on_loopback
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed
from mailcheck.model.location import Location

_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_SMTP_PORT = 25
_PROXIED = ("smtpd_upstream_proxy_protocol", "postscreen_upstream_proxy_protocol")


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    host = ctx.host
    instances = [one for one in (facts.postfix, *facts.instances) if one is not None]
    if host is None or "mx" not in host.roles or not instances:
        return
    if any(one.is_template or one.master_why for one in instances):
        yield Skip("it is not known where Postfix listens")
        return
    open_to_all = [pair for pair in _takers(instances) if not listens_on_loopback(*pair) or _is_proxied(*pair)]
    needs_ipv4 = any(address.version == 4 for address in host.addresses)
    if not open_to_all:
        at, how = instances[0].of("inet_interfaces").at, "on port 25"
    elif needs_ipv4 and not any(_takes_ipv4(*pair) for pair in open_to_all):
        at, how = _where_ipv4_ends(*open_to_all[0]), "over IPv4"
    else:
        return
    yield Problem(
        f"the spec has the role `mx` for this host, and Postfix takes no mail of others {how}",
        at,
        "inet_interfaces = all and inet_protocols = all, with the service `smtp inet` in master.cf",
        (Label(host.place("roles"), "the spec promises this role"),),
    )


def _takers(instances: Iterable[Postfix]) -> Iterator[tuple[Postfix, Service]]:
    for postfix in instances:
        for service in (*postfix.smtpd_services, *postfix.services_running("postscreen")):
            if service.type == "inet" and (service.port == _SMTP_PORT or _is_proxied(postfix, service)):
                yield postfix, service


def _is_proxied(postfix: Postfix, service: Service) -> bool:
    return any(postfix.of(name, service).value for name in _PROXIED)


def _takes_ipv4(postfix: Postfix, service: Service) -> bool:
    protocols = {item.text.lower() for item in postfix.items("inet_protocols")}
    if _is_proxied(postfix, service):
        return True
    names = [service.host] if service.host else [item.text for item in postfix.items("inet_interfaces")]
    return bool(protocols & {"all", "ipv4"}) and any(_may_be_ipv4(name) for name in names)


def _may_be_ipv4(name: str) -> bool:
    try:
        address = ip_address(name.strip("[]"))
    except ValueError:
        return True
    return address.version == 4 and not address.is_loopback


def _where_ipv4_ends(postfix: Postfix, service: Service) -> Location:
    protocols = {item.text.lower() for item in postfix.items("inet_protocols")}
    if not protocols & {"all", "ipv4"}:
        return postfix.of("inet_protocols").at
    return service.at if service.host else postfix.of("inet_interfaces").at


_INTERFACES, _PROTOCOLS = (_MAIN, "inet_interfaces = all"), (_MAIN, "inet_protocols = all")
_SERVICE = "smtp      inet  n       -       y       -       -       smtpd\n"
_LOCAL = (*_INTERFACES, "inet_interfaces = loopback-only")
_BEHIND_PROXY = "10025 inet n - y - - smtpd\n  -o smtpd_upstream_proxy_protocol=haproxy\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "mailcheck.yaml, roles",
    needs=("spec",),
    good=(
        changed(),
        changed((*_INTERFACES, "inet_interfaces = $myhostname, localhost")),
        changed((_MASTER, _SERVICE, _BEHIND_PROXY)),
    ),
    bad=(
        changed(_LOCAL, caret="loopback-only"),
        changed((_MASTER, _SERVICE, ""), caret="all"),
        changed((*_PROTOCOLS, "inet_protocols = ipv6"), caret="ipv6"),
        changed((*_INTERFACES, "inet_interfaces = 2001:db8::25, ::1"), caret="2001:db8::25, ::1"),
    ),
)
