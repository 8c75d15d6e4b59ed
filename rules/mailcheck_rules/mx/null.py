"""A null MX is not alone, or has a preference other than 0.

## What it checks
Where a domain publishes the null MX (`.` as exchange), it is the domain's only MX record and its
preference is 0.

## Why it matters
The null MX says that the domain takes no mail. Beside a real exchange the two contradict each other:
some senders return mail at once, others deliver. With another preference it is not the record that
RFC 7505 describes, and older software takes `.` for a host.

## Example
    example.com. MX 0  .
    example.com. MX 10 mail.example.com.

## How to fix
Remove the null MX where the domain takes mail. Where it does not, keep `MX 0 .` and nothing else. Of a
lone null MX the offered fix corrects the preference.

## References
RFC 7505 section 3
"""

from collections.abc import Iterator

from mailcheck.analysis.edits import replacing
from mailcheck.analysis.mx_records import MxSet, mx_sets
from mailcheck.lint.rule import Case, Context, Fix, Label, Problem, Rule, Severity, master


def check(mx: MxSet, _: Context) -> Iterator[Problem]:
    nulls = [exchange for exchange in mx.exchanges if exchange.kind == "null"]
    other = next((exchange for exchange in mx.exchanges if exchange.kind != "null"), None)
    if nulls and other is not None:
        yield Problem(
            "the null MX says that the domain takes no mail, and other exchanges say that it does",
            nulls[0].at,
            help="remove the null MX, or all other exchanges",
            related=(Label(other.at, "takes mail"),),
            token=".",
        )
        return
    for exchange in nulls:
        if exchange.preference != 0:
            yield Problem(
                "the null MX must have the preference 0",
                exchange.preference_at,
                help="write `0 .`",
                fix=Fix("write `0 .`", (replacing(exchange.record, 0, exchange.start - 1, "0"),), safe=True),
                token=".",
            )


RULE = Rule(
    __name__,
    __doc__,
    over=mx_sets,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7505 section 3",
    good=(
        master("@ MX 0 ."),
        master("@ MX 0 mail\nmail A 192.0.2.25"),
    ),
    bad=(
        master("@ MX 0 .\n@ MX 10 mail\nmail A 192.0.2.25", caret="."),
        master("@ MX 10 .", caret="10"),
        Case({"example.com.yaml": "'':\n  type: MX\n  value: {exchange: ., preference: 5}\n"}, caret="5"),
    ),
)
