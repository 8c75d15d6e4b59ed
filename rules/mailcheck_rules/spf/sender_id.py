"""A Sender ID record (`spf2.0/…`) is published, which nobody reads any more.

## What it checks
No TXT record begins with `spf2.`, the version of Sender ID.

## Why it matters
Sender ID was an experiment beside SPF and has been given up; mail services stopped checking it years
ago. The record does no good, makes the answer to every SPF query longer, and is easily taken for the
SPF record that it is not.

## Example
    example.com. TXT "spf2.0/pra include:_spf.example.net ~all"

## How to fix
Remove the record. Where the domain has no record that begins with `v=spf1`, publish one.

## References
RFC 6686 section 6; RFC 4406 section 3
"""

from collections.abc import Iterator

from mailcheck.analysis.zone_sets import sender_ids
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master
from mailcheck.model.record import Record
from mailcheck.model.text import shorten


def check(record: Record, _: Context) -> Iterator[Problem]:
    version = record.text.partition(" ")[0]
    yield Problem(
        f"`{shorten(version, 30)}` is Sender ID, which receivers no longer read",
        record.at.within(0, len(version)),
        help="remove the record; SPF begins with `v=spf1`",
        token=version.lower(),
    )


RULE = Rule(
    __name__,
    __doc__,
    over=sender_ids,
    check=check,
    severity=Severity.INFO,
    standard="RFC 6686 section 6",
    good=(master('@ TXT "v=spf1 ip4:192.0.2.25 -all"\n@ TXT "spf2 is history"'),),
    bad=(
        master('@ TXT "v=spf1 ip4:192.0.2.25 -all"\n@ TXT "spf2.0/pra ip4:192.0.2.25 -all"', caret="spf2.0/pra"),
        master('@ TXT "SPF2.0/mfrom,pra"', caret="SPF2.0/mfrom,pra"),
    ),
)
