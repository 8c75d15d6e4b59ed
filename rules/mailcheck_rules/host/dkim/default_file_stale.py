"""/etc/default/opendkim sets another socket than the one that OpenDKIM uses.

## What it checks
`SOCKET` of `/etc/default/opendkim`, where it is ignored, names the same place as `Socket` of `opendkim.conf`.
systemd's unit does not read the file at all, unless `opendkim.service.generate` was run after each change of it,
and the init script only where `opendkim.conf` sets no socket. The lines that Debian's package puts there are
nobody's belief: `SOCKET=local:$RUNDIR/opendkim.sock` is left alone while `RUNDIR` is the package's.

## Why it matters
Guides up to 2016 set the socket there. On a system of today that line does nothing: Postfix asks at a socket
where nobody listens, and with `milter_default_action = accept` all mail leaves unsigned.

## Example
    # /etc/default/opendkim
    SOCKET="inet:8891@localhost"

## How to fix
Remove the line, and write what is meant into `opendkim.conf`: `Socket inet:8891@localhost`.

## References
opendkim.conf(5) Socket
"""

from collections.abc import Iterator

from mailcheck.analysis.host_fact import Fact
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_paths import text_of
from mailcheck.analysis.opendkim import Socket, parse_socket
from mailcheck.analysis.opendkim_in_use import daemon_of, with_opendkim
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed
from mailcheck.model.text import shorten

_PACKAGED_LINE = "SOCKET=local:$RUNDIR/opendkim.sock"
_PACKAGED = ("local:/run/opendkim/opendkim.sock", "local:/var/run/opendkim/opendkim.sock")


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    stale, holds = daemon.default_socket, daemon.option("Socket")
    if stale is None or not daemon.default_socket_ignored or _is_packaged(facts, stale):
        return
    if stale.value is None or holds.value is None:
        yield Skip(stale.why or holds.why)
    elif stale.value and (
        not daemon.socket or _place(parse_socket(stale.value, stale.at)) != _place(daemon.socket)
    ):
        uses = f"uses `{shorten(holds.value)}`" if holds.value else "has no `Socket`"
        yield Problem(
            f"`SOCKET={shorten(stale.value)}` is ignored: OpenDKIM {uses}",
            stale.at,
            help=f"remove the line; where it is what you want, write `Socket {stale.value}` in opendkim.conf",
            related=(Label(holds.at, "this holds"),) if holds.is_set else (),
        )


def _is_packaged(facts: HostFacts, stale: Fact) -> bool:
    """Whether the socket stands there as Debian ships it, in the folder that Debian ships."""
    lines = (text_of(facts.machine.files, stale.at.path) or "").split("\n")
    return stale.value in _PACKAGED and lines[stale.at.line - 1].strip() == _PACKAGED_LINE


def _place(socket: Socket) -> tuple[str, str, str]:
    host = socket.host.lower()
    return socket.path, socket.port, "127.0.0.1" if host == "localhost" else host


_DEFAULT, _LINE = "/etc/default/opendkim", "# Not read by the systemd service: see /etc/opendkim.conf."
_SHIPPED = f"RUNDIR=/run/opendkim\n#\n{_PACKAGED_LINE}\nUSER=opendkim\nPIDFILE=$RUNDIR/$NAME.pid\nEXTRAAFTER="
_SAME = "local:/var/spool/postfix/opendkim/opendkim.sock"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "opendkim.conf(5) Socket",
    over=with_opendkim,
    good=(
        changed(),
        changed((_DEFAULT, _LINE, f"SOCKET={_SAME}")),
        changed((_DEFAULT, _LINE, '#SOCKET="inet:8891@localhost"')),
        changed((_DEFAULT, _LINE, 'SOCKET=""')),
        changed((_DEFAULT, _LINE, _SHIPPED)),
        changed((_DEFAULT, _LINE, f"RUNDIR=/var/run/opendkim\n{_PACKAGED_LINE}")),
        changed((_DEFAULT, _LINE, 'SOCKET="inet:8891@$HOST"')),
    ),
    bad=(
        changed(
            (_DEFAULT, _LINE, _SHIPPED.replace("/run/", "/var/spool/postfix/run/")),
            caret="local:$RUNDIR/opendkim.sock",
        ),
        changed((_DEFAULT, _LINE, "SOCKET=inet:8891@localhost"), caret="inet:8891@localhost"),
        changed((_DEFAULT, _LINE, 'SOCKET="local:/run/opendkim/opendkim.sock"')),
    ),
)
