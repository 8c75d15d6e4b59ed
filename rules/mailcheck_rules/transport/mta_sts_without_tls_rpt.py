"""A domain has MTA-STS and asks for no TLS reports.

## What it checks
A domain that announces MTA-STS has a TXT record or a CNAME at `_smtp._tls`.

## Why it matters
When TLS fails, senders that enforce the policy hold mail back. Reports are the only way to learn of it,
and the way to see in testing mode whether `enforce` is safe.

## Example
    _mta-sts.example.com. TXT "v=STSv1; id=20260131"
    (nothing at _smtp._tls.example.com)

## How to fix
Add `_smtp._tls.<domain> TXT "v=TLSRPTv1; rua=mailto:…"`.

## References
RFC 8460 section 3; RFC 8461 section 5
"""

from collections.abc import Iterator

from mailcheck.analysis.transport import StsDomain, has_tls_reports, sts_domains
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(domain: StsDomain, ask: Context) -> Iterator[Problem]:
    if not has_tls_reports(ask.zone, domain.domain):
        name = domain.domain.removesuffix(".")
        yield Problem(
            f"`{name}` has MTA-STS, and nothing at `_smtp._tls.{name}` asks for reports",
            domain.at,
            help=f'add `_smtp._tls.{name} TXT "v=TLSRPTv1; rua=mailto:…"`',
        )


_RECORD = '_mta-sts TXT "v=STSv1; id=1"\nmta-sts A 192.0.2.80\n'

RULE = Rule(
    __name__,
    __doc__,
    over=sts_domains,
    check=check,
    severity=Severity.INFO,
    standard="RFC 8460 section 3",
    good=(
        master(_RECORD + '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"'),
        master(_RECORD + "_smtp._tls CNAME _smtp._tls.example.net."),
        master("@ MX 10 mail.example.net."),
    ),
    bad=(master(_RECORD, caret="v=STSv1; id=1"),),
    yields_to=("zone-doubled-origin",),
)
