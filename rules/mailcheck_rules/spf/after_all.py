"""Terms stand after `all`, or a `redirect` beside it, and are never read.

## What it checks
No mechanism follows the first `all`, and no `redirect` stands in a record that has an `all`, before or
after it. `exp` and other modifiers may follow `all`.

## Why it matters
`all` always matches, so evaluation ends there. Hosts that a later term should authorise fail SPF, and
the policy that `redirect` should fetch is never asked for. Often two records were merged by pasting one
behind the other.

## Example
    example.com. TXT "v=spf1 mx -all include:_spf.example.net"

## How to fix
Move the terms in front of `all`, or remove them. Keep either `all` or `redirect`:

    example.com. TXT "v=spf1 mx include:_spf.example.net -all"

## References
RFC 7208 sections 5.1 and 6.1
"""

from collections.abc import Iterator

from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.analysis.spf_terms import term_text
from mailcheck.grammar.spf_macro import shorten
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, master


def check(spf: SpfRecord, _: Context) -> Iterator[Problem]:
    directives = spf.tree.directives
    at_all = next((index for index, term in enumerate(directives) if term.mechanism == "all"), None)
    if at_all is None:
        return
    end = directives[at_all]
    shown_end = term_text(spf, end)
    ends_here = Label(spf.at.within(end.start, end.end), "always matches")
    if ignored := directives[at_all + 1 :]:
        first = ignored[0]
        term = term_text(spf, first)
        more = f" and {len(ignored) - 1} more" if len(ignored) > 1 else ""
        yield Problem(
            f"`{shorten(term)}`{more} after `{shown_end}`: never evaluated",
            spf.at.within(first.start, first.end),
            help="move it in front of `all`, or remove it",
            related=(ends_here,),
            token=term,
        )
    if redirect := spf.tree.modifier("redirect"):
        term = term_text(spf, redirect)
        yield Problem(
            f"`{shorten(term)}` is ignored beside `{shown_end}`",
            spf.at.within(redirect.start, redirect.end),
            help="keep either `all` or `redirect`",
            related=(ends_here,),
            token=term,
        )


RULE = Rule(
    __name__,
    __doc__,
    over=spf_records,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7208 section 5.1",
    good=(
        master('@ TXT "v=spf1 ip4:192.0.2.25 -all exp=why.example.com"\nwhy TXT "see example.com"'),
        master('@ TXT "v=spf1 a redirect=_spf.example.net"'),
    ),
    bad=(
        master('@ TXT "v=spf1 ip4:192.0.2.25 -all include:_spf.example.net"', caret="include:_spf.example.net"),
        master('@ TXT "v=spf1 ip4:192.0.2.25 ~all a -all"', caret="a"),
        master('@ TXT "v=spf1 redirect=_spf.example.net -all"', caret="redirect=_spf.example.net"),
        master('@ TXT "v=spf1 ip4:192.0.2.25 -all redirect=_spf.example.net"', caret="redirect=_spf.example.net"),
    ),
)
