"""A DKIM key may not sign for addresses in subdomains.

## What it checks
The `t` tag holds the flag `s`.

## Why it matters
With it the domain in `i=` of a signature must be exactly the one in `d=`. A server that signs for
`user@news.example.com` with `d=example.com` and names that user in `i=` fails at every verifier.

## Example
    s1._domainkey.example.com. TXT "v=DKIM1; t=s; p=MIIBIjANBgkq..."

## How to fix
Nothing, where no subdomain sends mail signed with this key: the flag is recommended then. Otherwise
remove it, or give the subdomain a key of its own.

## References
RFC 6376 section 3.6.1
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keys import DkimRecord, dkim_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(record: DkimRecord, _: Context) -> Iterator[Problem]:
    flag = record.tree.flag("s")
    if flag is not None and not record.tree.is_revoked:
        yield Problem(
            f"`t=s` forbids `i=` in subdomains of `{record.domain.removesuffix('.')}`",
            record.at.within(flag.start, flag.end),
            help="remove the flag where subdomains send mail signed with this key",
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
        master('s1._domainkey TXT "v=DKIM1; t=s; p="'),
    ),
    bad=(master('s1._domainkey TXT "v=DKIM1; t=s; p={rsa2048.public}"', caret="s"),),
    yields_to=("dkim-single-record", "dkim-wrong-name"),
)
