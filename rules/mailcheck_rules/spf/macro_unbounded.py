"""A macro makes the set of authorised hosts depend on each message.

## What it checks
Mechanisms in front of `all`, and `redirect`, with one of the macros `i`, `s`, `l`, `o`, `h` or `p`: the
client's address, the sender, its local part or domain, the HELO name, the client's name.

## Why it matters
The names that such a term asks for are made up for each message, so nobody can list from the zone who
may send: no diff of a change, no check of voids and depth, no comparison with your hosts covers it.
Large services do this on purpose; it is worth knowing that it is there.

## Example
    example.com. TXT "v=spf1 exists:%{i}._spf.example.com -all"

## How to fix
Where the hosts are few, name them by `ip4` and `ip6`. Otherwise keep the term, and silence this note
with a reason.

## References
RFC 7208 sections 5.7 and 7.2
"""

from collections.abc import Iterator

from mailcheck.analysis.spf_records import SpfRecord, spf_records, terms_in_effect
from mailcheck.analysis.spf_terms import macros_of, term_text
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master, only
from mailcheck.model.text import shorten

_OF_THE_MESSAGE = frozenset("islohp")


def check(spf: SpfRecord, _: Context) -> Iterator[Problem]:
    for term in terms_in_effect(spf.tree):
        macro = next((macro for macro in macros_of(term) if macro.letter in _OF_THE_MESSAGE), None)
        if macro is not None:
            yield Problem(
                f"`{shorten(term_text(spf, term))}` depends on each message: who may send cannot be listed",
                spf.at.within(macro.start, macro.end),
                help="name the hosts by `ip4` and `ip6` where they are few",
                token=term_text(spf, term),
            )


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, lambda spf: "%{" in spf.tree.text),
    check=check,
    severity=Severity.INFO,
    standard="RFC 7208 section 7.2",
    yields_to=("spf-ptr-mechanism",),
    good=(
        master('@ TXT "v=spf1 include:%{d2}._spf.example.net -all exists:%{i}.example.net"'),
        master('@ TXT "v=spf1 ip4:192.0.2.25 -all redirect=%{l}._spf.example.net exp=%{i}.why.example.com"'),
    ),
    bad=(
        master('@ TXT "v=spf1 exists:%{ir}.%{v}.spf.example.net -all"', caret="%{ir}"),
        master('@ TXT "v=spf1 redirect=%{L}._spf.example.net"', caret="%{L}"),
        master('@ TXT "v=spf1 include:%{d}.%{o}.spf.example.net ?all"', caret="%{o}"),
    ),
)
