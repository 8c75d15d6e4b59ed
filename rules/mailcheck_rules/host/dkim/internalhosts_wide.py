"""InternalHosts holds networks of strangers, for whom mail is signed.

## What it checks
No network of `InternalHosts` is a public one wider than a site has: /24 for IPv4, /48 for IPv6. Private networks
may be of any size.

## Why it matters
OpenDKIM does not look at who may use a domain: it signs whatever a client in this list writes into From. Whoever
sends through this host to its own mailboxes, a forwarder behind them as well, gets your signature.

## Example
    # /etc/opendkim/TrustedHosts
    0.0.0.0/0

## How to fix
List the host itself and the machines whose mail it relays, one by one.

## References
opendkim.conf(5) InternalHosts
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.networks import special_network
from mailcheck.analysis.opendkim_in_use import can_sign, daemon_of, peer_network, signing
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.text import shorten

_NARROWEST = {4: 24, 6: 48}


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    hosts = daemon.internal_hosts
    if can_sign(daemon) is False or hosts.missing:
        return
    if hosts.entries is None:
        yield Skip(hosts.why)
        return
    for text, at in (entry.key for entry in hosts.entries):
        network = peer_network(text)
        if network is None or network.prefixlen >= _NARROWEST[network.version]:
            continue
        if special_network(network.network_address, network.prefixlen) is None:
            yield Problem(
                f"mail of every client in `{shorten(text)}` is signed as our own",
                at,
                help="list the host itself (`127.0.0.1`, `::1`) and the machines whose mail it relays, one by one",
                token=text,
            )


_CONF, _LIST = "/etc/opendkim.conf", "/etc/opendkim/TrustedHosts"
_OLD = "InternalHosts           refile:/etc/opendkim/TrustedHosts"
_OWN = "127.0.0.1\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "opendkim.conf(5) InternalHosts",
    over=signing,
    good=(
        changed(),
        changed((_LIST, _OWN, f"{_OWN}10.0.0.0/8\n192.0.2.0/24\n2001:db8::/32\nmail.example.com\n")),
        changed((_LIST, _OWN, f"{_OWN}!8.0.0.0/8\n9.9.9.0/24\n")),
    ),
    bad=(
        changed((_LIST, _OWN, f"{_OWN}0.0.0.0/0\n"), caret="0.0.0.0/0"),
        changed((_LIST, _OWN, f"{_OWN}9.9.0.0/16\n"), caret="9.9.0.0/16"),
        changed((_LIST, _OWN, f"{_OWN}2600::/32\n"), caret="2600::/32"),
        changed((_CONF, _OLD, "InternalHosts 127.0.0.1, ::/0"), caret="::/0"),
    ),
)
