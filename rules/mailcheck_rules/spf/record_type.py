"""An SPF policy is published only as the obsolete record type SPF.

## What it checks
Every record of type SPF (99) has a TXT record with the same text beside it.

## Why it matters
Receivers ask for TXT only; the type was retired in 2014. A policy that stands only there, or differs
from the TXT record, is one that nobody reads.

## Example
    example.com. SPF "v=spf1 mx -all"

## How to fix
Publish the text as TXT and remove the SPF record:

    example.com. TXT "v=spf1 mx -all"

## References
RFC 7208 section 3.1
"""

from collections.abc import Iterator

from mailcheck.analysis.zone_sets import spf_type_sets
from mailcheck.grammar.spf import is_spf
from mailcheck.lint.rule import Case, Context, Label, Problem, Rule, Severity, master
from mailcheck.model.record import RecordSet


def check(obsolete: RecordSet, ask: Context) -> Iterator[Problem]:
    texts = ask.zone.at_name(obsolete.name, "TXT")
    published = {record.text for record in texts}
    other = next((record for record in texts if is_spf(record.text)), None)
    for record in obsolete.records:
        if record.text in published:
            continue
        if other is None:
            message = "receivers ask for TXT only: this policy, of the obsolete type SPF, is never read"
        else:
            message = "this record of the obsolete type SPF differs from the TXT record, which alone is read"
        yield Problem(
            message,
            record.at,
            help="publish what it says as TXT, and remove it",
            related=(Label(other.at, "what receivers read"),) if other else (),
            token=record.text,
        )


RULE = Rule(
    __name__,
    __doc__,
    over=spf_type_sets,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7208 section 3.1",
    good=(
        master('@ TXT "v=spf1 ip4:192.0.2.25 -all"'),
        master('@ TXT "v=spf1 ip4:192.0.2.25 -all"\n@ SPF "v=spf1 " "ip4:192.0.2.25 -all"'),
    ),
    bad=(
        master('@ SPF "v=spf1 ip4:192.0.2.25 -all"', caret="v=spf1 ip4:192.0.2.25 -all"),
        master('@ TXT "v=spf1 ip4:192.0.2.25 -all"\n@ SPF "v=spf1 a -all"', caret="v=spf1 a -all"),
        Case(
            {"example.com.yaml": "'':\n  type: SPF\n  value: v=spf1 ip4:192.0.2.25 -all\n"},
            caret="v=spf1 ip4:192.0.2.25 -all",
        ),
    ),
)
