"""Postfix cannot look up `localhost` in its chroot.

## What it checks
Where a `tcp:` table names `localhost` and cleanup runs in a chroot, the chroot holds etc/hosts.

## Why it matters
Without it `localhost` has no address there, and nothing answers the table: Postfix defers every message that
it would look up with `451 4.3.0 Temporary lookup failure`. Whatever starts Postfix by another way than its init
script or unit leaves the chroot without the file.

## Example
    sender_canonical_maps = tcp:localhost:10001

and there is no /var/spool/postfix/etc/hosts.

## How to fix
Name the address:

    sender_canonical_maps = tcp:127.0.0.1:10001

## References
tcp_table(5); postconf(5), `queue_directory`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_paths import is_missing
from mailcheck.analysis.srs_maps import srs_maps
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed

_MAIN, _MASTER, _SPOOL = "/etc/postfix/main.cf", "/etc/postfix/master.cf", "/var/spool/postfix"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    hosts = facts.postfix.host_path("etc/hosts")
    for use in srs_maps(facts.postfix):
        chroots = {service.chroot for service in use.services}
        if use.host != "localhost" or chroots <= {False}:
            continue
        if not is_missing(facts.machine.files, hosts):
            continue
        if True not in chroots:
            yield Skip("it is not known whether cleanup runs in a chroot")
        elif not facts.machine.live:
            yield Skip(f"the copied tree has no {hosts}: the running host may")
        else:
            yield Problem(
                f"`{use.text}` leads nowhere: cleanup runs in a chroot without `{hosts}`",
                use.at,
                f"{use.setting} = {use.text.replace('localhost', '127.0.0.1')}",
                token=use.setting,
            )


_LOCALHOST = (_MAIN, "tcp:127.0.0.1:10001", "tcp:localhost:10001")
_CLEANUP = (_MASTER, "cleanup   unix  n       -       y ", "cleanup   unix  n       -       n ")

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "tcp_table(5)",
    needs=("live-host",),
    over=each_postfix,
    good=(
        changed(),
        changed(_LOCALHOST),
        changed(removed=(f"{_SPOOL}/etc/hosts",)),
        changed(_LOCALHOST, removed=(f"{_SPOOL}/etc/nsswitch.conf",)),
        changed(_LOCALHOST, _CLEANUP, removed=(f"{_SPOOL}/etc/hosts",)),
        changed(_LOCALHOST, removed=(f"{_SPOOL}/etc/hosts",), live=False),
    ),
    bad=(
        changed(
            _LOCALHOST,
            removed=(f"{_SPOOL}/etc/hosts",),
            caret="tcp:localhost:10001",
            also=("host-cf-chroot-files",),
        ),
    ),
)
