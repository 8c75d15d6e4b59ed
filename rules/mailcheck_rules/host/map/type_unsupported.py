"""A table has a type that this Postfix was built without.

## What it checks
Each type of table that main.cf and master.cf name is among those that `postconf -m` lists on this host.

## Why it matters
The service that opens the table dies with `fatal: unsupported dictionary type`, at every start: with a table that
smtpd needs, no connection is answered. It happens where a package was split (`postfix-pcre`, `postfix-mysql`) and
where a distribution dropped Berkeley DB, so that `hash:` and `btree:` are gone.

## Example
    header_checks = pcre:/etc/postfix/header_checks
    # and the package postfix-pcre is not installed

## How to fix
Install the package, or take another type: `lmdb:` for `hash:`, and build the tables anew with postmap.

## References
postconf(1), option `-m`; DATABASE_README.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    known = facts.machine.map_types
    uses = [use for use in facts.postfix.maps if use.type]
    if known is None:
        if uses:
            yield Skip("not checked: only the running host tells which types of tables its Postfix knows")
        return
    told = set()
    for use in uses:
        if use.type not in known and (use.type, use.at) not in told:
            told.add((use.type, use.at))
            yield Problem(
                f"this Postfix does not know tables of type `{use.type}:`",
                use.at,
                f"install what brings `{use.type}:`, or take one of {', '.join(sorted(known)[:12])}",
                token=f"{use.setting} {use.type}",
            )


_SENDERS = ("/etc/postfix/main.cf", "hash:/etc/postfix/senders")

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(1) -m",
    over=each_postfix,
    needs=("live-host",),
    good=(
        changed(),
        changed(live=False, map_types=None),
        changed((*_SENDERS, "proxy:inline:{ ann@example.com=ann@example.com }")),
    ),
    bad=(
        changed(
            (*_SENDERS, "ldap:/etc/postfix/senders.cf"),
            files={"/etc/postfix/senders.cf": ""},
            caret="ldap:/etc/postfix/senders.cf",
        ),
    ),
)
