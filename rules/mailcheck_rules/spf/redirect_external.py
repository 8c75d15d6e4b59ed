"""SPF is redirected to another administration's record.

## What it checks
`redirect=` in effect leads to a name that is neither in a declared zone nor under the same registered
domain, as the public suffix list sees it. Targets with macros other than `%{d}` are left aside.

## Why it matters
A redirect hands over the whole verdict, `all` included: the other side decides who may send as you,
and what happens to everyone else. An include only borrows its addresses.

## Example
    example.com. TXT "v=spf1 redirect=_spf.example.net"

## How to fix
If that is not meant, write `v=spf1 include:_spf.example.net -all`.

## References
RFC 7208 section 6.1
"""

from collections.abc import Iterator

from mailcheck.analysis.public_suffix import is_public_suffix
from mailcheck.analysis.spf_names import target_of
from mailcheck.analysis.spf_records import SpfRecord, records_with_modifiers, terms_in_effect
from mailcheck.grammar.spf import Modifier
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, master
from mailcheck.model.names import is_at_or_below, split_labels
from mailcheck.model.text import shown_name


def check(record: SpfRecord, ask: Context) -> Iterator[Problem]:
    for term in terms_in_effect(record.tree):
        if not isinstance(term, Modifier):
            continue
        target = target_of(term, record.name)
        if target is None or any(is_at_or_below(target, zone.name) for zone in ask.zones):
            continue
        if _is_foreign(target, record.name):
            yield Problem(
                f"the redirect leaves every SPF verdict on `{shown_name(record.name)}` to `{shown_name(target)}`",
                record.at.within(term.start, term.end),
                help=f"if only their senders are meant, write `include:{shown_name(target)} -all`",
            )


def _is_foreign(target: str, name: str) -> bool:
    """Whether the two have no registered domain in common."""
    shared = []
    for one, other in zip(reversed(split_labels(target)), reversed(split_labels(name)), strict=False):
        if one != other:
            break
        shared.append(one)
    return is_public_suffix(".".join(reversed(shared)) + ".")


RULE = Rule(
    __name__,
    __doc__,
    over=records_with_modifiers,
    check=check,
    severity=Severity.INFO,
    standard="RFC 7208 section 6.1",
    good=(
        master('news TXT "v=spf1 redirect=example.com"\n@ TXT "v=spf1 mx -all"\n@ MX 10 ns1'),
        master('@ TXT "v=spf1 redirect=%{l}.example.net"'),
        master('@ TXT "v=spf1 -all redirect=_spf.example.net"'),
        Case({"mail.example.com.yaml": "'':\n  type: TXT\n  value: v=spf1 redirect=_spf.example.com\n"}),
        Case({"mail.example.com.yaml": "'':\n  type: TXT\n  value: v=spf1 redirect=example.com\n"}),
    ),
    bad=(
        master('@ TXT "v=spf1 mx redirect=_spf.example.net"\n@ MX 10 ns1', caret="redirect=_spf.example.net"),
        Case(
            {"example.co.uk.yaml": "'':\n  type: TXT\n  value: v=spf1 redirect=other.co.uk\n"},
            caret="redirect=other.co.uk",
        ),
    ),
)
