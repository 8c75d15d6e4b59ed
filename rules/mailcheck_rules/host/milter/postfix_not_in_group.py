"""Postfix is not in the group that may use OpenDKIM's socket.

## What it checks
The socket, or a folder above it, is for a group alone, and the user that Postfix runs as (`mail_owner`) is
not in it. The socket's group is the one in `UserID`, else the primary group of OpenDKIM's user.

## Why it matters
Postfix is refused (Permission denied). With `milter_default_action = accept` mail leaves unsigned, with
`tempfail` no mail is taken (451).

## Example
    UserID opendkim
    UMask  007

with nobody in the group opendkim.

## How to fix
Put Postfix into the group and restart it, or let OpenDKIM run in Postfix's group:

    adduser postfix opendkim

## References
opendkim.conf(5) UserID; group(5)
"""

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.socket_access import barriers
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed

_DKIM, _GROUP = "/etc/opendkim.conf", "/etc/group"
_USER = (_DKIM, "opendkim:postfix", "opendkim")
_FOLDER = "/var/spool/postfix/opendkim"


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    told = set()
    for barrier in barriers(facts, facts.postfix):
        if isinstance(barrier, NotDetermined):
            yield Skip(barrier.why)
        elif barrier.group and barrier.group not in told:
            told.add(barrier.group)
            group = facts.system.group(barrier.group)
            yield Problem(
                f"`{barrier.user}` may not use `{barrier.path}`: it is not in the group `{barrier.group}`",
                barrier.at,
                help=f"adduser {barrier.user} {barrier.group}",
                related=(Label(group.at, f"{barrier.user} is not in this group"),) if group else (),
                token=barrier.group,
            )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "opendkim.conf(5) UserID",
    over=each_postfix,
    yields_to=("host-dkim-runs-as-root",),
    good=(
        changed(),
        changed(_USER, (_GROUP, "opendkim:x:106:", "opendkim:x:106:postfix")),
        changed(_USER, (_DKIM, "007", "000")),
        changed(_USER, stats={_FOLDER: (0o2755, "opendkim", "postfix")}),
        changed(_USER, removed=(_GROUP,)),
    ),
    bad=(
        changed(_USER, caret="opendkim"),
        changed(stats={_FOLDER: (0o750, "opendkim", "opendkim")}),
        changed(_USER, live=False),
    ),
)
