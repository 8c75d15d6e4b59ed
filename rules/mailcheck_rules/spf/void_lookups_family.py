"""More than two terms of the SPF record find nothing for clients of one address family.

## What it checks
As `spf-void-lookups`, where the limit is passed for IPv4 clients or for IPv6 clients, but not for
both. For an IPv6 client `a` and `mx` ask for AAAA records, for an IPv4 client for A records.

## Why it matters
Mail that goes out over that family gets a permanent error at receivers that keep the limit, and
passes over the other: a fault that comes and goes with the route.

## Example
    example.com. TXT "v=spf1 a:web.example.com a:shop.example.com a:mail.example.com -all"
    web.example.com. A 192.0.2.1
    shop.example.com. A 192.0.2.2
    mail.example.com. A 192.0.2.3

## How to fix
Write `ip4:` and `ip6:` with the addresses in place of `a` and `mx`, which asks nothing at all, or
give the hosts addresses of the other family too.

## References
RFC 7208 sections 4.6.4 and 5
"""

from collections.abc import Iterator

from mailcheck.analysis.spf_node import VOID_LIMIT
from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.analysis.spf_references import referenced_names
from mailcheck.analysis.spf_tree import spf_tree
from mailcheck.analysis.spf_tree_text import count
from mailcheck.analysis.spf_usage import only_included
from mailcheck.analysis.spf_voids import Family, may_pass_void_limit, void_labels, void_names
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, only, unanswered


def check(record: SpfRecord, ask: Context) -> Iterator[Problem | Skip]:
    if record.name in ask.once(only_included) and record.name in ask.once(referenced_names):
        return  # its cost is counted in the records that lead here
    tree = ask.evaluate(spf_tree, record.name)
    over4, over6 = tree.voids4 > VOID_LIMIT, tree.voids6 > VOID_LIMIT
    if over4 != over6:
        family: Family = "void4" if over4 else "void6"
        first, *others = void_labels(tree, (family,))
        voids = count(max(tree.voids4, tree.voids6))
        yield Problem(
            f"for an IPv{4 if over4 else 6} client {voids} terms find nothing in DNS, and receivers may stop "
            f"after {VOID_LIMIT}: {void_names(tree, (family,))}",
            first.at,
            help="write `ip4:` and `ip6:` with the addresses: they ask nothing",
            related=tuple(others),
        )
    elif tree.open and not over4:
        yield unanswered(*tree.open)


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, may_pass_void_limit),
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7208 section 4.6.4",
    indexes=(only_included, referenced_names),
    needs=frozenset({"dns"}),
    good=(
        master(
            '@ TXT "v=spf1 a a:mail.example.com mx -all"\n@ MX 10 mail\n@ A 192.0.2.1\n@ AAAA 2001:db8::1\n'
            "mail A 192.0.2.25"
        ),
        master('@ TXT "v=spf1 a:gone1.example.com a:gone2.example.com a:gone3.example.com -all"'),
        master('@ TXT "v=spf1 include:_spf.example.net -all"'),
    ),
    bad=(
        master(
            '@ TXT "v=spf1 ip4:192.0.2.9 a a:mail.example.com mx -all"\n@ MX 10 mail\n@ A 192.0.2.1\n'
            "mail A 192.0.2.25",
            caret="a",
        ),
        master(
            '@ TXT "v=spf1 a:six.example.com exists:no.example.com a:gone.example.com -all"\nsix AAAA 2001:db8::6',
            caret="a:six.example.com",
        ),
    ),
)
