"""A wildcard MX stands without a wildcard SPF record.

## What it checks
Where a wildcard name has MX records, it has an SPF record as well.

## Why it matters
A wildcard MX makes every name below it look like a mail domain, to people and to filters. Without SPF
at the same wildcard anybody can send as any of these names. (Names that exist on their own are not
covered by the wildcard at all, and need records of their own.)

## Example
    *.example.com. MX 10 mail.example.com.

## How to fix
Say who may send as these names, most often nobody:

    *.example.com. TXT "v=spf1 -all"

## References
RFC 7208 section 3.5; RFC 4592 section 2.2
"""

from collections.abc import Iterator

from mailcheck.analysis.zone_sets import wildcard_exchanges
from mailcheck.grammar.spf import is_spf
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master
from mailcheck.model.record import RecordSet


def check(exchanges: RecordSet, ask: Context) -> Iterator[Problem]:
    if ask.zone.may_hold_more(exchanges.name):
        return
    if not any(is_spf(record.text) for record in ask.zone.at_name(exchanges.name, "TXT")):
        yield Problem(
            "a wildcard MX without a wildcard SPF record: anybody may send as any name below it",
            exchanges.records[0].owner_at,
            help="add a TXT record `v=spf1 -all` at the same name, or one that says who sends",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=wildcard_exchanges,
    check=check,
    severity=Severity.INFO,
    standard="RFC 7208 section 3.5",
    good=(
        master('*.lists MX 10 mail\n*.lists TXT "v=spf1 ip4:192.0.2.25 -all"\nmail A 192.0.2.25'),
        master("* A 192.0.2.1"),
    ),
    bad=(
        master("* MX 10 mail\nmail A 192.0.2.25", caret="*"),
        master('*.lists MX 10 mail\n*.lists TXT "a note"\nmail A 192.0.2.25', caret="*.lists"),
    ),
)
