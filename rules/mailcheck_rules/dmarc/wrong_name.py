"""A DMARC record stands at a name where no receiver looks for it.

## What it checks
A TXT record that begins with `v=DMARC1` at a name that neither begins with `_dmarc` nor holds
`_report._dmarc`, and to which no CNAME at a `_dmarc` name leads. A name that only lacks its
underscore is told by zone-underscore-dropped.

## Why it matters
Receivers ask for `_dmarc.<domain>` alone. The record at the domain itself is never read.

## Example
    example.com. TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"

## How to fix
Move the record to `_dmarc.example.com`, or delete it if one stands there already.

## References
RFC 9989 section 4.5
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_records import DmarcRecord, policy_alias_targets, stray_dmarc_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master
from mailcheck.model.text import shorten


def check(record: DmarcRecord, ask: Context) -> Iterator[Problem]:
    if record.name in ask.once(policy_alias_targets):
        return
    name = shorten(record.name.removesuffix("."))
    yield Problem(
        f"no receiver looks for a DMARC record at {name}",
        record.version_at,
        help=f"move it to `_dmarc.{name}`, or delete it if a record stands there",
    )


RULE = Rule(
    __name__,
    __doc__,
    over=stray_dmarc_records,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 9989 section 4.5",
    yields_to=("dmarc-present", "dmarc-present-nonsending", "zone-underscore-dropped"),
    indexes=(policy_alias_targets,),
    good=(
        master(
            '_dmarc TXT "v=DMARC1; p=none"\nexample.net._report._dmarc TXT "v=DMARC1"\n* TXT "v=DMARC1; p=none"'
        ),
        master('@ TXT "DMARC: see _dmarc"'),
        master('dmarc TXT "v=DMARC1; p=reject"'),
        master('_dmarc CNAME policy\npolicy TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"'),
    ),
    bad=(
        master(
            '@ TXT "v=DMARC1; p=reject"\n_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"',
            caret="v=DMARC1",
        ),
    ),
)
