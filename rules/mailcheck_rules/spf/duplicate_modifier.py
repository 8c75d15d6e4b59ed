"""`redirect` or `exp` stands twice, which makes the whole record invalid.

## What it checks
No record has two `redirect` or two `exp` modifiers.

## Why it matters
Each may appear once. With a second one the result is `permerror` for every message: receivers use
nothing of the record, not even the terms in front.

## Example
    example.com. TXT "v=spf1 mx redirect=_spf.example.net redirect=_spf.example.org"

## How to fix
Keep one. To take in the senders of two other records use `include`:

    example.com. TXT "v=spf1 mx include:_spf.example.net include:_spf.example.org -all"

## References
RFC 7208 section 6
"""

from collections.abc import Iterator

from mailcheck.analysis.spf_records import SpfRecord, records_with_modifiers
from mailcheck.analysis.spf_terms import term_text
from mailcheck.grammar.spf import Modifier
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, master


def check(spf: SpfRecord, _: Context) -> Iterator[Problem]:
    seen: dict[str, Modifier] = {}
    for term in spf.tree.modifiers:
        if term.name not in ("redirect", "exp"):
            continue
        first = seen.setdefault(term.name, term)
        if first is not term:
            yield Problem(
                f"`{term.name}` may stand once: receivers answer permerror",
                spf.at.within(term.start, term.end),
                help="keep one of the two",
                related=(Label(spf.at.within(first.start, first.end), "the first one"),),
                token=term_text(spf, term),
            )


RULE = Rule(
    __name__,
    __doc__,
    over=records_with_modifiers,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7208 section 6",
    good=(master('@ TXT "v=spf1 ip4:192.0.2.25 exp=why.example.com redirect=_spf.example.net x-a=1 x-a=2"'),),
    bad=(
        master(
            '@ TXT "v=spf1 redirect=_spf.example.net Redirect=_spf.example.org"', caret="Redirect=_spf.example.org"
        ),
        master(
            '@ TXT "v=spf1 ip4:192.0.2.25 exp=why.example.com -all exp=what.example.com"',
            caret="exp=what.example.com",
        ),
    ),
)
