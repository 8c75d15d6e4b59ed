"""Subdomains have a weaker policy than the domain.

## What it checks
`sp` (subdomains) or `np` (subdomains that do not exist) asks for less than `p`.

## Why it matters
Whoever is turned away at `example.com` sends as `accounts.example.com` instead. Names that do not
exist send no mail at all, so nothing speaks for a weak `np`.

## Example
    _dmarc.example.com. TXT "v=DMARC1; p=reject; sp=none; rua=mailto:dmarc@example.com"

## How to fix
Drop `sp` and `np`, so that `p` holds below too, or give the one subdomain that needs it its own
record. `np=reject` is safe from the first day.

## References
RFC 9989 sections 4.7 and 4.10.1
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_records import DmarcRecord, dmarc_records
from mailcheck.grammar.dmarc import REQUESTS
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master

_BELOW = {"sp": "subdomains", "np": "subdomains that do not exist"}


def check(record: DmarcRecord, _: Context) -> Iterator[Problem]:
    tree = record.tree
    policy = tree.request("p")
    if policy is None or not tree.has_policy:
        return
    for name, below in _BELOW.items():
        tag, request = record.tag(name), tree.request(name)
        if tag and request and REQUESTS.index(request) < REQUESTS.index(policy):
            yield Problem(
                f"`{name}={request}` is weaker than `p={policy}`: {below} can still be forged",
                record.at.within(tag.start, tag.end),
                help=f"delete `{name}`, or write `{name}={policy}`",
                token=name,
            )
            return


RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_records,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 9989 section 4.7",
    yields_to=("dmarc-subdomain-noop", "dmarc-single-record"),
    good=(
        master('_dmarc TXT "v=DMARC1; p=none; sp=reject; np=reject; rua=mailto:dmarc@example.net"'),
        master('_dmarc TXT "v=DMARC1; p=reject; sp=nono; np=none; rua=mailto:dmarc@example.net"'),
        master(
            '_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"\n'
            '_dmarc.news TXT "v=DMARC1; p=reject; sp=none; rua=mailto:dmarc@example.net"'
        ),
    ),
    bad=(
        master('_dmarc TXT "v=DMARC1; p=reject; sp=none; np=none; rua=mailto:a@example.net"', caret="sp=none"),
        master('_dmarc TXT "v=DMARC1; p=reject; np=quarantine; rua=mailto:a@example.net"', caret="np=quarantine"),
    ),
)
