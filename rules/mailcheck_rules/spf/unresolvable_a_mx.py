"""An `a` or `mx` term yields no address.

## What it checks
The name of an `a` term has an A or AAAA record, and at least one exchange of an `mx` term has. A name
without any MX is told by `spf-mx-implicit`.

## Why it matters
The term authorises nobody: either mail from a renamed host fails, or the term is left over, costs a
lookup, and counts as one of the two that may find nothing.

## Example
    example.com. TXT "v=spf1 a:mial.example.com -all"

## How to fix
Correct the name, add its addresses, or remove the term.

## References
RFC 7208 sections 4.6.4, 5.3 and 5.4
"""

from collections.abc import Iterator

from mailcheck.analysis.spf_gather import ASKING
from mailcheck.analysis.spf_node import SpfTerm
from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.analysis.spf_references import referenced_names
from mailcheck.analysis.spf_tree import spf_tree
from mailcheck.analysis.spf_wrong_name import stands_for_its_domain
from mailcheck.analysis.zone_doubling import meant_names
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, only, unanswered
from mailcheck.model.dns import Present
from mailcheck.model.text import shown_name


def check(record: SpfRecord, ask: Context) -> Iterator[Problem | Skip]:
    if _asks_for_itself(record) and isinstance(ask.ask(record.name, "A"), Present):
        return
    for term in ask.evaluate(spf_tree, record.name).terms:
        fault = _fault(term)
        if not fault and not _is_open(term):
            continue
        if term.target == record.name and _is_misplaced(record.name, ask):
            continue  # where spf-wrong-name sends the record the term asks for another name
        if fault and term.target not in ask.once(meant_names):
            yield Problem(
                f"{fault}, so the term matches nobody",
                term.at,
                help="correct the name, add its addresses, or remove the term",
                token=term.text,
            )
        elif _is_open(term) and term.open_address:
            yield unanswered(*term.open_address)


def _is_misplaced(name: str, ask: Context) -> bool:
    return name not in ask.once(referenced_names) and ask.evaluate(stands_for_its_domain, name)


def _asks_for_itself(record: SpfRecord) -> bool:
    """Whether all that it asks DNS is the addresses of its own name, as the records of mail hosts do."""
    directives = record.tree.directives
    return ASKING.intersection(record.tree.kinds) == {"a"} and all(
        [term.domain is None for term in directives if term.mechanism == "a"]
    )


def _fault(term: SpfTerm) -> str:
    if term.kind not in ("a", "mx"):
        return ""
    if term.malformed:
        return f"`{term.text[:60]}` asks for no valid name"
    if not (term.target and term.void4 and term.void6):
        return ""
    if term.kind == "a":
        return f"`{shown_name(term.target)}` has neither an A nor an AAAA record"
    return f"no exchange of `{shown_name(term.target)}` has an address" if term.exchanges else ""


def _is_open(term: SpfTerm) -> bool:
    """Whether an address may still turn up; for an `mx` only where its exchanges are known."""
    known = term.void4 is False or term.void6 is False
    return not known and (term.kind == "a" or bool(term.exchanges))


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, lambda spf: not spf.tree.kinds.isdisjoint(("a", "mx"))),
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7208 section 5.3",
    indexes=(meant_names, referenced_names),
    needs=frozenset({"dns"}),
    yields_to=("spf-void-lookups", "spf-lost-space", "spf-target-name"),
    good=(
        master('_spf TXT "v=spf1 a -all"\n@ A 192.0.2.1'),
        master('@ TXT "v=spf1 a mx -all"\n@ A 192.0.2.1\n@ MX 10 mail\n@ MX 20 gone\nmail AAAA 2001:db8::25'),
        master('@ TXT "v=spf1 a:%{i}.example.com -all a:gone.example.com"'),
        master('@ TXT "v=spf1 a:h.example.net mx -all"\n@ MX 10 mail.example.net.'),
        master('@ TXT "v=spf1 mx exists:gone.example.com -all"'),
        master('@ TXT "v=spf1 a:w.example.com -all"\nw CNAME ns1'),
    ),
    bad=(
        master('@ TXT "v=spf1 a:mial.example.com -all"\nmail A 192.0.2.25', caret="a:mial.example.com"),
        master('@ TXT "v=spf1 a -all"', caret="a"),
        master('@ TXT "v=spf1 mx -all"\n@ MX 10 gone', caret="mx"),
        master('@ TXT "v=spf1 a:..example.com -all"', caret="a:..example.com"),
    ),
)
