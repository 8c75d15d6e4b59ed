"""`pct=100` stands in the record, which RFC 9989 no longer knows.

## What it checks
The record holds `pct=100`.

## Why it matters
It is harmless: every receiver applies the policy to all mail, with the tag or without. It only makes
the record longer and suggests that a smaller number would do something.

## Example
    _dmarc.example.com. TXT "v=DMARC1; p=reject; pct=100; rua=mailto:dmarc@example.com"

## How to fix
Delete `pct=100`, which is what the offered fix does.

## References
RFC 9989 appendices A.6 and C.5.2
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_records import DmarcRecord, dmarc_records
from mailcheck.analysis.edits import without_tag
from mailcheck.lint.rule import Context, Fix, Problem, Rule, Severity, master


def check(record: DmarcRecord, _: Context) -> Iterator[Problem]:
    tag = record.tag("pct")
    if tag is not None and tag.value == "100":
        yield Problem(
            "`pct=100` says what holds anyway, and is no longer part of DMARC",
            record.at.within(tag.start, tag.end),
            help="delete it",
            fix=Fix("delete `pct=100`", (without_tag(record.record, tag),), safe=True),
        )


RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_records,
    check=check,
    severity=Severity.INFO,
    standard="RFC 9989 appendix C.5.2",
    good=(
        master('_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"'),
        master('_dmarc TXT "v=DMARC1; p=reject; pct=50; rua=mailto:dmarc@example.net"'),
    ),
    bad=(master('_dmarc TXT "v=DMARC1; p=reject; pct=100; rua=mailto:a@example.net"', caret="pct=100"),),
)
