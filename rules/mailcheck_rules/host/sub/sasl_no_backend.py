"""Nobody answers where Postfix asks for logins.

## What it checks
On the running host: the socket of `smtpd_sasl_path` exists and something listens there, for each service with
`smtpd_sasl_auth_enable = yes` and `smtpd_sasl_type = dovecot`. A relative path begins in the queue directory, an
absolute one in the chroot of a service that has one. Dovecot over the network and Cyrus are not looked at.

## Why it matters
smtpd dies as soon as somebody connects: users reach nobody, and where login is on for port 25 too, no mail comes
in.

    fatal: no SASL authentication mechanisms

## Example
    smtpd_sasl_path = private/auth
    # nothing in Dovecot's settings makes /var/spool/postfix/private/auth

## How to fix
In /etc/dovecot/conf.d/10-master.conf, then `systemctl restart dovecot`:

    service auth {
      unix_listener /var/spool/postfix/private/auth {
        mode = 0660
        user = postfix
        group = postfix
      }
    }

## References
postconf(5), `smtpd_sasl_path`; SASL_README.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Service
from mailcheck.analysis.postfix_settings import Setting
from mailcheck.analysis.postfix_submission import dovecot_socket, login_services
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    if postfix.master_why:
        yield Skip(f"{postfix.folder}/master.cf: {postfix.master_why}")
    told: set[str] = set()
    for service in login_services(postfix):
        kind, setting = postfix.of("smtpd_sasl_type", service), postfix.of("smtpd_sasl_path", service)
        if kind.value != "dovecot":
            yield Skip(f"`smtpd_sasl_type = {kind.value}` of `{service.name}`: only Dovecot's socket is looked at")
            continue
        path = dovecot_socket(postfix, service)
        if not path:
            reason = "is over the network" if path == "" else "depends on the chroot of the service"
            yield Skip(f"`{setting.name} = {setting.value}` {reason}")
        elif path not in told:
            told.add(path)
            yield from _judged(path, service, setting, facts)


def _judged(path: str, service: Service, setting: Setting, facts: HostFacts) -> Iterator[Problem | Skip]:
    fault = _fault(facts, path)
    if fault is None:
        yield Skip(f"whether something listens at {path} is not known")
    elif fault:
        yield Problem(
            f"`{path}` {fault}: smtpd of `{service.name}` dies on every connection",
            setting.at,
            f"let Dovecot listen there: unix_listener {path} {{ mode = 0660 user = postfix group = postfix }}",
            token=path,
        )


def _fault(facts: HostFacts, path: str) -> str | None:
    """What is wrong with the socket, "" for nothing; None: not known, as in any copied tree."""
    listeners, file = facts.machine.unix_listeners, facts.machine.file(path)
    if not facts.machine.live:
        return None
    if listeners is not None and path in listeners:
        return ""
    if file is None or file.state in ("denied", "refused"):
        return None
    if file.state == "missing":
        return "does not exist"
    if file.state != "socket":
        return "is no socket"
    return None if listeners is None else "is a socket that nobody listens on"


_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_SOCKET = "/var/spool/postfix/private/auth"
_MILTER = frozenset({"/var/spool/postfix/opendkim/opendkim.sock"})
_PATH = "smtpd_sasl_path = private/auth"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) smtpd_sasl_path",
    over=each_postfix,
    needs=("live-host",),
    good=(
        changed(),
        changed((_MAIN, _PATH, "smtpd_sasl_path = unix:private/auth")),
        changed((_MAIN, _PATH, "smtpd_sasl_path = inet:dovecot.example.com:12345")),
        changed((_MAIN, "smtpd_sasl_type = dovecot", "smtpd_sasl_type = cyrus")),
        changed(removed=(_SOCKET,), live=False),
        changed(removed=(_SOCKET, _MASTER)),
        changed(unix_listeners=None),
    ),
    bad=(
        changed(removed=(_SOCKET,), unix_listeners=_MILTER, caret="private/auth"),
        changed(unix_listeners=_MILTER, caret="private/auth"),
        changed((_MAIN, _PATH, f"smtpd_sasl_path = {_SOCKET}"), caret=_SOCKET),
        changed((_MAIN, _PATH, "smtpd_sasl_path = etc/hosts"), caret="etc/hosts"),
    ),
)
