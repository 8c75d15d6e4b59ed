"""A term of the SPF record breaks the grammar.

## What it checks
Every term of a record that receivers take as SPF: unknown mechanisms, addresses and prefix lengths
that are none, names without a proper last label, broken macros, tabs and other octets that may not
stand there. What is legal and only unwise has rules of its own: host bits, `/0`, terms after `all`,
modifiers that receivers ignore.

## Why it matters
One wrong term makes the whole record a permanent error, wherever it stands. Receivers then treat
the domain as if nobody were authorised, and DMARC has only DKIM left to pass on.

## Example
    example.com. TXT "v=spf1 ip4:10.0.0.300 inclde:_spf.example.net -all"

## How to fix
Correct the term under the caret. Terms are separated by spaces alone; addresses stand after `ip4:`
or `ip6:`, names after `a:`, `mx:` or `include:`.

## References
RFC 7208 sections 4.6, 7 and 12
"""

from collections.abc import Iterator

from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master, only


def check(record: SpfRecord, ask: Context) -> Iterator[Problem]:
    for term in record.tree.invalid:
        yield Problem(
            term.message,
            record.at.within(term.at_start, term.at_end),
            help="one wrong term makes the whole record a permanent error",
            token=record.record.text[term.start : term.end],
        )


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, lambda spf: spf.tree.invalid),
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7208 section 4.6",
    yields_to=("spf-lost-space", "zone-non-ascii"),
    good=(
        master(
            '@ TXT "v=spf1 ip4:192.0.2.77/24 ip6:2001:db8::/32 a//64 mx/24//64 ptr ?exists:%{i}._x.%{d2} -all "'
        ),
        master('@ TXT "v=spf1 include=example.net ip4=192.0.2.1 redirect=_spf.example.net"'),
        master('@ TXT "v=spf10 moo"'),
    ),
    bad=(
        master('@ TXT "v=spf1 ip4:10.0.0.300/24 -all"', caret="10.0.0.300"),
        master('@ TXT "v=spf1 inclde:_spf.example.net -all"', caret="inclde"),
        master('@ TXT "v=spf1 ip4:192.0.2.0/33 -all"', caret="33"),
        master('@ TXT "v=spf1 a//129 -all"', caret="129"),
        master('@ TXT "v=spf1 include:192.0.2.1 -all"', caret="192.0.2.1"),
        master('@ TXT "v=spf1 a:localhost -all"', caret="localhost"),
        master('@ TXT "v=spf1 redirect:_spf.example.net"', caret="redirect"),
        master('@ TXT "v=spf1 exists:%{x}.example.net -all"', caret="x"),
        master('@ TXT "v=spf1 exists:%{d0}.example.net -all"', caret="%{d0}"),
        master('@ TXT "v=spf1 mx\t-all"', caret="\t"),
        master('@ TXT "v=spf1 mx-all"', caret="mx-all"),
        master('@ TXT "v=spf1 ip4: 192.0.2.25 -all"', caret=" "),
        master('@ TXT "v=spf1 b\\195\\188ro -all"'),
    ),
)
