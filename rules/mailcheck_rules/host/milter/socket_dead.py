"""Nothing listens where Postfix asks a milter.

## What it checks
On the running host, each milter on a Unix socket or a loopback port has a listener. Where Postfix and
OpenDKIM do not agree on the socket, `host-milter-socket-mismatch` speaks.

## Why it matters
The milter never answers. With `milter_default_action = accept` mail leaves unsigned and unfiltered, with
`tempfail` no mail is taken (451).

## Example
    smtpd_milters = unix:opendkim/opendkim.sock

while OpenDKIM was stopped or did not start.

## How to fix
Start the daemon, and see why it did not:

    systemctl restart opendkim; journalctl -u opendkim -n 20

## References
postconf(5) smtpd_milters; MILTER_README
"""

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.milters import Milter, all_milters, real_path
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.machine import Machine

_MAIN = "/etc/postfix/main.cf"
_SOCKET = "/var/spool/postfix/opendkim/opendkim.sock"
_AUTH = "/var/spool/postfix/private/auth"
_UNREACHED = NotDetermined("not checked: only the running host tells what listens")


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    for milter in all_milters(facts.postfix):
        answers = _answers(milter, facts.machine)
        if isinstance(answers, NotDetermined):
            yield Skip(answers.why)
        elif not answers:
            where = f" (`{milter.path}` on the host)" if milter.path else ""
            yield Problem(
                f"nothing listens at the milter `{milter.shown}`{where}",
                milter.item.at,
                help="systemctl restart opendkim; journalctl -u opendkim -n 20"
                if "dkim" in milter.shown
                else "start the daemon that this milter belongs to",
                token=milter.shown,
            )


def _answers(milter: Milter, machine: Machine) -> bool | NotDetermined:
    if not milter.is_local or milter.endpoint is None:
        return True
    if milter.path is None:
        return NotDetermined(f"whether {milter.service.name} runs in a chroot is not determined")
    listeners = machine.unix_listeners if milter.path else machine.tcp_listeners
    if not machine.live or listeners is None:
        return _UNREACHED
    if milter.path:
        return milter.path in {real_path(path) for path in listeners}
    return not milter.endpoint.port.isdigit() or milter.endpoint.port in {
        listener.rpartition(":")[2] for listener in listeners
    }


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) smtpd_milters",
    over=each_postfix,
    needs=("live-host",),
    yields_to=("host-milter-path-absolute-in-chroot", "host-milter-socket-mismatch"),
    good=(
        changed(),
        changed(live=False, unix_listeners=None, tcp_listeners=None),
        changed((_MAIN, "unix:opendkim/opendkim.sock", "inet:filter.example.com:11332")),
        changed(
            (_MAIN, "unix:opendkim/opendkim.sock", "inet:127.0.0.1:11332"), tcp_listeners=frozenset({"[::]:11332"})
        ),
    ),
    bad=(
        changed(unix_listeners=frozenset({_AUTH}), caret="unix:opendkim/opendkim.sock"),
        changed(unix_listeners=frozenset({_AUTH}), removed=(_SOCKET,)),
        changed((_MAIN, "unix:opendkim/opendkim.sock", "inet:127.0.0.1:11332"), caret="inet:127.0.0.1:11332"),
    ),
)
