"""PostSRSd answers the network.

## What it checks
`SRS_LISTEN_ADDR` is an address of loopback; of 2.x, `socketmap` and `milter` are Unix sockets or such an
address.

## Why it matters
PostSRSd rewrites whatever it is asked for and asks nobody who they are. A stranger gets a valid address of the
SRS domain for any address of the world, and mail to it is relayed there by this host.

## Example
    SRS_LISTEN_ADDR=0.0.0.0

## How to fix
    SRS_LISTEN_ADDR=127.0.0.1

## References
postsrsd(8), `-l`.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.srs import Srs
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.location import Location

_DEFAULT, _CONF, _MAIN = "/etc/default/postsrsd", "/etc/postsrsd.conf", "/etc/postfix/main.cf"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    if facts.srs is None:
        return
    if facts.srs.generation is None:
        yield Skip("it is not known whether PostSRSd 1.x or 2.x runs")
    elif facts.srs.generation == 1 and facts.srs.listen_address.value is None:
        yield Skip(f"the address that PostSRSd listens on is not known: {facts.srs.listen_address.why}")
    for name, host, at in _addresses(facts.srs):
        if not _is_loopback(host):
            help_text = (
                f"{name}=127.0.0.1" if facts.srs.generation == 1 else f'{name} = "unix:/var/spool/postfix/srs"'
            )
            yield Problem(f"PostSRSd answers the network: `{name}` is `{host}`", at, help_text, token=name)


def _addresses(srs: Srs) -> Iterator[tuple[str, str, Location]]:
    """Each setting that names an address, with the address."""
    if srs.generation == 1 and srs.listen_address.value is not None:
        yield "SRS_LISTEN_ADDR", srs.listen_address.value, srs.listen_address.at
    elif srs.generation == 2:
        for name, endpoint in (("socketmap", srs.socketmap), ("milter", srs.milter)):
            if endpoint and endpoint.kind == "inet":
                yield name, endpoint.host or "*", endpoint.at


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


_SECOND = (
    (_MAIN, "tcp:127.0.0.1:10001", "socketmap:inet:127.0.0.1:10003:forward"),
    (_MAIN, "tcp:127.0.0.1:10002", "socketmap:inet:127.0.0.1:10003:reverse"),
)


def _conf(socketmap: str) -> dict[str, str]:
    domains = 'srs-domain = "srs.example.com"\ndomains = { "example.com", "example.net" }\n'
    return {_CONF: f'{domains}socketmap = "{socketmap}"\n'}


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postsrsd(8) -l",
    good=(
        changed(),
        changed((_DEFAULT, "SRS_LISTEN_ADDR=127.0.0.1\n", "")),
        changed((_DEFAULT, "SRS_LISTEN_ADDR=127.0.0.1", "SRS_LISTEN_ADDR=localhost")),
        changed((_DEFAULT, "SRS_LISTEN_ADDR=127.0.0.1", "SRS_LISTEN_ADDR=$(hostname -i)")),
        changed(*_SECOND, files=_conf("inet:localhost:10003"), removed=(_DEFAULT,), live=False),
    ),
    bad=(
        changed((_DEFAULT, "SRS_LISTEN_ADDR=127.0.0.1", "SRS_LISTEN_ADDR=0.0.0.0"), caret="0.0.0.0"),
        changed((_DEFAULT, "SRS_LISTEN_ADDR=127.0.0.1", "SRS_LISTEN_ADDR=192.0.2.25"), caret="192.0.2.25"),
        changed(*_SECOND, files=_conf("inet:*:10003"), removed=(_DEFAULT,), live=False),
    ),
)
