"""The SPF record can take more DNS lookups than receivers make.

## What it checks
The worst case over all paths: `include`, `a`, `mx`, `ptr`, `exists` and `redirect` count one each,
together with all that the records below them ask. `exp`, terms after `all`, and a redirect beside
`all` count nothing. What a message would match is left aside, since one day a message comes that
matches only at the end. Records outside the declared zones are read from the lock or from live DNS;
a limit that is passed even without them is told all the same.

## Why it matters
At the eleventh such term receivers give up with a permanent error. Which messages it hits depends
on where the sender stands in the record, so the fault looks like mail that fails now and then.

## Example
    example.com. TXT "v=spf1 include:a.example.net include:b.example.net include:c.example.net -all"

## How to fix
Remove what no longer sends, move a service to a subdomain of its own, and write `ip4:` and `ip6:`
in place of `a`, `mx` and `ptr`. Copying a provider's addresses is the last resort: they change.

## References
RFC 7208 sections 4.6.4 and 5.1
"""

from collections.abc import Iterator

from mailcheck.analysis.spf_node import LIMIT
from mailcheck.analysis.spf_records import SpfRecord, leads_on, spf_records
from mailcheck.analysis.spf_references import referenced_names
from mailcheck.analysis.spf_tree import spf_tree
from mailcheck.analysis.spf_tree_text import count, tree_text
from mailcheck.analysis.spf_usage import only_included
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, master, only, unanswered
from mailcheck.model.text import shorten, shown_name


def check(record: SpfRecord, ask: Context) -> Iterator[Problem | Skip]:
    if record.name in ask.once(only_included) and record.name in ask.once(referenced_names):
        return  # its cost is counted in the records that lead here
    tree = ask.evaluate(spf_tree, record.name)
    if tree.lookups > LIMIT:
        costliest = max(tree.terms, key=lambda term: term.lookups)
        alone = f"; `{shorten(costliest.text)}` alone takes {count(costliest.lookups)}"
        yield Problem(
            f"SPF for `{shown_name(record.name)}` takes "
            f"{'at least ' if tree.open_record else ''}{count(tree.lookups)} DNS lookups "
            f"in the worst case, and receivers stop at {LIMIT}{alone if costliest.below else ''}",
            (costliest if costliest.below else tree.terms[LIMIT]).at,
            help=f"lookups of each term and all below it:\n{tree_text(tree)}",
        )
    elif tree.open_record:
        yield unanswered(*tree.open_record)


_TEN = " ".join(f"a:h{number}" + ".example.com" for number in range(10))
_HOSTS = "\n".join(f"h{number} A 192.0.2.{number}\nh{number} AAAA 2001:db8::{number}" for number in range(11))

RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, lambda spf: leads_on(spf) or len(spf.tree.terms) > LIMIT),
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7208 section 4.6.4",
    indexes=(only_included, referenced_names),
    needs=frozenset({"dns"}),
    yields_to=("spf-include-loop",),
    good=(
        master(f'@ TXT "v=spf1 {_TEN} -all a"\n{_HOSTS}'),
        master(f'@ TXT "v=spf1 {_TEN} -all exp=why.example.com"\nwhy TXT "no"\n{_HOSTS}'),
        master(f'@ TXT "v=spf1 include:_spf.example.com -all"\n_spf TXT "v=spf1 {_TEN[:-19]} -all"\n{_HOSTS}'),
        master('@ TXT "v=spf1 include:_spf.example.net -all"'),
    ),
    bad=(
        master(f'@ TXT "v=spf1 {_TEN} a:h10.example.com -all"\n{_HOSTS}', caret="a:h10.example.com"),
        master(
            f'@ TXT "v=spf1 a include:_spf.example.com -all"\n@ A 192.0.2.1\n_spf TXT "v=spf1 {_TEN}"\n{_HOSTS}',
            caret="include:_spf.example.com",
        ),
        master(f'@ TXT "v=spf1 {_TEN} redirect=_spf.example.net"\n{_HOSTS}', caret="redirect=_spf.example.net"),
        Case(
            {
                "example.com.yaml": "'':\n  type: TXT\n  value: v=spf1 mx include:_spf.example.net -all\n",
                "example.net.yaml": (
                    "_spf:\n  type: TXT\n  value: v=spf1 "
                    + " ".join(f"exists:%{{i}}.b{number}.example.net" for number in range(9))
                    + " -all\n"
                ),
            },
            caret="include:_spf.example.net",
        ),
    ),
)
