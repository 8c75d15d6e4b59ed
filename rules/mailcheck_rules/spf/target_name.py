"""An SPF term names a target that is no host name.

## What it checks
The name after `include:`, `a:`, `mx:`, `ptr:`, `exists:`, `redirect=` and `exp=` consists of letters, digits,
hyphens, underscores and dots. Names with macros are left out.

## Why it matters
SPF's grammar takes nearly every character, so that a web address or a mail address is no syntax error.
There is no such name in DNS: an `include` or `redirect` of it is a permanent error for the whole record,
any other term matches nobody.

## Example
    example.com. TXT "v=spf1 include:https://_spf.example.net -all"

## How to fix
Write the bare name that the provider gives: `include:_spf.example.net`.

## References
RFC 7208 sections 5.2 and 7.1; RFC 952
"""

import re
from collections.abc import Iterator

from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.grammar.spf import Directive, Modifier
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master
from mailcheck.model.text import shorten

_STRANGE = re.compile(r"[^A-Za-z0-9._-]+")
_NAMING = frozenset({"redirect", "exp"})


def check(record: SpfRecord, _: Context) -> Iterator[Problem]:
    terms: tuple[Directive | Modifier, ...] = (*record.tree.directives, *record.tree.modifiers)
    for term in terms:
        target = _target(term)
        found = _STRANGE.search(target)
        if found is not None:
            start = term.value_start
            yield Problem(
                f"`{shorten(target)}` is no host name: `{shorten(found[0], 10)}` may not stand in one",
                record.at.within(start, start + len(target)),
                help="write the bare name, without a scheme, a mailbox or a path",
                token=record.record.text[term.start : term.end],
            )


def _target(term: Directive | Modifier) -> str:
    """The name that the term asks for; empty where it has none, or where a message decides on it."""
    if isinstance(term, Directive):
        return (term.domain.literal if term.domain else "") or ""
    return (term.value.literal if term.name in _NAMING else "") or ""


RULE = Rule(
    __name__,
    __doc__,
    over=spf_records,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7208 section 7.1",
    good=(
        master('@ TXT "v=spf1 include:_spf.example.net a:mail-1.example.net. exists:%{i}._spf.example.net -all"'),
        master('@ TXT "v=spf1 redirect=_spf.example.net note=https://example.net"'),
    ),
    bad=(
        master('@ TXT "v=spf1 include:https://example.net -all"', caret="https://example.net"),
        master('@ TXT "v=spf1 include:user@example.net -all"', caret="user@example.net"),
        master('@ TXT "v=spf1 include:*.example.com -all"', caret="*.example.com"),
        master('@ TXT "v=spf1 redirect=http://example.com"', caret="http://example.com"),
    ),
)
