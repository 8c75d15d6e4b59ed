"""A DKIM key is marked as a test.

## What it checks
The `t` tag holds the flag `y`.

## Why it matters
Verifiers must treat mail signed in test mode like unsigned mail when the signature fails, and some give
no credit when it passes. Left behind after the introduction of DKIM the flag weakens it for good.

## Example
    s1._domainkey.example.com. TXT "v=DKIM1; t=y; p=MIIBIjANBgkq..."

## How to fix
Remove the `t` tag, or the `y` in it, once signatures pass.

## References
RFC 6376 section 3.6.1
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keys import DkimRecord, dkim_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(record: DkimRecord, _: Context) -> Iterator[Problem]:
    flag = record.tree.flag("y")
    if flag is not None and not record.tree.is_revoked:
        yield Problem(
            "`t=y` marks the key as a test, so its signatures may count for nothing",
            record.at.within(flag.start, flag.end),
            help="remove the flag once signatures pass",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=dkim_records,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 6376 section 3.6.1",
    good=(
        master('s1._domainkey TXT "v=DKIM1; t=s; p={rsa2048.public}"'),
        master('s1._domainkey TXT "v=DKIM1; t=y; p="'),
    ),
    bad=(
        master('s1._domainkey TXT "v=DKIM1; t=y; p={rsa2048.public}"', caret="y"),
        master('s1._domainkey TXT "v=DKIM1; t=s:y; p={rsa2048.public}"', caret="y"),
    ),
    yields_to=("dkim-single-record",),
)
