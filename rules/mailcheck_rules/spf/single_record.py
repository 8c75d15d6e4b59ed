"""Two or more SPF records stand at one name.

## What it checks
No name has more than one TXT record that begins with `v=spf1`. The same record written twice is
`zone-duplicate-record`: servers hand it out once.

## Why it matters
A receiver that finds two SPF records answers `permerror` and uses neither, so all mail of the domain
loses its SPF pass. This is what happens when a new mail service asks for "an SPF record" and its line
is added instead of merged.

## Example
    example.com. TXT "v=spf1 mx -all"
    example.com. TXT "v=spf1 include:_spf.example.net ~all"

## How to fix
Merge the terms into one record with one `all` at its end:

    example.com. TXT "v=spf1 mx include:_spf.example.net -all"

## References
RFC 7208 sections 3.2 and 4.5
"""

from collections.abc import Iterator

from mailcheck.analysis.zone_sets import sets_of_several
from mailcheck.grammar.spf import is_spf
from mailcheck.lint.rule import Case, Context, Label, Problem, Rule, Severity, master
from mailcheck.model.record import RecordSet


def check(texts: RecordSet, _: Context) -> Iterator[Problem]:
    if texts.type != "TXT":
        return
    different = {(record.text, record.cuts): record for record in reversed(texts.records) if is_spf(record.text)}
    if len(different) > 1:
        first, second = list(different.values())[:-3:-1]
        yield Problem(
            f"{len(different)} SPF records at this name: receivers answer permerror and use none of them",
            second.at.within(0, 6),
            help="merge their terms into one record",
            related=(Label(first.at.within(0, 6), "the first of them"),),
        )


RULE = Rule(
    __name__,
    __doc__,
    over=sets_of_several,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7208 section 4.5",
    good=(
        master('@ TXT "v=spf1 ip4:192.0.2.25 -all"\n@ TXT "site-verification=1"\nmail TXT "v=spf1 a -all"'),
        master('@ TXT "v=spf1 -all"\n@ TXT "v=spf10"\n@ TXT "spf2.0/pra -all"'),
    ),
    bad=(
        master('@ TXT "v=spf1 ip4:192.0.2.25 -all"\n@ TXT "V=SPF1 include:_spf.example.net ~all"', caret="V=SPF1"),
        master('@ TXT "v=spf1"\n@ TXT "v=spf1 a -all"\n@ TXT "v=spf1 ip4:192.0.2.25 -all"', caret="v=spf1"),
        Case(
            {"example.com.yaml": "'':\n  type: TXT\n  values:\n  - v=spf1 ip4:192.0.2.25 -all\n  - v=spf1 -all\n"},
            caret="v=spf1",
        ),
    ),
)
