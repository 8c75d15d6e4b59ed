"""A mail record stands at a name that lost its underscore.

## What it checks
Texts of DMARC, DKIM, MTA-STS, TLS-RPT and BIMI at a name with `dmarc`, `domainkey`, `mta-sts`, `smtp` and
`tls`, or `bimi` where `_dmarc`, `_domainkey`, `_mta-sts`, `_smtp._tls`, or `_bimi` must stand; and CNAMEs
from such a name to one with the underscore.

## Why it matters
Receivers look at the name with the underscore and at no other. The record is in the zone, the panel of
the provider shows it, and the domain has no policy or no key all the same. Some panels drop the
underscore without a word.

## Example
    dmarc.example.com. TXT "v=DMARC1; p=reject"

## How to fix
    _dmarc.example.com. TXT "v=DMARC1; p=reject"

## References
RFC 8552 section 1.1; RFC 6376 section 3.6.2.1; RFC 8461 section 3.1; RFC 8460 section 3
"""

from collections.abc import Iterator

from mailcheck.analysis.zone_underscores import LostUnderscore, lost_underscores
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, master
from mailcheck.model.text import shorten


def check(found: LostUnderscore, _: Context) -> Iterator[Problem]:
    meant = shorten(found.meant.removesuffix("."))
    yield Problem(
        f"this {found.what} record belongs at `{meant}`: receivers do not look here",
        found.record.owner_at,
        help=f"write `{meant}`, with the underscore",
    )


_POLICY = '_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"\n'

RULE = Rule(
    __name__,
    __doc__,
    over=lost_underscores,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 8552 section 1.1",
    yields_to=("dmarc-present", "dmarc-present-nonsending"),
    good=(
        master('_dmarc TXT "v=DMARC1; p=none"\nexample.net._report._dmarc TXT "v=DMARC1"\ndmarc TXT "a note"'),
        master('_mta-sts TXT "v=STSv1; id=1"\nmta-sts A 192.0.2.1\n_smtp._tls TXT "v=TLSRPTv1"'),
        master('_dmarc.dmarc TXT "v=DMARC1; p=none"\n_smtp._tls.smtp TXT "v=TLSRPTv1; rua=mailto:a@example.com"'),
        master(
            'mta-sts CNAME _mta-sts.example.net.\nx._domainkey.domainkey TXT "p="\nmail TXT "v=DMARC1; p=none"'
        ),
        master("s1._domainkey CNAME s1._domainkey.example.net.\ndmarc CNAME www.example.net.\ntls A 192.0.2.1"),
    ),
    bad=(
        master(_POLICY + 'dmarc.news TXT "v=DMARC1; p=none"', caret="dmarc.news"),
        master('example.net._report.dmarc TXT "v=DMARC1"', caret="example.net._report.dmarc"),
        master('s1.domainkey TXT "p="', caret="s1.domainkey"),
        master("s1.domainkey CNAME s1._domainkey.example.net.", caret="s1.domainkey"),
        master('mta-sts TXT "v=STSv1; id=1"', caret="mta-sts"),
        master('_smtp.tls TXT "v=TLSRPTv1; rua=mailto:a@example.com"', caret="_smtp.tls"),
        master('default.bimi TXT "v=BIMI1; l="', caret="default.bimi"),
        Case({"example.com.yaml": "s1.domainkey:\n  type: TXT\n  value: p=\n"}, caret="s1.domainkey"),
    ),
)
