"""A DMARC record stands at a name where no receiver looks for it.

## What it checks
A TXT record that begins with `v=DMARC1` at a name that neither begins with `_dmarc` nor holds
`_report._dmarc`, and to which no CNAME leads from such a name or from a wildcard. `_dmarc.*` is no
such name, since `*` is a wildcard as the first label only. A name that only lacks its underscore is told by
zone-underscore-dropped.

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

from mailcheck.analysis.dmarc_aliases import aliased_dmarc
from mailcheck.analysis.dmarc_records import POLICY_LABEL, DmarcRecord, stray_dmarc_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master
from mailcheck.model.text import shorten

_NO_WILDCARD = f"{POLICY_LABEL}*."
_WHY = ": `*` is a wildcard as the first label only"


def check(record: DmarcRecord, ask: Context) -> Iterator[Problem]:
    if record.name in ask.once(aliased_dmarc):
        return
    name = shorten(record.name.removesuffix("."))
    domain = name.removeprefix(_NO_WILDCARD)
    yield Problem(
        f"no receiver looks for a DMARC record at {name}{_WHY if domain != name else ''}",
        record.version_at,
        help=f"move it to `{POLICY_LABEL}{domain}`, or delete it if a record stands there",
    )


RULE = Rule(
    __name__,
    __doc__,
    over=stray_dmarc_records,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 9989 section 4.5",
    yields_to=(
        "dmarc-present",
        "dmarc-present-nonsending",
        "zone-underscore-dropped",
        "dkim-syntax",
        "mta-sts-syntax",
        "tls-rpt-syntax",
        "bimi-syntax",
    ),
    indexes=(aliased_dmarc,),
    good=(
        master(
            '_dmarc TXT "v=DMARC1; p=none"\nexample.net._report._dmarc TXT "v=DMARC1"\n* TXT "v=DMARC1; p=none"'
        ),
        master('@ TXT "DMARC: see _dmarc"'),
        master('s1._domainkey TXT "v=DMARC1; p=none"\n_mta-sts TXT "v=DMARC1; p=none"'),
        master('dmarc TXT "v=DMARC1; p=reject"'),
        master('_dmarc CNAME policy\npolicy TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"'),
        master('_dmarc CNAME a\na CNAME b\nb TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"'),
        master('example.net._report._dmarc CNAME consent\nconsent TXT "v=DMARC1"'),
        master('*._report._dmarc CNAME consent\nconsent TXT "v=DMARC1"'),
        master('* CNAME policy\npolicy TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"'),
        master(
            "_dmarc CNAME a.example.net.",
            **{
                "example.net.zone": "$ORIGIN example.net.\n$TTL 3600\na CNAME b\n"
                'b TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"\n',
            },
        ),
    ),
    bad=(
        master(
            '@ TXT "v=DMARC1; p=reject"\n_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"',
            caret="v=DMARC1",
        ),
        master(
            '_dmarc.* TXT "v=DMARC1; p=reject"\n_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"',
            caret="v=DMARC1",
        ),
        master(
            'www CNAME web\nweb TXT "v=DMARC1; p=reject"\n'
            '_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"',
            caret="v=DMARC1",
        ),
    ),
)
