"""A BIMI record breaks the grammar, so no logo is shown.

## What it checks
TXT records at `<selector>._bimi.<domain>`: `v=BIMI1` first, no tag twice, `l` present with one `https://`
address of an SVG file, or empty; `a` empty or one `https://` address. Empty `l` and `a` decline BIMI.

## Why it matters
Mailbox providers must not repair such a record; they ignore it.

## Example
    default._bimi.example.com. TXT "v=BIMI1; l=http://example.com/logo.svg"

## How to fix
Correct the part under the caret: `v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem`.

## References
draft-brand-indicators-for-message-identification, "Assertion Record Definition"
"""

from collections.abc import Iterator

from mailcheck.analysis.transport import Bimi, bimi_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(bimi: Bimi, _: Context) -> Iterator[Problem]:
    for fault in bimi.tree.faults:
        at = bimi.record.at.within(fault.start, fault.end)
        yield Problem(fault.message, at, help=fault.help, token=fault.message)


_DMARC = '_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"\n@ TXT "v=spf1 -all"\n@ MX 0 .\n'

RULE = Rule(
    __name__,
    __doc__,
    over=bimi_records,
    check=check,
    severity=Severity.WARNING,
    standard="draft-brand-indicators-for-message-identification",
    yields_to=("zone-unescaped-semicolon", "zone-non-ascii"),
    good=(
        master(
            _DMARC + 'default._bimi TXT "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/a.pem;"'
        ),
        master(_DMARC + 'default._bimi TXT "v=BIMI1; l=; a=;"'),
        master(_DMARC + 'default._bimi TXT "v = BIMI1;l=https://example.com/logo.png.svg; avp=brand; lps=true"'),
    ),
    bad=(
        master(_DMARC + 'default._bimi TXT "v=BIMI2; l=https://example.com/logo.svg"', caret="v=BIMI2"),
        master(
            _DMARC + 'default._bimi TXT "l=https://example.com/l.svg; v=BIMI1"',
            caret="l=https://example.com/l.svg",
        ),
        master(_DMARC + 'default._bimi TXT "logo"', caret="logo"),
        master(
            _DMARC + 'default._bimi TXT "v=BIMI1; l=http://example.com/l.svg"', caret="http://example.com/l.svg"
        ),
        master(_DMARC + 'default._bimi TXT "v=BIMI1; l=https://example.com/logo.png"', caret=".png"),
        master(_DMARC + 'default._bimi TXT "v=BIMI1; l=https://a.example/a.svg,https://b.example/b.svg"'),
        master(
            _DMARC + 'default._bimi TXT "v=BIMI1; l=https://example.com/l.svg; a=example.com"', caret="example.com"
        ),
        master(_DMARC + 'default._bimi TXT "v=BIMI1; a="', caret="v=BIMI1; a="),
        master(_DMARC + 'default._bimi TXT "v=BIMI1; l=; l="', caret="l="),
        master(_DMARC + 'default._bimi TXT "v=BIMI1; l=; avp"', caret="avp"),
    ),
)
