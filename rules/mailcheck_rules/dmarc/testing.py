"""`t=y` lowers an enforcing policy by one level.

## What it checks
The record says `t=y` beside a `p`, `sp` or `np` of `quarantine` or `reject`.

## Why it matters
Receivers then treat `reject` as `quarantine` and `quarantine` as `none`. That is what a trial is for;
left in place, the domain is less protected than its record says.

## Example
    _dmarc.example.com. TXT "v=DMARC1; p=reject; t=y; rua=mailto:dmarc@example.com"

## How to fix
Delete `t=y` when the trial is over.

## References
RFC 9989 section 4.7, tag `t`, and appendix A.6
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_records import DmarcRecord, dmarc_records
from mailcheck.grammar.dmarc import POLICY_TAGS, lowered
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(record: DmarcRecord, _: Context) -> Iterator[Problem]:
    tree = record.tree
    tag = record.tag("t")
    if tag is None or not tree.testing or not tree.has_policy:
        return
    for name in POLICY_TAGS:
        request = tree.request(name)
        if request and request != "none":
            yield Problem(
                f"`t=y` lowers the policy: receivers apply `{name}={request}` as `{lowered(request)}`",
                record.at.within(tag.start, tag.end),
                help="delete `t=y` when the trial is over",
            )
            return


RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_records,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 9989 section 4.7",
    yields_to=(
        "spec-dmarc-policy",
        "dmarc-single-record",
    ),
    good=(
        master('_dmarc TXT "v=DMARC1; p=none; t=y; rua=mailto:dmarc@example.net"'),
        master('_dmarc TXT "v=DMARC1; p=reject; t=n; rua=mailto:dmarc@example.net"'),
    ),
    bad=(
        master('_dmarc TXT "v=DMARC1; p=reject; t=y; rua=mailto:dmarc@example.net"', caret="t=y"),
        master('_dmarc TXT "v=DMARC1; p=none; np=reject; t=Y; rua=mailto:dmarc@example.net"', caret="t=Y"),
    ),
)
