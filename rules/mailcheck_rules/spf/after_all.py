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
from mailcheck.grammar.spf import Term
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, master, only
from mailcheck.model.text import shorten


def check(spf: SpfRecord, _: Context) -> Iterator[Problem]:
    directives, end = spf.tree.directives, spf.tree.all
    if end is None:
        return
    if directives[-1] is not end:
        ignored = directives[directives.index(end) + 1 :]
        more = f" and {len(ignored) - 1} more" if len(ignored) > 1 else ""
        message = f"`{shorten(term_text(spf, ignored[0]))}`{more} after `{term_text(spf, end)}`: never evaluated"
        yield _problem(spf, ignored[0], end, message, "move it in front of `all`, or remove it")
    if redirect := spf.tree.modifier("redirect"):
        message = f"`{shorten(term_text(spf, redirect))}` is ignored beside `{term_text(spf, end)}`"
        yield _problem(spf, redirect, end, message, "keep either `all` or `redirect`")


def _problem(spf: SpfRecord, term: Term, end: Term, message: str, advice: str) -> Problem:
    return Problem(
        message,
        spf.at.within(term.start, term.end),
        help=advice,
        related=(Label(spf.at.within(end.start, end.end), "always matches"),),
        token=term_text(spf, term),
    )


RULE = Rule(
    __name__,
    __doc__,
    over=only(
        spf_records,
        lambda spf: (
            spf.tree.all is not None and (spf.tree.modifiers or spf.tree.directives[-1] is not spf.tree.all)
        ),
    ),
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
