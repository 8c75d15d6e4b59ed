"""`p=none` asks for reports only.

## What it checks
The record says `p=none`.

## Why it matters
It is the right first step, and no protection: receivers are asked to do nothing about forged mail.
BIMI and some partners want an enforcing policy.

## Example
    _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"

## How to fix
Read the reports until all of your own mail passes with DKIM or SPF aligned, then write
`p=quarantine` and later `p=reject`.

## References
RFC 9989 sections 3.2.12 and 5.1.7
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_records import DmarcRecord, dmarc_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(record: DmarcRecord, _: Context) -> Iterator[Problem]:
    tag = record.tag("p")
    if tag is not None and record.tree.has_policy and record.tree.request("p") == "none":
        yield Problem(
            "`p=none` leaves forged mail alone: it asks for reports only",
            record.at.within(tag.start, tag.end),
            help="when the reports show that your own mail passes, write `p=quarantine`, then `p=reject`",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_records,
    check=check,
    severity=Severity.INFO,
    standard="RFC 9989 section 4.7",
    yields_to=(
        "spec-dmarc-policy",
        "spec-parked",
        "zone-parked",
        "dmarc-single-record",
    ),
    good=(
        master('_dmarc TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.net"'),
        master('_dmarc TXT "v=DMARC1; p=none; sp=nono; rua=mailto:dmarc@example.net"'),
    ),
    bad=(master('_dmarc TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.net"', caret="p=none"),),
)
