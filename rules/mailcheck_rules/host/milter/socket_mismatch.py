"""Postfix asks for OpenDKIM where OpenDKIM does not listen.

## What it checks
A service asks milters, OpenDKIM has keys to sign with, and none of the milters is OpenDKIM's socket. Both
sides are resolved to paths of the host: a relative path lies below the queue directory, and so does an
absolute one where the service runs in a chroot. What systemd's unit or the command line sets counts. Where
another program that signs is asked (rspamd, amavis), or a milter on another host, nothing is said.

## Why it matters
The milter never answers. With `milter_default_action = accept` all mail leaves unsigned and nobody is
told; with `tempfail` no mail is taken at all (451).

## Example
    smtpd_milters = unix:opendkim/opendkim.sock      (main.cf, in a chroot)
    Socket local:/run/opendkim/opendkim.sock         (opendkim.conf)

## How to fix
Let OpenDKIM listen below the queue directory, in opendkim.conf:

    Socket local:/var/spool/postfix/opendkim/opendkim.sock

## References
postconf(5) smtpd_milters; opendkim.conf(5) Socket; MILTER_README
"""

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.milters import Milter, is_opendkim, may_sign_instead, milters, signing_daemon, takes_users
from mailcheck.analysis.opendkim import OpenDkim
from mailcheck.analysis.postfix import Postfix
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed

_MAIN, _MASTER, _DKIM = "/etc/postfix/main.cf", "/etc/postfix/master.cf", "/etc/opendkim.conf"
_SOCKET, _RUN = "local:/var/spool/postfix/opendkim/opendkim.sock", "local:/run/opendkim/opendkim.sock"
_ITEM, _SERVICE = "unix:opendkim/opendkim.sock", "-o syslog_name=postfix/submissions\n"
_UNIT = "/etc/systemd/system/opendkim.service"


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    postfix, daemon = facts.postfix, signing_daemon(facts)
    told: set[tuple[str | None, str]] = set()
    for asked, meant_to_sign in _judged(postfix) if daemon else ():
        assert daemon is not None
        verdicts = [is_opendkim(milter, daemon) for milter in asked]
        if True in verdicts:
            continue
        unknown = next((verdict for verdict in verdicts if isinstance(verdict, NotDetermined)), None)
        rival = next((milter for milter in asked if may_sign_instead(milter)), None)
        named = next((milter for milter in asked if "dkim" in milter.shown.lower() and milter is not rival), None)
        milter = named or asked[0]
        if unknown:
            yield Skip(unknown.why)
        elif named is None and rival is not None and meant_to_sign:
            yield Skip(f"`{rival.shown}` may sign in OpenDKIM's place")
        elif (named or meant_to_sign) and (milter.path, milter.shown) not in told:
            told.add((milter.path, milter.shown))
            yield _problem(milter, daemon, postfix)


def _judged(postfix: Postfix) -> Iterator[tuple[tuple[Milter, ...], bool]]:
    """The milters of each service, and whether they are to sign: for users, if there is a service for them."""
    asking = [service for service in postfix.smtpd_services if milters(postfix, service)]
    for_users = [service for service in asking if takes_users(postfix, service)]
    for service in asking:
        yield milters(postfix, service), service in (for_users or asking)
    for service in postfix.services_running("cleanup"):
        if asked := milters(postfix, service):
            yield asked, True


def _problem(milter: Milter, daemon: OpenDkim, postfix: Postfix) -> Problem:
    where = f" (`{milter.path}` on the host)" if milter.path else ""
    assert daemon.socket is not None
    queue = postfix.of("queue_directory").value.rstrip("/") + "/"
    if daemon.socket.path.startswith(queue):
        fix = f"smtpd_milters = unix:{daemon.socket.path.removeprefix(queue)}"
    elif milter.path:
        fix = f"Socket local:{milter.path}"
    else:
        fix = f"smtpd_milters = inet:{daemon.socket.host or '127.0.0.1'}:{daemon.socket.port}"
    return Problem(
        f"Postfix asks a milter at `{milter.shown}`{where}, OpenDKIM listens at `{daemon.option('Socket').value}`",
        milter.item.at,
        help=fix,
        related=(Label(daemon.socket.at, "OpenDKIM listens here"),),
        token=milter.shown,
    )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) smtpd_milters",
    over=each_postfix,
    yields_to=("host-milter-path-absolute-in-chroot",),
    good=(
        changed(),
        changed((_MAIN, "unix:opendkim/", "unix:/opendkim/")),
        changed((_MAIN, _ITEM, "inet:localhost:8891"), (_DKIM, _SOCKET, "inet:8891@127.0.0.1")),
        changed((_MAIN, _ITEM, "inet:[::1]:8891"), (_DKIM, _SOCKET, "inet6:8891@[::1]")),
        changed((_MAIN, "smtpd_milters = unix", "smtpd_milters = inet:127.0.0.1:11332, unix")),
        changed((_MAIN, _ITEM, "inet:127.0.0.1:11332")),
        changed((_MASTER, "smtpd\nsubmission ", "smtpd\n  -o smtpd_milters=inet:127.0.0.1:7357\nsubmission ")),
        changed((_DKIM, _SOCKET, _RUN), (_DKIM, "Mode                    sv", "Mode v")),
    ),
    bad=(
        changed((_DKIM, _SOCKET, _RUN), caret=_ITEM),
        changed((_MAIN, _ITEM, "inet:localhost:8892"), (_DKIM, _SOCKET, "inet:8891@localhost")),
        changed((_MAIN, _ITEM, "unix:/run/opendkim/opendkim.sock"), caret="unix:/run/opendkim/opendkim.sock"),
        changed((_MASTER, _SERVICE, "-o smtpd_milters=unix:other.sock\n"), caret="unix:other.sock"),
        changed(files={_UNIT: f"[Service]\nExecStart=/usr/sbin/opendkim -p {_RUN}\n"}),
    ),
)
