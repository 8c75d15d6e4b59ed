"""`?all` leaves every unknown sender neutral.

## What it checks
The SPF record's `all` mechanism carries the qualifier `?`.

## Why it matters
`neutral` must be treated exactly like having no SPF at all, so the record protects nobody, and
receivers that ask bulk senders for SPF do not count it as a pass.

## Example
    example.com. TXT "v=spf1 mx ?all"

## How to fix
End the record in `~all` while you watch reports, then in `-all` or in `~all` beside an enforcing
DMARC policy.

## References
RFC 7208 sections 2.6.2, 5.1 and 8.2
"""

from collections.abc import Iterator

from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master, only


def check(record: SpfRecord, ask: Context) -> Iterator[Problem]:
    for term in record.tree.directives:
        if term.mechanism == "all" and term.qualifier == "?":
            yield Problem(
                "`?all` makes unknown senders neutral, as if there were no SPF record",
                record.at.within(term.start, term.end),
                help="end the record in `~all` or `-all`",
            )


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, lambda spf: "?all" in spf.tree.text.lower()),
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7208 section 5.1",
    yields_to=(
        "spec-parked",
        "zone-parked",
        "spf-all-qualifier",
    ),
    good=(master('@ TXT "v=spf1 ip4:192.0.2.1 -all"'),),
    bad=(master('@ TXT "v=spf1 ip4:192.0.2.1 ?all"', caret="?all"),),
)
