"""A wildcard gives every DKIM selector the same key.

## What it checks
A TXT record at `*._domainkey` that holds a key. An empty `p` there is what a parked domain wants: it
revokes every selector.

## Why it matters
Whatever selector a message names, the key is found. A retired selector never goes away, a mistyped one
works, and tools that probe selectors see thousands of them.

## Example
    *._domainkey.example.com. TXT "v=DKIM1; p=MIIBIjANBgkq..."

## How to fix
Publish the key at the selectors that the mail servers sign with, and remove the wildcard.

## References
RFC 6376 section 3.1; RFC 4592 section 2.1.1
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keys import DkimRecord, dkim_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(record: DkimRecord, _: Context) -> Iterator[Problem]:
    if record.is_wildcard and record.tree.encoded:
        yield Problem(
            "the wildcard answers every selector with the same key",
            record.record.owner_at,
            help="publish the key at the selectors in use; only an empty `p` belongs at a wildcard",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=dkim_records,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 6376 section 3.1",
    good=(
        master('*._domainkey TXT "v=DKIM1; p="'),
        master('s1._domainkey TXT "v=DKIM1; p={rsa2048.public}"'),
    ),
    bad=(master('*._domainkey TXT "v=DKIM1; p={rsa2048.public}"', caret="*._domainkey"),),
    yields_to=("dkim-private-key",),
)
