"""The policy is missing or wrong, and receivers take it as `p=none`.

## What it checks
`p` is missing or none of `none`, `quarantine`, `reject`, or `sp` or `np` is wrong, in a record with a
valid `rua` address. Without one it is dmarc-policy-missing.

## Why it matters
Receivers then act as if the record said `p=none` and send reports: the policy that was meant is never
applied. A wrong `sp` takes a correct `p` down with it.

## Example
    _dmarc.example.com. TXT "v=DMARC1; p=reject; sp=quarantin; rua=mailto:dmarc@example.com"

## How to fix
Write `none`, `quarantine` or `reject` in `p`, `sp` and `np`. If you only want reports, say `p=none`.

## References
RFC 9989 sections 4.7 and 4.10.1
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_records import DmarcRecord, dmarc_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(record: DmarcRecord, _: Context) -> Iterator[Problem]:
    if not record.tree.has_report_address:
        return
    for fault in record.tree.policy_faults:
        yield Problem(
            f"{fault.message}, so that receivers act as under `p=none`",
            record.at.within(fault.start, fault.end),
            help="write `none`, `quarantine` or `reject`",
            token=fault.written,
        )


def _record(rest: str) -> str:
    return f'_dmarc TXT "v=DMARC1; {rest}rua=mailto:dmarc@example.net"'


RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_records,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 9989 section 4.10.1",
    yields_to=("zone-non-ascii",),
    good=(
        master(_record("p=none; ")),
        master('_dmarc TXT "v=DMARC1; p=rejct"'),
        master('example.net._report._dmarc TXT "v=DMARC1; rua=mailto:dmarc@example.net"'),
    ),
    bad=(
        master(_record(""), caret="v=DMARC1"),
        master(_record("p=rejct; "), caret="rejct"),
        master(_record("p=reject; sp=quarantin; "), caret="quarantin"),
        master(_record("p=reject; np=all; "), caret="all"),
        master(_record("P=reject; "), caret="P"),
    ),
)
