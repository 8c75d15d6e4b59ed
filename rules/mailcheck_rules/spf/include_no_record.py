"""An include or redirect leads to a name without exactly one valid SPF record.

## What it checks
The target of every `include` and `redirect` in effect, also of those in other people's records that
yours lead to. Targets with macros depend on the message and are left aside, except `%{d}`; what is wrong
at a declared name, such as two records or a term that breaks the grammar, is told where it stands.

## Why it matters
A receiver that comes to such a term gives a permanent error for the message. Providers rename their
records without a word to the domains that include them.

## Example
    example.com. TXT "v=spf1 include:_sfp.example.net -all"

## How to fix
Correct the name as the provider's current documentation gives it, or remove the term when the
service is no longer used.

## References
RFC 7208 sections 4.5, 4.6, 5.2 and 6.1
"""

from collections.abc import Iterator

from mailcheck.analysis.spf_gather import LEADING
from mailcheck.analysis.spf_node import SpfNode, SpfTerm, anchor, own_terms
from mailcheck.analysis.spf_records import SpfRecord, leads_on, spf_records
from mailcheck.analysis.spf_tree import spf_tree
from mailcheck.analysis.spf_tree_text import trail
from mailcheck.analysis.zone_doubling import meant_names
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, master, only, unanswered
from mailcheck.model.dns import Absent
from mailcheck.model.text import shown_name


def check(record: SpfRecord, ask: Context) -> Iterator[Problem | Skip]:
    tree = ask.evaluate(spf_tree, record.name)
    if not tree.depth:
        return
    for path in own_terms(tree):
        term = path[-1]
        fault = _fault(term) if term.kind in LEADING else ""
        if fault and term.target not in ask.once(meant_names):
            way = f" (reached by {trail(path)})" if len(path) > 1 else ""
            yield Problem(
                fault + way,
                anchor(path).at,
                help=f"correct the name, or remove the {term.kind}: it makes receivers give a permanent error",
                token=term.text,
            )
    if tree.open_record:
        yield unanswered(*tree.open_record)


def _fault(term: SpfTerm) -> str:
    if term.malformed:
        return f"`{term.text[:60]}` asks for no valid name: it has an empty label or one of over 63 octets"
    if term.below is None or term.below.state == "unknown":
        return ""
    if term.below.state == "found":
        return "" if term.below.declared else _broken(term.below)
    if term.below.state == "several":
        return "" if term.below.declared else f"{_named(term.below)} has several SPF records"
    answer = term.below.held.answer
    if isinstance(answer, Absent):
        return f"{_named(term.below)} {'does not exist' if answer.kind == 'nxdomain' else 'has no TXT record'}"
    return f"{_named(term.below)} has TXT records, but none of them is SPF"


def _broken(node: SpfNode) -> str:
    invalid = node.held.tree.invalid if node.held.tree else ()
    return f"the SPF record of {_named(node)} is not valid: {invalid[0].message}" if invalid else ""


def _named(node: SpfNode) -> str:
    return f"`{shown_name(node.name)}`"


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, leads_on),
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7208 section 5.2",
    indexes=(meant_names,),
    needs=frozenset({"dns"}),
    yields_to=("spf-lost-space", "spf-target-name"),
    good=(
        master('@ TXT "v=spf1 include:_spf.example.com -all"\n_spf TXT "v=spf1 ip4:192.0.2.1 -all"'),
        master(
            '@ TXT "v=spf1 include:_spf.%{d} include:%{l}._spf.example.com -all include:gone.example.com"\n'
            '_spf TXT "v=spf1 ip4:192.0.2.1 -all"'
        ),
        master('@ TXT "v=spf1 include:_spf.example.net -all"'),
        master('@ TXT "v=spf1 include:two.example.com -all"\ntwo TXT "v=spf1 -all"\ntwo TXT "v=spf1 mx -all"'),
    ),
    bad=(
        master('@ TXT "v=spf1 include:_sfp.example.com -all"', caret="include:_sfp.example.com"),
        master('@ TXT "v=spf1 redirect=ns1.example.com"', caret="redirect=ns1.example.com"),
        master('@ TXT "v=spf1 include:t.example.com -all"\nt TXT "spf1"', caret="include:t.example.com"),
        master('@ TXT "v=spf1 include:a..example.com -all"', caret="include:a..example.com"),
        Case(
            {
                "example.com.yaml": "'':\n  type: TXT\n  value: v=spf1 include:example.net -all\n",
                "example.net.yaml": "'':\n  type: TXT\n  value: v=spf1 include:gone.example.net -all\n",
            },
            caret="include:gone.example.net",
        ),
    ),
)
