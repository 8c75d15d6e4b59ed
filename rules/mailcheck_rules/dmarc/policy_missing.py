"""The policy is missing or wrong, and receivers apply no DMARC at all.

## What it checks
`p` is missing or none of `none`, `quarantine`, `reject`, or `sp` or `np` is wrong, and no valid `rua`
address stands in the record. With a valid `rua` it is dmarc-policy-assumed.

## Why it matters
Receivers treat such a record as if there were none. Gmail turns bulk mail away from domains whose
record has no policy (421 4.7.40).

## Example
    _dmarc.example.com. TXT "v=DMARC1; p=rejct"

## How to fix
Write `p=none`, `p=quarantine` or `p=reject`, the same words in `sp` and `np`, and a semicolon after each.

## References
RFC 9989 sections 4.7 and 4.10.1; https://support.google.com/a/answer/81126
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_records import DmarcRecord, dmarc_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(record: DmarcRecord, _: Context) -> Iterator[Problem]:
    if record.tree.has_report_address:
        return
    for fault in record.tree.policy_faults:
        yield Problem(
            f"{fault.message}, so that receivers apply no DMARC",
            record.at.within(fault.start, fault.end),
            help="write `none`, `quarantine` or `reject`",
            token=fault.written,
        )


RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_records,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 9989 section 4.10.1",
    yields_to=("zone-non-ascii",),
    good=(
        master('_dmarc TXT "v=DMARC1; sp=none; P=x; p=Reject"'),
        master('_dmarc TXT "v=DMARC1; p=rejct; rua=mailto:dmarc@example.net"'),
        master('example.net._report._dmarc TXT "v=DMARC1"\n*._report._dmarc TXT "v=DMARC1;"'),
    ),
    bad=(
        master('_dmarc TXT "v=DMARC1"', caret="v=DMARC1"),
        master('_dmarc TXT "v=DMARC1; p=rejct"', caret="rejct"),
        master('_dmarc TXT "v=DMARC1; p=reject; sp=nonee"', caret="nonee"),
        master('_dmarc TXT "v=DMARC1; p=reject; np="', caret="np="),
        master('_dmarc TXT "v=DMARC1; policy=reject"', caret="policy"),
        master('_dmarc TXT "v=DMARC1; p:reject"', caret="p:reject"),
        master('_dmarc TXT "v=DMARC1; p=reject sp=none"', caret="reject sp=none"),
    ),
)
