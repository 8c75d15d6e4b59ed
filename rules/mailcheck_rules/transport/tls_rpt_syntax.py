"""A TLS reporting record breaks the grammar, so no reports are sent.

## What it checks
The TXT record at `_smtp._tls`: `v=TLSRPTv1;` at its very beginning and in this case, then `rua=` with
one or more addresses that are `mailto:` or `https:`, separated by commas, no space around `=`. A comma,
`!` or `;` inside an address is written `%2C`, `%21` or `%3B`. Records that do not begin with `v=TLSRPTv1;` are let
pass beside one that does.

## Why it matters
Those who would report ignore a broken record, and failures of TLS stay unseen.

## Example
    _smtp._tls.example.com. TXT "v=TLSRPTv1; rua=tls-reports@example.com"

## How to fix
Correct the part under the caret: `v=TLSRPTv1; rua=mailto:tls-reports@example.com`.

## References
RFC 8460 section 3
"""

from collections.abc import Iterator

from mailcheck.analysis.transport import Declaration, tls_rpt_declarations
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(declared: Declaration, _: Context) -> Iterator[Problem]:
    for fault in declared.faults:
        at = declared.at.within(fault.start, fault.end)
        yield Problem(fault.message, at, help=fault.help, token=fault.message)


RULE = Rule(
    __name__,
    __doc__,
    over=tls_rpt_declarations,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 8460 section 3",
    yields_to=("zone-unescaped-semicolon", "zone-non-ascii"),
    good=(
        master('_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"'),
        master('_smtp._tls TXT "v=TLSRPTv1;rua=mailto:a@example.com , https://example.com/tls?x=1;"'),
        master('_smtp._tls TXT "v=TLSRPTv1; rua=mailto:a@example.com; rua=mailto:b@example.com; x-1=y"'),
        master('_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"\n_smtp._tls TXT "a note"'),
    ),
    bad=(
        master('_smtp._tls TXT "v=TLSRPT1; rua=mailto:tls@example.com"', caret="v=TLSRPT1;"),
        master('_smtp._tls TXT "v=TLSRPTv1"', caret="v=TLSRPTv1"),
        master('_smtp._tls TXT "v=TLSRPTv1; rua=tls@example.com"', caret="tls@example.com"),
        master('_smtp._tls TXT "v=TLSRPTv1; rua=http://example.com/tls"', caret="http://example.com/tls"),
        master('_smtp._tls TXT "v=TLSRPTv1; rua=mailto:example.com"', caret="mailto:example.com"),
        master('_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com!10m"', caret="mailto:tls@example.com!10m"),
        master('_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com,"'),
        master('_smtp._tls TXT "v=TLSRPTv1; ruf=mailto:tls@example.com"'),
        master('_smtp._tls TXT "v=TLSRPTv1; rua= mailto:tls@example.com"', caret="rua= "),
        master('_smtp._tls TXT "v=TLSRPTv1;; rua=mailto:tls@example.com"', caret=";"),
        master('_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com; b@example.com"', caret="b@example.com"),
    ),
)
