"""An `mx` term names a domain without MX records.

## What it checks
The name of every `mx` term in effect has MX records, and they are not the null MX alone.

## Why it matters
Mail goes to the address of a domain without MX, but SPF knows no such fall-back: the term matches
nobody, costs a lookup, and counts as one of the two that may find nothing.

## Example
    example.com. A 192.0.2.1
    example.com. TXT "v=spf1 mx -all"

## How to fix
Write `a` if the domain's own address sends, or remove the term.

## References
RFC 7208 section 5.4; RFC 7505 section 3
"""

from collections.abc import Iterator

from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.analysis.spf_references import referenced_names
from mailcheck.analysis.spf_tree import spf_tree
from mailcheck.analysis.spf_wrong_name import stands_for_its_domain
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, only, unanswered
from mailcheck.model.text import shown_name


def check(record: SpfRecord, ask: Context) -> Iterator[Problem | Skip]:
    for term in ask.evaluate(spf_tree, record.name).terms:
        if term.kind != "mx" or term.target is None or term.exchanges:
            continue
        if term.target == record.name and _is_misplaced(record.name, ask):
            continue  # where spf-wrong-name sends the record the term asks for another name
        if term.open_address:
            yield unanswered(*term.open_address)
        else:
            yield Problem(
                f"`{shown_name(term.target)}` {'takes no mail (null MX)' if term.null else 'has no MX record'}, "
                "so the term matches nobody",
                term.at,
                help="write `a` if the domain's own address sends, else remove the term",
                token=term.text,
            )


def _is_misplaced(name: str, ask: Context) -> bool:
    return name not in ask.once(referenced_names) and ask.evaluate(stands_for_its_domain, name)


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, lambda spf: "mx" in spf.tree.kinds),
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7208 section 5.4",
    indexes=(referenced_names,),
    needs=frozenset({"dns"}),
    yields_to=("spf-void-lookups", "spf-lost-space", "spf-target-name"),
    good=(
        master('@ TXT "v=spf1 mx -all"\n@ MX 10 mail\nmail A 192.0.2.25'),
        master('@ TXT "v=spf1 mx:example.net mx:%{o} -all"'),
        master('@ TXT "v=spf1 a -all mx"\n@ A 192.0.2.1'),
        master('_spf TXT "v=spf1 mx -all"\n@ MX 10 mail\nmail A 192.0.2.25'),
    ),
    bad=(
        master('_spf TXT "v=spf1 mx -all"\n@ TXT "v=spf1 include:_spf.example.com -all"', caret="mx"),
        master('_spf TXT "v=spf1 mx:gone.example.com -all"', caret="mx:gone.example.com"),
        master('@ TXT "v=spf1 mx -all"\n@ A 192.0.2.1', caret="mx"),
        master('@ TXT "v=spf1 +mx:gone.example.com/24 -all"', caret="+mx:gone.example.com/24"),
        master('@ TXT "v=spf1 ip4:192.0.2.1 mx -all"\n@ MX 0 .', caret="mx"),
    ),
)
