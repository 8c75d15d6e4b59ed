"""A domain with DANE asks for no TLS reports.

## What it checks
A domain whose MX names a host with TLSA records in a declared zone has a TXT record or a CNAME at
`_smtp._tls`. A domain with MTA-STS is `mta-sts-without-tls-rpt`. Domains with neither are left alone.

## Why it matters
When a certificate no longer fits its TLSA record, senders that check it hold mail back. Reports are the
only way to learn of it before users do.

## Example
    example.com.               MX   10 mail.example.com.
    _25._tcp.mail.example.com. TLSA 3 1 1 ...
    (nothing at _smtp._tls.example.com)

## How to fix
Add `_smtp._tls.<domain> TXT "v=TLSRPTv1; rua=mailto:…"`.

## References
RFC 8460 section 3
"""

from collections.abc import Iterator

from mailcheck.analysis.mx_records import MxSet, mx_sets
from mailcheck.analysis.transport import announces_sts, has_tls_reports, tlsa_hosts
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(mx: MxSet, ask: Context) -> Iterator[Problem]:
    if mx.name.startswith("*.") or announces_sts(ask.zone, mx.name) or has_tls_reports(ask.zone, mx.name):
        return
    secured = ask.once(tlsa_hosts)
    exchange = next((exchange for exchange in mx.hosts if exchange.name in secured), None)
    if exchange is not None:
        name = mx.name.removesuffix(".")
        yield Problem(
            f"`{exchange.shown}` has TLSA records, and nothing at `_smtp._tls.{name}` asks for reports",
            exchange.at,
            help=f'add `_smtp._tls.{name} TXT "v=TLSRPTv1; rua=mailto:…"`',
        )


_DANE = "@ MX 10 mail\nmail A 192.0.2.25\n_25._tcp.mail TLSA 3 1 1 " + "ab" * 32 + "\n"

RULE = Rule(
    __name__,
    __doc__,
    over=mx_sets,
    check=check,
    severity=Severity.INFO,
    standard="RFC 8460 section 3",
    indexes=(tlsa_hosts,),
    good=(
        master(_DANE + '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"'),
        master(_DANE + '_mta-sts TXT "v=STSv1; id=1"\nmta-sts A 192.0.2.80'),
        master("@ MX 10 mail\nmail A 192.0.2.25"),
    ),
    bad=(master(_DANE, caret="mail"),),
)
