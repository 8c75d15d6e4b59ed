"""Resolvers keep what a plan replaces for a long time.

## What it checks
An MX record, an address of a mail host, or a DKIM key that is changed or removed while its TTL is above an
hour (option `seconds`).

## Why it matters
Until the old TTL has run out, a part of the senders goes on with the old value: mail arrives at the old
host, signatures are held against the old key. Whatever is behind it must work that long.

## Example
    example.com. 86400 MX 10 old.example.com.    ; replaced by new.example.com

## How to fix
Lower the TTL in a plan of its own, wait for the old TTL, then change the value. Or keep the old host and
the old key working for that long.

## References
RFC 1035 section 3.2.1
"""

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.analysis.dkim_keys import selector_and_domain
from mailcheck.analysis.mail_statements import exchange_names
from mailcheck.analysis.plan_parts import whole_plan
from mailcheck.lint.rule import Context, Problem, Rule, Severity, planned
from mailcheck.model.change import Change, Plan
from mailcheck.model.text import shown_name


class Options(NamedTuple):
    """`seconds`: the longest TTL that nobody has to wait for."""

    seconds: int = 3600


def check(plan: Plan, ask: Context) -> Iterator[Problem]:
    most = ask.options(Options).seconds
    for change in plan.changes:
        ttl = change.ttl_before
        if ttl is not None and ttl > most and set(change.before) - set(change.after) and _is_mail(change, plan):
            yield Problem(
                f"resolvers keep the old {change.type} of {shown_name(change.name)} for up to {_duration(ttl)}",
                change.at,
                help="lower the TTL first, or keep what the old value leads to working for that long",
                name=change.name,
                type=change.type,
            )


def _is_mail(change: Change, plan: Plan) -> bool:
    if change.type in ("A", "AAAA"):
        return change.name in exchange_names(plan.before)
    return change.type == "MX" or (
        change.type in ("TXT", "CNAME") and selector_and_domain(change.name) is not None
    )


def _duration(seconds: int) -> str:
    hours = seconds // 3600
    return f"{hours} hours" if hours > 1 else f"{seconds // 60} minutes"


_REST = "mail A 192.0.2.25\nwww A 192.0.2.80\nftp A 192.0.2.81\nns2 A 192.0.2.54\n"

RULE = Rule(
    __name__,
    __doc__,
    over=whole_plan,
    check=check,
    severity=Severity.INFO,
    standard="RFC 1035 section 3.2.1",
    stage="plan",
    options=Options,
    good=(
        planned("@ MX 10 mail\n" + _REST, "@ MX 10 www\n" + _REST),
        planned("@ 86400 MX 10 mail\n" + _REST, "@ 300 MX 10 mail\n" + _REST),
        planned("old 86400 A 192.0.2.9\n" + _REST, _REST),
    ),
    bad=(
        planned("@ 86400 MX 10 mail\n" + _REST, "@ 86400 MX 10 www\n" + _REST, caret="10 www"),
        planned("@ MX 10 mx\nmx 86400 A 192.0.2.9\n" + _REST, "@ MX 10 mx\nmx A 192.0.2.10\n" + _REST),
        planned('a._domainkey 7200 TXT "v=DKIM1; p={rsa2048.public}"\n' + _REST, _REST),
    ),
)
