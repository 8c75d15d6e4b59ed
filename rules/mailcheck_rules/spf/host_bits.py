"""A network is written with the address of a host inside it.

## What it checks
`ip4` and `ip6` terms with a prefix length whose address has bits set beyond it, such as
`ip4:192.0.2.17/24`.

## Why it matters
The term is valid and covers the whole network: the host part is ignored. Either the address was meant
and 255 others may send as well, or the network was meant and the reader is misled.

## Example
    example.com. TXT "v=spf1 ip4:192.0.2.17/24 -all"

## How to fix
Write the network's first address, which is what the offered fix does and what receivers see already:

    example.com. TXT "v=spf1 ip4:192.0.2.0/24 -all"

Where one host was meant, leave the prefix length out.

## References
RFC 7208 section 5.6
"""

import ipaddress
from collections.abc import Iterator

from mailcheck.analysis.edits import replacing
from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.analysis.spf_terms import Network, network_of, term_text
from mailcheck.lint.rule import Case, Context, Fix, Problem, Rule, Severity, master, only


def check(spf: SpfRecord, _: Context) -> Iterator[Problem]:
    for term in spf.tree.directives:
        if term.address is None or not (term.prefix4 or term.prefix6):
            continue
        network = network_of(term)
        if network is None or network.first == int(term.address):
            continue
        meant = _shown(network)
        edit = replacing(spf.record, term.value_start, term.end, meant)
        yield Problem(
            f"`{spf.record.text[term.value_start : term.end]}` has host bits set: it covers all of {meant}",
            spf.at.within(term.value_start, term.end),
            help=f"write `{term.mechanism}:{meant}`, or `{term.mechanism}:{term.address}` for that host alone",
            fix=Fix(f"write {meant}", (edit,), safe=True),
            token=term_text(spf, term),
        )


def _shown(network: Network) -> str:
    kind = ipaddress.IPv4Address if network.version == 4 else ipaddress.IPv6Address
    return f"{kind(network.first)}/{network.prefix}"


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, lambda spf: "/" in spf.tree.text),
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7208 section 5.6",
    good=(
        master('@ TXT "v=spf1 ip4:192.0.2.0/24 ip4:192.0.2.17/32 ip6:2001:db8::/32 ip6:2001:db8::1 -all"'),
        master('@ TXT "v=spf1 a/24 ip4:192.0.2.300/24 -all"\n@ A 192.0.2.17'),
    ),
    bad=(
        master('@ TXT "v=spf1 ip4:192.0.2.17/24 -all"', caret="192.0.2.17/24"),
        master('@ TXT "v=spf1 -ip6:2001:db8::1/64 -all"', caret="2001:db8::1/64"),
        Case(
            {"example.com.yaml": "'':\n  type: TXT\n  value: v=spf1 ip4:192.0.2.17/24 -all\n"},
            caret="192.0.2.17/24",
        ),
        master('@ TXT "v=spf1 ip4:192.0" ".2.17/24 -all"', caret='192.0" ".2.17/24'),
    ),
)
