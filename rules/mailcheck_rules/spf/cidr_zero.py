"""A network with the prefix length `/0` covers every address there is.

## What it checks
No `ip4`, `ip6`, `a` or `mx` term has `/0`, or `//0` for IPv6.

## Why it matters
Such a term matches every client of that address family. Unless it has a qualifier it lets the whole
internet send as the domain, exactly like `+all`, and it hides where nobody looks for it.

## Example
    example.com. TXT "v=spf1 ip4:192.0.2.0/0 -all"

## How to fix
Write the real prefix length, or none for a single address:

    example.com. TXT "v=spf1 ip4:192.0.2.0/24 -all"

## References
RFC 7208 section 5.6
"""

import re
from collections.abc import Iterator
from typing import cast

from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.analysis.spf_terms import term_text
from mailcheck.grammar.spf import Directive
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master, only
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

_LENGTHS = late(r"(/[0-9]+)?(//[0-9]+)?\Z")


def check(spf: SpfRecord, _: Context) -> Iterator[Problem]:
    for term in spf.tree.directives:
        if term.prefix4 == 0:
            yield _problem(spf, term, 4)
        if term.prefix6 == 0:
            yield _problem(spf, term, 6)


def _problem(spf: SpfRecord, term: Directive, version: int) -> Problem:
    text = term_text(spf, term)
    lengths = cast("re.Match[str]", _LENGTHS.search(text))
    group = 1 if version == 4 or term.mechanism == "ip6" else 2
    start, end = lengths.span(group)
    effect = "may send" if term.qualifier == "+" else "matches, and no later term is read"
    return Problem(
        f"`{shorten(text)}`: every IPv{version} address {effect}",
        spf.at.within(term.start + start, term.start + end),
        help="write the prefix length of the network, or none for a single address",
        token=text,
    )


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, lambda spf: "/0" in spf.tree.text),
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7208 section 5.6",
    good=(master('@ TXT "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 a/24 mx//64 -all"'),),
    bad=(
        master('@ TXT "v=spf1 ip4:192.0.2.1/0 -all"', caret="/0"),
        master('@ TXT "v=spf1 ?ip6:::/0 -all"', caret="/0"),
        master('@ TXT "v=spf1 a:mail.example.com/0 -all"\nmail A 192.0.2.1', caret="/0"),
        master('@ TXT "v=spf1 mx/24//0 -all"\n@ MX 10 mail\nmail A 192.0.2.1', caret="//0"),
        master('@ TXT "v=spf1 a//0 -all"\n@ AAAA 2001:db8::1', caret="//0"),
    ),
)
