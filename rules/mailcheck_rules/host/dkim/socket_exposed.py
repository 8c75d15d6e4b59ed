"""OpenDKIM listens on the network, and signs whatever anybody sends it.

## What it checks
A TCP `Socket` of `opendkim.conf` (or `-p` of its command line) names a loopback or private address behind `@`.
Without one, OpenDKIM listens on all addresses.

## Why it matters
The milter protocol has no login: whoever reaches the port says that he is 127.0.0.1 and gets any message signed
in your name.

## Example
    # /etc/opendkim.conf
    Socket inet:8891

## How to fix
Write `Socket inet:8891@127.0.0.1`, or a Unix socket, then `systemctl restart opendkim`.

## References
opendkim.conf(5) Socket
"""

from collections.abc import Iterator
from ipaddress import ip_address

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import daemon_of, with_opendkim
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.text import shorten


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    fact, socket = daemon.option("Socket"), daemon.socket
    if fact.value is None:
        yield Skip(fact.why)
    elif socket and socket.kind in {"inet", "inet6"} and _is_exposed(socket.host):
        where = f"`{shorten(socket.host)}`" if socket.host else "all addresses"
        yield Problem(
            f"OpenDKIM listens on {where}, port {shorten(socket.port)}, and signs what anybody sends there",
            socket.at,
            help=f"write `Socket inet:{socket.port}@127.0.0.1` in opendkim.conf and restart opendkim",
        )


def _is_exposed(host: str) -> bool:
    """Whether strangers may reach it; a name is taken for one that does not lead outside."""
    try:
        address = ip_address(host or "0.0.0.0")
    except ValueError:
        return False
    return address.is_unspecified or address.is_global


_CONF, _MAIN = "/etc/opendkim.conf", "/etc/postfix/main.cf"
_OLD = "Socket                  local:/var/spool/postfix/opendkim/opendkim.sock"
_MILTER = (_MAIN, "smtpd_milters = unix:opendkim/opendkim.sock", "smtpd_milters = inet:127.0.0.1:8891")

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "opendkim.conf(5) Socket",
    over=with_opendkim,
    good=(
        changed(),
        changed((_CONF, _OLD, "Socket inet:8891@localhost"), _MILTER),
        changed((_CONF, _OLD, "Socket inet:8891@127.0.0.1"), _MILTER),
        changed((_CONF, _OLD, "Socket inet6:8891@[::1]"), _MILTER),
        changed((_CONF, _OLD, "Socket inet:8891@10.0.0.5"), _MILTER),
    ),
    bad=(
        changed((_CONF, _OLD, "Socket inet:8891"), _MILTER, caret="inet:8891", also=("host-milter-socket-dead",)),
        changed(
            (_CONF, _OLD, "Socket inet:8891@0.0.0.0"),
            _MILTER,
            caret="inet:8891@0.0.0.0",
            also=("host-milter-socket-dead",),
        ),
        changed((_CONF, _OLD, "Socket inet6:8891@[2600::25]"), _MILTER, also=("host-milter-socket-mismatch",)),
    ),
)
