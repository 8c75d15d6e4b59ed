"""The record uses `ptr` or the macro `%{p}`, which cost the receiver reverse lookups.

## What it checks
No `ptr` mechanism, and no `%{p}` in a mechanism, a `redirect` or an `exp`.

## Why it matters
For both the receiver must look up the names of the client's address and then every address of those
names. That is slow, fails with the reverse zone of somebody else, and loads the servers of
`in-addr.arpa`. The standard says that `ptr` should not be published, and large receivers skip it.

## Example
    example.com. TXT "v=spf1 ptr -all"

## How to fix
Name the hosts by `ip4`, `ip6`, `a` or `mx`:

    example.com. TXT "v=spf1 ip4:192.0.2.0/28 -all"

## References
RFC 7208 sections 5.5 and 7.3
"""

from collections.abc import Iterator

from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.analysis.spf_terms import macros_of, term_text
from mailcheck.grammar.spf import Directive
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master, only

_HELP = "name the hosts by `ip4`, `ip6`, `a` or `mx`"


def check(spf: SpfRecord, _: Context) -> Iterator[Problem]:
    for term in spf.tree.terms:
        if isinstance(term, Directive) and term.mechanism == "ptr":
            yield Problem(
                "`ptr` should not be used: it costs reverse lookups, and receivers may skip it",
                spf.at.within(term.start, term.end),
                help=_HELP,
                token=term_text(spf, term),
            )
        elif (macro := next((macro for macro in macros_of(term) if macro.letter == "p"), None)) is not None:
            yield Problem(
                "`%{p}` should not be used: it costs reverse lookups, and its value cannot be relied on",
                spf.at.within(macro.start, macro.end),
                help=_HELP,
                token=term_text(spf, term),
            )


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, lambda spf: "ptr" in spf.tree.kinds or "%{" in spf.tree.text),
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7208 section 5.5",
    good=(
        master('@ TXT "v=spf1 ip4:192.0.2.25 exists:%{ir}.spf.example.net -all"'),
        master('@ TXT "v=spf1 ip4:192.0.2.25 x-note=%{p} -all"'),
    ),
    bad=(
        master('@ TXT "v=spf1 ptr -all"', caret="ptr"),
        master('@ TXT "v=spf1 ~ptr:example.net -all"', caret="~ptr:example.net"),
        master('@ TXT "v=spf1 exists:%{P}.%{d} -all"', caret="%{P}"),
        master('@ TXT "v=spf1 ip4:192.0.2.25 redirect=%{p2}.spf.example.net"', caret="%{p2}"),
        master('@ TXT "v=spf1 ip4:192.0.2.25 exp=%{i}.%{p}.why.example.com -all"', caret="%{p}"),
    ),
)
