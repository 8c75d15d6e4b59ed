"""A record of the obsolete type SPF repeats the TXT record.

## What it checks
No record of type SPF (99) stands beside a TXT record with the same text.

## Why it matters
Receivers ask for TXT only, so the copy does nothing, until somebody changes one of the two and not the
other and wonders why nothing happens. Some providers refuse the type.

## Example
    example.com. TXT "v=spf1 mx -all"
    example.com. SPF "v=spf1 mx -all"

## How to fix
Remove the SPF record.

## References
RFC 7208 section 3.1
"""

from collections.abc import Iterator

from mailcheck.analysis.zone_sets import spf_type_sets
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, master
from mailcheck.model.record import RecordSet


def check(obsolete: RecordSet, ask: Context) -> Iterator[Problem]:
    read = {record.text: record for record in ask.zone.at_name(obsolete.name, "TXT")}
    for record in obsolete.records:
        if record.text in read:
            yield Problem(
                "this record of the obsolete type SPF repeats the TXT record and is never read",
                record.at,
                help="remove it",
                related=(Label(read[record.text].at, "what receivers read"),),
                token=record.text,
            )


RULE = Rule(
    __name__,
    __doc__,
    over=spf_type_sets,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7208 section 3.1",
    good=(
        master('@ TXT "v=spf1 ip4:192.0.2.25 -all"'),
        master('@ TXT "v=spf1 ip4:192.0.2.25 -all"\n@ SPF "v=spf1 a -all"'),
    ),
    bad=(
        master(
            '@ TXT "v=spf1 ip4:192.0.2.25 -all"\n@ SPF "v=spf1 ip4:192.0.2.25 -all"',
            caret="v=spf1 ip4:192.0.2.25 -all",
        ),
    ),
)
