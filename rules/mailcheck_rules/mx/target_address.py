"""The exchange is an IP address.

## What it checks
An MX record holds an IPv4 or IPv6 address where a host name must stand: with or without a final
dot, in brackets, or with the zone's name added to it because the dot is missing
(`192.0.2.25.example.com.`, unless the zone has a host of that name).

## Why it matters
An MX record can only hold a name. Receivers ask DNS for a host called `192.0.2.25`, find none, and
the mail is returned or waits in queues for days.

## Example
    example.com. MX 10 192.0.2.25

## How to fix
Give the address a name, and let the MX record name that host:

    mail.example.com. A  192.0.2.25
    example.com.      MX 10 mail.example.com.

## References
RFC 1035 section 3.3.9; RFC 5321 section 5.1
"""

from collections.abc import Iterator

from mailcheck.analysis.mx_records import MxSet, mx_sets
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, master


def check(mx: MxSet, _: Context) -> Iterator[Problem]:
    for exchange in mx.exchanges:
        address = exchange.address
        if address is not None:
            rtype = "A" if address.version == 4 else "AAAA"
            yield Problem(
                f"the exchange is the address {address}, and an MX record needs a host name",
                exchange.at,
                help=f"give the host a name with `{rtype} {address}`, and let the MX record name that host",
                token=exchange.name,
            )


RULE = Rule(
    __name__,
    __doc__,
    over=mx_sets,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 5321 section 5.1",
    good=(
        master("@ MX 10 mail\nmail A 192.0.2.25"),
        master("@ MX 10 192.0.2.25\n192.0.2.25 A 192.0.2.25"),
        master("@ MX 10 25.2.0.192.rev.example."),
    ),
    bad=(
        master("@ MX 10 192.0.2.25.", caret="192.0.2.25."),
        master("@ MX 10 192.0.2.25", caret="192.0.2.25"),
        master("@ MX 10 2001:db8::25", caret="2001:db8::25"),
        master("@ MX 10 [192.0.2.25]", caret="[192.0.2.25]"),
        Case(
            {"example.com.yaml": "'':\n  type: MX\n  value: {exchange: 192.0.2.25., preference: 10}\n"},
            caret="192.0.2.25.",
        ),
    ),
)
