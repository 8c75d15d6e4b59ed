"""`fo` stands without `ruf` and is ignored.

## What it checks
The record has a tag `fo` and no tag `ruf`.

## Why it matters
`fo` says when to send failure reports, `ruf` to whom. Without an address receivers must ignore `fo`,
and whoever reads the record expects reports that never come.

## Example
    _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com; fo=1"

## How to fix
Delete `fo`, which is what the offered fix does, or add `ruf=mailto:…`. Few receivers send failure reports at all.

## References
RFC 9989 section 4.7
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_records import DmarcRecord, dmarc_records
from mailcheck.analysis.edits import without_tag
from mailcheck.lint.rule import Context, Fix, Problem, Rule, Severity, master
from mailcheck.model.text import shorten


def check(record: DmarcRecord, _: Context) -> Iterator[Problem]:
    tag = record.tag("fo")
    if tag is not None and record.tag("ruf") is None:
        yield Problem(
            f"`fo={shorten(tag.value)}` is ignored, since there is no `ruf`",
            record.at.within(tag.start, tag.end),
            help="delete `fo`, or add a `ruf` address for failure reports",
            fix=Fix("delete `fo`", (without_tag(record.record, tag),), safe=True),
        )


RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_records,
    check=check,
    severity=Severity.INFO,
    standard="RFC 9989 section 4.7",
    good=(
        master('_dmarc TXT "v=DMARC1; p=none; rua=mailto:a@example.net; ruf=mailto:a@example.net; fo=1"'),
        master('_dmarc TXT "v=DMARC1; p=none; rua=mailto:a@example.net"'),
    ),
    bad=(master('_dmarc TXT "v=DMARC1; p=none; rua=mailto:a@example.net; fo=1"', caret="fo=1"),),
)
