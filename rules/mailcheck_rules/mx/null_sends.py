"""A domain with a null MX also sends mail.

## What it checks
A domain publishes the null MX, and its SPF record lets someone send for it, or a DKIM key signs for
it.

## Why it matters
Receivers need somewhere to return an undeliverable message to. RFC 7505 advises against using a
domain with a null MX as a sender, and large receivers, Microsoft among them, refuse its mail (enhanced
status code 5.7.27).

## Example
    example.com. MX  0 .
    example.com. TXT "v=spf1 ip4:192.0.2.25 -all"

## How to fix
Publish an MX record that takes the bounces. If the domain sends no mail, publish `v=spf1 -all` and
remove its DKIM keys.

## References
RFC 7505 sections 4.2 and 6
"""

from collections.abc import Iterator

from mailcheck.analysis.mx_records import MxSet, mx_sets
from mailcheck.grammar.spf import is_spf
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, master


def check(mx: MxSet, ask: Context) -> Iterator[Problem]:
    if mx.is_null and ask.role(mx.name).sends:
        spf = next((record for record in ask.zone.at_name(mx.name, "TXT") if is_spf(record.text)), None)
        yield Problem(
            "the domain takes no mail and yet sends: receivers that check for a return path refuse it",
            mx.exchanges[0].at,
            help="publish an MX record that takes bounces, or `v=spf1 -all` where the domain sends nothing",
            related=(Label(spf.at, "what may send is said here"),) if spf else (),
        )


RULE = Rule(
    __name__,
    __doc__,
    over=mx_sets,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7505 section 4.2",
    yields_to=("spec-host-mx", "spec-parked", "zone-parked"),
    good=(
        master('@ MX 0 .\n@ TXT "v=spf1 -all"'),
        master('@ MX 10 mail\nmail A 192.0.2.25\n@ TXT "v=spf1 mx -all"'),
        master("@ MX 0 ."),
    ),
    bad=(
        master('@ MX 0 .\n@ TXT "v=spf1 ip4:192.0.2.25 -all"', caret="."),
        master("@ MX 0 .\ns1._domainkey CNAME s1.provider.example.", caret="."),
    ),
)
