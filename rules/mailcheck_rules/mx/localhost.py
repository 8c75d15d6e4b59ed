"""The exchange is localhost or a single label.

## What it checks
An MX record names `localhost`, a name below it, `localhost.localdomain`, or a name of one label.

## Why it matters
Every sending server would look for `localhost` on itself: RFC 6761 gives it to the loopback addresses, and
the mail comes back as a loop. A name of one label has no address in the public DNS; a server that adds its own
domain to it finds a stranger there.

## Example
    example.com. MX 10 localhost.

## How to fix
Name the mail server by its full name. For a domain that takes no mail publish the null MX,
`example.com. MX 0 .`, alone.

## References
RFC 5321 sections 2.3.5 and 5.1; RFC 6761 section 6.3; RFC 7505 section 3
"""

from collections.abc import Iterator

from mailcheck.analysis.mx_records import MxSet, mx_sets
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, master
from mailcheck.model.names import split_labels

_SINGLE = "is a single label: senders find no such host, or look for it in their own domain"


def check(mx: MxSet, _: Context) -> Iterator[Problem]:
    for exchange in mx.exchanges:
        if exchange.kind == "local":
            is_loopback = "localhost" in split_labels(exchange.name)
            yield Problem(
                f"the exchange `{exchange.shown}` "
                + ("is looked for on the sending server itself" if is_loopback else _SINGLE),
                exchange.at,
                help="name the mail server by its full name, or publish `MX 0 .` where no mail is taken",
                token=exchange.name,
            )


RULE = Rule(
    __name__,
    __doc__,
    over=mx_sets,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 5321 section 2.3.5",
    good=(
        master("@ MX 10 mail\nmail A 192.0.2.25"),
        master("@ MX 0 ."),
    ),
    bad=(
        master("@ MX 10 localhost.", caret="localhost."),
        master("@ MX 10 localhost.localdomain.", caret="localhost.localdomain."),
        master("@ MX 10 mail.", caret="mail."),
        Case(
            {"example.com.yaml": "'':\n  type: MX\n  value: {exchange: mail., preference: 10}\n"},
            caret="mail.",
        ),
    ),
)
