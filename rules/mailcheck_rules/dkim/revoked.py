"""A DKIM key is revoked.

## What it checks
The `p` tag of a selector is empty. Wildcard selectors and domains that are parked are left out: there
an empty `p` is what one wants.

## Why it matters
Signatures made with this selector fail. That is right after a key change, and a fault where a server
still signs with it.

## Example
    s1._domainkey.example.com. TXT "v=DKIM1; p="

## How to fix
Nothing, where the key was withdrawn on purpose: remove the record once no signed mail is on its way any
more. Otherwise publish the key.

## References
RFC 6376 section 3.6.1
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keys import DkimRecord, dkim_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(record: DkimRecord, ask: Context) -> Iterator[Problem]:
    if record.selector is None or not record.tree.is_revoked or record.is_wildcard:
        return
    if not ask.role(record.domain).parked:
        yield Problem(
            f"the key of selector `{record.selector}` is revoked: its `p` is empty",
            record.key_at,
            help="make sure that nothing signs with it any more",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=dkim_records,
    check=check,
    severity=Severity.INFO,
    standard="RFC 6376 section 3.6.1",
    good=(
        master('s1._domainkey TXT "v=DKIM1; p={rsa2048.public}"'),
        master('*._domainkey TXT "v=DKIM1; p="'),
        master('@ MX 0 .\n@ TXT "v=spf1 -all"\ns1._domainkey TXT "v=DKIM1; p="'),
    ),
    bad=(
        master('@ TXT "v=spf1 a:ns1.example.com -all"\ns1._domainkey TXT "v=DKIM1; p= ; t=s"', caret="p="),
        master('s1._domainkey TXT "v=DKIM1; p="', caret="p="),
    ),
    yields_to=(
        "spec-dkim-selector",
        "spec-sender-dkim",
        "dkim-single-record",
    ),
)
