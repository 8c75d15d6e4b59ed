"""An `mx` term names a domain with more than ten exchanges.

## What it checks
The MX records of the name of every `mx` term in effect, also in other people's records that yours
lead to.

## Why it matters
Receivers look up at most ten exchanges for one `mx` term and give a permanent error at the next.

## Example
    example.com. TXT "v=spf1 mx:big.example.net -all"

## How to fix
Write the addresses of the hosts that send as `ip4:` and `ip6:`. Exchanges receive mail; those that
also send are usually few.

## References
RFC 7208 sections 4.6.4 and 5.4
"""

from collections.abc import Iterator

from mailcheck.analysis.spf_gather import MAX_EXCHANGES
from mailcheck.analysis.spf_node import anchor, own_terms
from mailcheck.analysis.spf_records import SpfRecord, leads_on, spf_records
from mailcheck.analysis.spf_tree import spf_tree
from mailcheck.analysis.spf_tree_text import trail
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, only, unanswered
from mailcheck.model.text import shown_name


def check(record: SpfRecord, ask: Context) -> Iterator[Problem | Skip]:
    tree = ask.evaluate(spf_tree, record.name)
    for path in own_terms(tree):
        term = path[-1]
        if term.kind != "mx" or term.target is None:
            continue
        if len(term.exchanges) > MAX_EXCHANGES:
            way = f" (reached by {trail(path)})" if len(path) > 1 else ""
            yield Problem(
                f"`{shown_name(term.target)}` has {len(term.exchanges)} exchanges, "
                f"and receivers stop at {MAX_EXCHANGES}{way}",
                anchor(path).at,
                help="write the addresses that send as `ip4:` and `ip6:`",
                token=term.text,
            )
        elif term.open_address and not term.exchanges:
            yield unanswered(*term.open_address)
    if tree.open_record:
        yield unanswered(*tree.open_record)


def _exchanges(number: int) -> str:
    return "".join(f"@ MX 10 m{at}\nm{at} A 192.0.2.{at}\nm{at} AAAA 2001:db8::{at}\n" for at in range(number))


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, lambda spf: leads_on(spf) or "mx" in spf.tree.kinds),
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7208 section 4.6.4",
    needs=frozenset({"dns"}),
    good=(
        master(_exchanges(10) + '@ TXT "v=spf1 mx -all"'),
        master(_exchanges(11) + '@ TXT "v=spf1 a:m1.example.com -all mx"'),
        master('@ TXT "v=spf1 mx:example.net mx:%{o} include:_spf.example.net -all"'),
    ),
    bad=(
        master(_exchanges(11) + '@ TXT "v=spf1 mx/24 -all"', caret="mx/24"),
        master(
            _exchanges(11) + '@ TXT "v=spf1 include:_x.example.com -all"\n_x TXT "v=spf1 mx:example.com"',
            caret="mx:example.com",
        ),
    ),
)
