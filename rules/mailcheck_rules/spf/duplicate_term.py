"""A term stands twice, or names an address that an earlier network already covers.

## What it checks
Mechanisms in front of `all` that match the same clients as an earlier one, and `ip4` or `ip6` terms
inside an earlier network. `a` and `a:` with the record's own name are the same.

## Why it matters
The first match decides, so the later term is never reached. It makes the record longer, costs one of
the ten DNS lookups where it needs one, and may hide an error: with another qualifier it looks like an
exception and is none.

## Example
    example.com. TXT "v=spf1 ip4:192.0.2.0/24 ip4:192.0.2.17 -all"

## How to fix
Remove the later term, which is what the offered fix does where both have the same qualifier. Where it is
meant as an exception, put it in front of the wider one:

    example.com. TXT "v=spf1 -ip4:192.0.2.17 ip4:192.0.2.0/24 -all"

## References
RFC 7208 sections 4.6.2 and 4.6.4
"""

from collections.abc import Iterator

from mailcheck.analysis.edits import without_term
from mailcheck.analysis.spf_records import SpfRecord, spf_records, terms_in_effect
from mailcheck.analysis.spf_terms import Network, same_clients_key, term_text
from mailcheck.grammar.spf import Directive, Modifier
from mailcheck.lint.rule import Context, Fix, Label, Problem, Rule, Severity, master, only
from mailcheck.model.text import shorten


def check(spf: SpfRecord, _: Context) -> Iterator[Problem]:
    seen: dict[tuple[object, ...], Directive] = {}
    prefixes: set[tuple[int, int]] = set()
    for term in terms_in_effect(spf.tree):
        if isinstance(term, Modifier) or term.mechanism == "all":
            continue
        key = same_clients_key(term, spf.name)
        earlier = seen.get(key)
        if isinstance(key, Network):
            earlier = earlier or _covering(key, seen, prefixes)
            if key.prefix:
                prefixes.add((key.version, key.prefix))
        if earlier is None:
            seen[key] = term
        else:
            yield _problem(spf, term, earlier)


def _covering(
    network: Network, seen: dict[tuple[object, ...], Directive], prefixes: set[tuple[int, int]]
) -> Directive | None:
    """The earlier term whose network holds this one; `/0` is left to its own rule."""
    for version, prefix in prefixes:
        if version == network.version and prefix < network.prefix and (term := seen.get(network.widened(prefix))):
            return term
    return None


def _problem(spf: SpfRecord, term: Directive, earlier: Directive) -> Problem:
    written, first = shorten(term_text(spf, term)), shorten(term_text(spf, earlier))
    fix: Fix | None = Fix(f"remove `{written}`", (without_term(spf.record, term.start, term.end),), safe=True)
    if term.qualifier != earlier.qualifier:
        fix = None
        message = f"`{written}` is never reached: `{first}` matches first, with another qualifier"
    elif written == first:
        message = f"`{written}` stands here twice"
    else:
        message = f"`{written}` is already covered by `{first}`"
    return Problem(
        message,
        spf.at.within(term.start, term.end),
        help="remove it, or move an exception in front of what it excepts from",
        related=(Label(spf.at.within(earlier.start, earlier.end), "matches first"),),
        fix=fix,
        token=term_text(spf, term),
    )


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, lambda spf: len(spf.tree.directives) > 1 + (spf.tree.all is not None)),
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7208 section 4.6.2",
    good=(
        master(
            '@ TXT "v=spf1 a mx a:mail.example.com a/24 ip4:192.0.2.0/24 ip4:198.51.100.1 -all"\n@ A 192.0.2.1'
        ),
        master('@ TXT "v=spf1 -ip4:192.0.2.17 ip4:192.0.2.0/24 ip6:2001:db8::/48 ip6:2001:db8:1::/48 -all"'),
        master('@ TXT "v=spf1 exists:%{i}.a.example.net exists:%{I}.a.example.net -all mx mx"'),
    ),
    bad=(
        master(
            '@ TXT "v=spf1 include:_spf.example.net ip4:192.0.2.25 include:_SPF.example.net. -all"',
            caret="include:_SPF.example.net.",
        ),
        master('@ TXT "v=spf1 a a:example.com/32 -all"\n@ A 192.0.2.1', caret="a:example.com/32"),
        master('@ TXT "v=spf1 ip4:192.0.2.0/24 ip4:192.0.2.17 -all"', caret="ip4:192.0.2.17"),
        master('@ TXT "v=spf1 ip6:2001:db8::/32 -ip6:2001:db8:1::1 -all"', caret="-ip6:2001:db8:1::1"),
        master('@ TXT "v=spf1 ip4:192.0.2.1 ip4:192.0.2.1/32 ip4:192.0.2.1 -all"', caret="ip4:192.0.2.1/32"),
        master('@ TXT "v=spf1 mx mx -all"\n@ MX 10 mail\nmail A 192.0.2.25', caret="mx"),
    ),
)
