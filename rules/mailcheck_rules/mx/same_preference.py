"""Exchanges of different operators share one preference.

## What it checks
Two exchanges with the same preference lie in different domains, judged by the last two labels of
their names. Google's two domains count as one.

## Why it matters
Senders choose among equal preferences at random. Half of the mail reaches one operator and half the
other, so recipients, filters and archives must be the same on both sides. Where a move from one
provider to the other was begun, mail keeps arriving at the old one.

## Example
    example.com. MX 10 mail.example.com.
    example.com. MX 10 mx.provider.example.

## How to fix
Give the operator that shall take the mail the lower preference, or remove the other. Where both are
meant to share the load, ignore this rule.

## References
RFC 5321 section 5.1
"""

from collections.abc import Iterator

from mailcheck.analysis.mx_records import Exchange, MxSet, mx_sets
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, master

_SAME_OPERATOR = {"googlemail.com": "google.com"}


def check(mx: MxSet, _: Context) -> Iterator[Problem]:
    if len(mx.hosts) < 2:
        return
    first: dict[int | None, Exchange] = {}
    told = set()
    for exchange in mx.hosts:
        earlier = first.setdefault(exchange.preference, exchange)
        if _operator(exchange) != _operator(earlier) and exchange.preference not in told:
            told.add(exchange.preference)
            yield Problem(
                f"`{earlier.shown}` and `{exchange.shown}` share the preference {exchange.preference}: "
                "each gets a part of the mail",
                exchange.at,
                help="give the operator that shall take the mail the lower preference",
                related=(Label(earlier.at, "the same preference"),),
                token=exchange.name,
            )


def _operator(exchange: Exchange) -> str:
    domain = ".".join(exchange.name.rstrip(".").rsplit(".", 2)[-2:])
    return _SAME_OPERATOR.get(domain, domain)


RULE = Rule(
    __name__,
    __doc__,
    over=mx_sets,
    check=check,
    severity=Severity.INFO,
    standard="RFC 5321 section 5.1",
    good=(
        master("@ MX 10 mail\n@ MX 20 mx.provider.example.\nmail A 192.0.2.25"),
        master("@ MX 10 mx1.provider.example.\n@ MX 10 mx2.provider.example."),
        master("@ MX 10 alt3.aspmx.l.google.com.\n@ MX 10 aspmx2.googlemail.com."),
    ),
    bad=(master("@ MX 10 mail\n@ MX 10 mx.provider.example.\nmail A 192.0.2.25", caret="mx.provider.example."),),
)
