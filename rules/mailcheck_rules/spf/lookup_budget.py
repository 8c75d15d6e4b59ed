"""The SPF record has used up its DNS lookups, or nearly so.

## What it checks
The worst case over all paths needs 9 or 10 of the 10 lookups that receivers make. It is counted as
`spf-lookup-limit` counts it.

## Why it matters
The next service that is added, or a provider that adds one include to its own record, breaks SPF
for the whole domain.

## Example
    example.com. TXT "v=spf1 mx a include:_spf.example.net -all"

## How to fix
Make room before it is needed: remove services that no longer send, write addresses in place of
`a` and `mx`, move bulk mail to a subdomain.

## References
RFC 7208 section 4.6.4
"""

from collections.abc import Iterator

from mailcheck.analysis.spf_node import LIMIT
from mailcheck.analysis.spf_records import SpfRecord, leads_on, spf_records
from mailcheck.analysis.spf_references import referenced_names
from mailcheck.analysis.spf_tree import spf_tree
from mailcheck.analysis.spf_tree_text import tree_text
from mailcheck.analysis.spf_usage import only_included
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, only, unanswered
from mailcheck.model.text import shown_name

_NEARLY = LIMIT - 1


def check(record: SpfRecord, ask: Context) -> Iterator[Problem | Skip]:
    if record.name in ask.once(only_included) and record.name in ask.once(referenced_names):
        return  # its cost is counted in the records that lead here
    tree = ask.evaluate(spf_tree, record.name)
    if _NEARLY <= tree.lookups <= LIMIT:
        yield Problem(
            f"SPF for `{shown_name(record.name)}` uses {'at least ' if tree.open_record else ''}{tree.lookups} "
            f"of the {LIMIT} DNS lookups that receivers make",
            max(tree.terms, key=lambda term: term.lookups).at,
            help=f"lookups of each term and all below it:\n{tree_text(tree)}",
        )
    elif tree.open_record and tree.lookups < _NEARLY:
        yield unanswered(*tree.open_record)


_EIGHT = " ".join(f"exists:%{{i}}.b{number}.example.com" for number in range(8))

RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, lambda spf: leads_on(spf) or len(spf.tree.terms) >= _NEARLY),
    check=check,
    severity=Severity.INFO,
    standard="RFC 7208 section 4.6.4",
    indexes=(only_included, referenced_names),
    needs=frozenset({"dns"}),
    yields_to=("spf-include-loop",),
    good=(
        master(f'@ TXT "v=spf1 {_EIGHT} -all"'),
        master(f'@ TXT "v=spf1 {_EIGHT} " "{_EIGHT} -all"'),
        master('@ TXT "v=spf1 include:_spf.example.net -all"'),
        master(
            f'@ TXT "v=spf1 mx a:mail.example.com -all"\n@ MX 10 mail\nmail A 192.0.2.25\n_x TXT "v=spf1 {_EIGHT}"'
        ),
    ),
    bad=(
        master(
            f'@ TXT "v=spf1 include:_spf.example.com -all"\n_spf TXT "v=spf1 {_EIGHT}"',
            caret="include:_spf.example.com",
        ),
        master(f'@ TXT "v=spf1 a mx {_EIGHT} -all"\n@ A 192.0.2.1\n@ MX 10 ns1', caret="a"),
    ),
)
