"""InternalHosts leaves the host itself out, so that its own mail is not signed.

## What it checks
Where `InternalHosts` of `opendkim.conf` is set, it holds `127.0.0.1`, a network around it, or `localhost`.
Where it is not set, OpenDKIM takes `127.0.0.1`.

## Why it matters
OpenDKIM signs for clients in this list and for users that log in. Mail of local programs, and mail that comes
back from a content filter, has the host itself as its client: it leaves unsigned.

## Example
    # /etc/opendkim/TrustedHosts
    192.0.2.0/28

## How to fix
Add the lines `127.0.0.1`, `::1` and `localhost` to the list.

## References
opendkim.conf(5) InternalHosts, PeerList
"""

from collections.abc import Iterator
from ipaddress import ip_address

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import can_sign, daemon_of, peer_network, signing
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed

_LOOPBACK = ip_address("127.0.0.1")


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    hosts = daemon.internal_hosts
    if can_sign(daemon) is False or hosts.missing:
        return
    if hosts.entries is None:
        yield Skip(hosts.why)
    elif not any(_is_own(entry.key.text) for entry in hosts.entries):
        yield Problem(
            "InternalHosts does not hold 127.0.0.1, so mail of this host itself leaves unsigned",
            hosts.fact.at,
            help=f"add the lines `127.0.0.1`, `::1` and `localhost` to {hosts.path}"
            if hosts.path
            else "write `InternalHosts csl:127.0.0.1,::1,localhost`",
        )


def _is_own(text: str) -> bool:
    network = peer_network(text)
    return text.lower() == "localhost" or (network is not None and _LOOPBACK in network)


_CONF, _LIST = "/etc/opendkim.conf", "/etc/opendkim/TrustedHosts"
_OLD = "InternalHosts           refile:/etc/opendkim/TrustedHosts"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "opendkim.conf(5) InternalHosts",
    over=signing,
    good=(
        changed(),
        changed((_CONF, _OLD, "")),
        changed((_CONF, _OLD, "InternalHosts csl:127.0.0.0/8, 192.0.2.25")),
        changed(files={_LIST: "localhost\n"}),
    ),
    bad=(
        changed(files={_LIST: "192.0.2.25\n::1\n!127.0.0.1\n"}, caret="refile:/etc/opendkim/TrustedHosts"),
        changed((_CONF, _OLD, "InternalHosts 192.0.2.25"), caret="192.0.2.25"),
        changed(files={_LIST: "# nobody\n"}, caret="refile:/etc/opendkim/TrustedHosts"),
    ),
)
