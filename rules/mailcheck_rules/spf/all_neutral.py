"""`?all` leaves every unknown sender neutral.

## What it checks
The `all` mechanism of every SPF record that decides about a domain's own mail carries the qualifier `?`.
In a record that is only included by others it means nothing: what that says of strangers is not looked at.

## Why it matters
`neutral` must be treated exactly like having no SPF at all, so the record protects nobody, and
receivers that ask bulk senders for SPF do not count it as a pass.

## Example
    example.com. TXT "v=spf1 mx ?all"

## How to fix
End the record in `~all` while you watch reports, then in `-all` or in `~all` beside an enforcing
DMARC policy.

## References
RFC 7208 sections 2.6.2, 5.1, 5.2 and 8.2
"""

from collections.abc import Iterator

from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.analysis.spf_usage import only_included
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master, only


def check(spf: SpfRecord, ask: Context) -> Iterator[Problem]:
    term = spf.tree.all
    if term is not None and spf.name not in ask.once(only_included):
        yield Problem(
            "`?all` makes unknown senders neutral, as if there were no SPF record",
            spf.at.within(term.start, term.end),
            help="end the record in `~all` or `-all`",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, lambda spf: spf.tree.all is not None and spf.tree.all.qualifier == "?"),
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7208 section 5.1",
    yields_to=(
        "spec-parked",
        "zone-parked",
        "spf-all-qualifier",
    ),
    indexes=(only_included,),
    good=(
        master('@ TXT "v=spf1 ip4:192.0.2.1 -all"'),
        master('@ TXT "v=spf1 include:spf.example.com -all"\nspf TXT "v=spf1 ip4:192.0.2.0/24 ?all"'),
        master('_spf TXT "v=spf1 ip4:192.0.2.0/24 ?all"\n@ TXT "v=spf1 -all ?all"'),
    ),
    bad=(
        master('@ TXT "v=spf1 ip4:192.0.2.1 ?all"', caret="?all"),
        master('@ TXT "v=spf1 redirect=_spf.example.com"\n_spf TXT "v=spf1 ip4:192.0.2.1 ?ALL"', caret="?ALL"),
        master(
            '@ TXT "v=spf1 include:news.example.com -all"\nnews TXT "v=spf1 ip4:192.0.2.1 ?all"\n'
            '_dmarc.news TXT "v=DMARC1; p=none"',
            caret="?all",
        ),
    ),
)
