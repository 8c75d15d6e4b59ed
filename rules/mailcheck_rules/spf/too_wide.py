"""A network is too wide to be yours, or belongs to nobody.

## What it checks
Terms that let a network send: IPv4 networks wider than /16 and IPv6 networks wider than /32 (options
`ipv4` and `ipv6`), the prefix lengths of `a` and `mx` too, and networks that no mail host on the
internet can have, such as private, loopback, link-local and multicast ones. Documentation networks are
accepted under the names that are reserved for examples. `/0` is `spf-cidr-zero`.

## Why it matters
Every host in the network can send as the domain. A network of a hosting company or an internet
provider holds thousands of strangers. A private network authorises nobody: receivers never see such an
address.

## Example
    example.com. TXT "v=spf1 ip4:198.51.0.0/12 ip4:10.0.0.0/8 -all"

## How to fix
Name the addresses that send, as the receivers see them:

    example.com. TXT "v=spf1 ip4:198.51.100.16/28 -all"

## References
RFC 7208 section 5.6; RFC 6890; RFC 5737; RFC 3849; RFC 9637
"""

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.analysis.networks import unusable_network
from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.analysis.spf_terms import term_text
from mailcheck.grammar.spf import Directive
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master, only
from mailcheck.model.text import shorten


class WidthOptions(NamedTuple):
    """`ipv4`, `ipv6`: the shortest prefix lengths that are accepted."""

    ipv4: int = 16
    ipv6: int = 32


def _may_name_networks(spf: SpfRecord) -> bool:
    return "/" in spf.tree.text or not spf.tree.kinds.isdisjoint(("ip4", "ip6"))


def check(spf: SpfRecord, ask: Context) -> Iterator[Problem]:
    options = ask.options(WidthOptions)
    for term in spf.tree.directives:
        if term.qualifier == "+" and term.prefix4 != 0 and term.prefix6 != 0:
            why = _unusable(spf, term) or _too_wide(term, options)
            if why:
                yield Problem(
                    f"`{shorten(term_text(spf, term))}` {why}",
                    spf.at.within(_network_start(spf, term), term.end),
                    help="name the addresses that send, as receivers see them",
                    token=term_text(spf, term),
                )


def _unusable(spf: SpfRecord, term: Directive) -> str:
    if term.address is None:
        return ""
    block = unusable_network(term.address, term.prefix4 if term.mechanism == "ip4" else term.prefix6, spf.name)
    return f"lies in {block.text} ({block.purpose}), where no mail comes from" if block else ""


def _too_wide(term: Directive, options: WidthOptions) -> str:
    if term.prefix4 is not None and term.prefix4 < options.ipv4:
        return f"lets {2 ** (32 - term.prefix4):,} addresses send"
    if term.prefix6 is not None and term.prefix6 < options.ipv6:
        return f"lets {2 ** (64 - term.prefix6):,} IPv6 networks of /64 send"
    return ""


def _network_start(spf: SpfRecord, term: Directive) -> int:
    """The network of `ip4` and `ip6`, the prefix lengths of `a` and `mx`."""
    if term.address is not None:
        return term.value_start
    lengths = f"/{term.prefix4}" if term.prefix4 is not None else ""
    lengths += f"//{term.prefix6}" if term.prefix6 is not None else ""
    return term.end - len(lengths)


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, _may_name_networks),
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7208 section 5.6",
    options=WidthOptions,
    good=(
        master('@ TXT "v=spf1 ip4:192.0.2.0/24 ip4:198.51.0.0/16 ip6:2001:db8::/32 ip6:3fff::1 a/24//64 -all"'),
        master('@ TXT "v=spf1 -ip4:10.0.0.0/8 ?ip4:198.0.0.0/8 -all"'),
        master(
            '@ TXT "v=spf1 ip4:198.48.0.0/12 -all"',
            **{"mailcheck.yaml": "rules: {options: {spf-too-wide: {ipv4: 12}}}\n"},
        ),
    ),
    bad=(
        master('@ TXT "v=spf1 ip4:198.48.0.0/12 -all"', caret="198.48.0.0/12"),
        master('@ TXT "v=spf1 ip6:2600::/24 -all"', caret="2600::/24"),
        master('@ TXT "v=spf1 ip4:192.168.1.0/24 -all"', caret="192.168.1.0/24"),
        master('@ TXT "v=spf1 ip6:fe80::1 -all"', caret="fe80::1"),
        master('@ TXT "v=spf1 mx/8//16 -all"\n@ MX 10 mail\nmail A 192.0.2.25', caret="/8//16"),
        master(
            '@ TXT "v=spf1 ip4:198.51.0.0/18 -all"',
            caret="198.51.0.0/18",
            **{"mailcheck.yaml": "rules: {options: {spf-too-wide: {ipv4: 20}}}\n"},
        ),
    ),
)
