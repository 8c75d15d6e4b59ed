"""The same exchange stands in the MX records twice.

## What it checks
One exchange appears with two different preferences. The very same record twice is
`zone-duplicate-record`.

## Why it matters
The second record adds no second server: it only makes senders try a dead host again. As a rule it is
a leftover, and another exchange was meant.

## Example
    example.com. MX 10 mail.example.com.
    example.com. MX 20 mail.example.com.

## How to fix
Remove one of the two, or name the other host that was meant.

## References
RFC 5321 section 5.1
"""

from collections.abc import Iterator

from mailcheck.analysis.mx_records import Exchange, MxSet, mx_sets
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, master


def check(mx: MxSet, _: Context) -> Iterator[Problem]:
    first: dict[str, Exchange] = {}
    for exchange in mx.exchanges:
        earlier = first.setdefault(exchange.name, exchange)
        if exchange.preference != earlier.preference and exchange.kind != "null":
            yield Problem(
                f"the exchange `{exchange.shown}` stands here with a second preference",
                exchange.at,
                help="remove one of the two records, or name the other host that was meant",
                related=(Label(earlier.at, "the first one"),),
                token=exchange.name,
            )


RULE = Rule(
    __name__,
    __doc__,
    over=mx_sets,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 5321 section 5.1",
    good=(
        master("@ MX 10 mail\n@ MX 20 mail2\nmail A 192.0.2.25\nmail2 A 192.0.2.26"),
        master("@ MX 0 .\n@ MX 10 ."),
    ),
    bad=(
        master("@ MX 10 mail\n@ MX 20 mail\nmail A 192.0.2.25\nmail A 192.0.2.26", caret="mail"),
        master("@ MX 10 mail\n@ MX 20 MAIL\nmail A 192.0.2.25\nmail A 192.0.2.26", caret="MAIL"),
    ),
)
