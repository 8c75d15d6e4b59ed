"""Postfix may not use OpenDKIM's socket.

## What it checks
OpenDKIM's `UMask` (else that of its unit) leaves write permission on the socket to nobody but its own user,
or a folder above the socket can be entered by nobody else. Where a group may use it,
`host-milter-postfix-not-in-group` looks at who is in it.

## Why it matters
Postfix connects as the user `postfix` and is refused (Permission denied). With
`milter_default_action = accept` mail leaves unsigned, with `tempfail` no mail is taken (451).

## Example
    UserID opendkim:postfix
    UMask  022

## How to fix
Let the group use the socket, in opendkim.conf:

    UMask 007

## References
opendkim.conf(5) UMask; unix(7)
"""

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.socket_access import barriers
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed

_DKIM, _MASK = "/etc/opendkim.conf", "UMask                   007"
_FOLDER = "/var/spool/postfix/opendkim"


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    for barrier in barriers(facts, facts.postfix):
        if isinstance(barrier, NotDetermined):
            yield Skip(barrier.why)
        elif not barrier.group:
            is_socket = facts.opendkim and facts.opendkim.socket and barrier.path == facts.opendkim.socket.path
            what = "the socket" if is_socket else "the folder"
            yield Problem(
                f"`{barrier.user}` may not use {what} `{barrier.path}`: its mode is {barrier.mode:04o}",
                barrier.at,
                help="UMask 007" if is_socket else f"chmod 0750 {barrier.path}",
                token=barrier.path,
            )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "opendkim.conf(5) UMask",
    over=each_postfix,
    good=(
        changed(),
        changed((_DKIM, _MASK, "UMask 000")),
        changed(
            (_DKIM, _MASK, "UMask 077"),
            (_DKIM, "local:/var/spool/postfix/opendkim/opendkim.sock", "inet:8891@localhost"),
            ("/etc/postfix/main.cf", "unix:opendkim/opendkim.sock", "inet:localhost:8891"),
        ),
        changed(live=False, stats={_FOLDER: (0o700, "opendkim", "opendkim")}),
    ),
    bad=(
        changed((_DKIM, _MASK, "UMask 022"), caret="022"),
        changed((_DKIM, _MASK, "UMask 077"), caret="077"),
        changed((_DKIM, _MASK, ""), caret="local:/var/spool/postfix/opendkim/opendkim.sock"),
        changed(stats={_FOLDER: (0o700, "opendkim", "opendkim")}),
    ),
)
