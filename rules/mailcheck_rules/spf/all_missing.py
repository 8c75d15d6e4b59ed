"""The record ends without `all` and without `redirect`.

## What it checks
Every SPF record that decides about a domain's own mail has an `all` or a `redirect`. Records that
are only included by others need none: what they say of strangers is not looked at. A record with a
syntax error is left to `spf-syntax`.

## Why it matters
Where nothing matches and nothing else is said the result is `neutral`, which receivers must treat like
no SPF at all: the record authorises your hosts and stops nobody.

## Example
    example.com. TXT "v=spf1 mx include:_spf.example.net"

## How to fix
End the record in `-all`, or in `~all` beside an enforcing DMARC policy:

    example.com. TXT "v=spf1 mx include:_spf.example.net -all"

## References
RFC 7208 sections 4.7 and 5.2
"""

from collections.abc import Iterator

from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.analysis.spf_usage import only_included
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, master, only

_ENDS = ("redirect", "all")
"""`all=` is an end, too, misread as a modifier: `spf-unknown-modifier` speaks of it."""


def check(spf: SpfRecord, ask: Context) -> Iterator[Problem]:
    tree = spf.tree
    if tree.all or tree.invalid or any(map(tree.modifier, _ENDS)):
        return
    if spf.name in ask.once(only_included):
        return
    last = tree.terms[-1] if tree.terms else None
    yield Problem(
        "the record has neither `all` nor `redirect`: every other sender is neutral",
        spf.at.within(last.start, last.end) if last else spf.at.within(0, 6),
        help="end the record in `-all` or `~all`",
    )


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, lambda spf: spf.tree.all is None),
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7208 section 4.7",
    yields_to=(
        "spec-parked",
        "zone-parked",
    ),
    indexes=(only_included,),
    good=(
        master('@ TXT "v=spf1 ip4:192.0.2.25 -all"\nlist TXT "v=spf1 redirect=example.com"'),
        master('@ TXT "v=spf1 include:spf.example.com -all"\nspf TXT "v=spf1 ip4:192.0.2.0/24"'),
        master('_spf TXT "v=spf1 ip4:192.0.2.0/24"'),
        master('@ TXT "v=spf1 a -al"\nlist TXT "v=spf1 a all=-"'),
    ),
    bad=(
        master('@ TXT "v=spf1 ip4:192.0.2.25 include:_spf.example.net"', caret="include:_spf.example.net"),
        master('@ TXT "v=spf1"', caret="v=spf1"),
        master('@ TXT "v=spf1 redirect=_spf.example.com"\n_spf TXT "v=spf1 ip4:192.0.2.1"', caret="ip4:192.0.2.1"),
        Case(
            {
                "example.com.zone": "$ORIGIN example.com.\n$TTL 3600\n"
                '@ TXT "v=spf1 include:mail.example.net -all"\n',
                "example.net.zone": '$ORIGIN example.net.\n$TTL 3600\nmail A 192.0.2.1\nmail TXT "v=spf1 a"\n',
            },
            caret="a",
        ),
    ),
)
