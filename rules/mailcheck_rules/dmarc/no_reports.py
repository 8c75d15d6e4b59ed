"""The record asks for no aggregate reports.

## What it checks
The DMARC record has no tag `rua`.

## Why it matters
Receivers must not send aggregate reports for the domain then. Nobody sees who sends in its name, nor
that a change has broken the alignment of one's own mail.

## Example
    _dmarc.example.com. TXT "v=DMARC1; p=quarantine"

## How to fix
Add `rua=mailto:dmarc@example.com`, a mailbox that a program reads. Its domain must consent if it is
another organization's (dmarc-report-authorised).

## References
RFC 9989 section 4.7, tag `rua`, and section 5.1.3
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_records import DmarcRecord, dmarc_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master
from mailcheck.model.text import shorten


def check(record: DmarcRecord, _: Context) -> Iterator[Problem]:
    if record.tag("rua") is not None:
        return
    meant = record.misnamed_rua
    if meant is not None:
        name = shorten(meant.name)
        yield Problem(
            f"`{name}` is no DMARC tag, and without `rua` no receiver sends aggregate reports",
            record.at.within(meant.start, meant.start + len(meant.name)),
            help="did you mean `rua`?",
        )
        return
    yield Problem(
        "without `rua` no receiver sends aggregate reports",
        record.version_at,
        help="add `rua=mailto:…` with a mailbox for them",
    )


RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_records,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 9989 section 4.7",
    yields_to=("dmarc-policy-missing", "dmarc-single-record"),
    good=(
        master('_dmarc TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.net"'),
        master('_dmarc TXT "v=DMARC1; p=quarantine; rua="'),
        master('example.net._report._dmarc TXT "v=DMARC1"'),
        master('_dmarc TXT "v=DMARC1"'),
    ),
    bad=(
        master('_dmarc TXT "v=DMARC1; p=quarantine"', caret="v=DMARC1"),
        master('_dmarc TXT "v=DMARC1; p=none; rau=mailto:dmarc@example.com"', caret="rau"),
    ),
)
