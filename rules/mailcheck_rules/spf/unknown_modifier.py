"""A `name=value` term is one that receivers ignore.

## What it checks
Every modifier is `redirect`, `exp`, or one of the reporting modifiers `ra`, `rp` and `rr`. A
mechanism written with `=` in place of `:` (`include=…`, `ip4=…`) is read as a modifier, too.

## Why it matters
Unknown modifiers are ignored without an error. `ip4=192.0.2.1` looks like an authorised address and
authorises nobody: mail from that host fails SPF.

## Example
    example.com. TXT "v=spf1 ip4=192.0.2.1 -all"

## How to fix
Write a mechanism with a colon, and remove what SPF does not know:

    example.com. TXT "v=spf1 ip4:192.0.2.1 -all"

For `include=`, `ip4=` and the like a fix is offered. It is unsafe, since the term counts from then on.

## References
RFC 7208 sections 4.6.1 and 6; RFC 6652 section 3 (`ra`, `rp`, `rr`)
"""

from collections.abc import Iterator

from mailcheck.analysis.edits import replacing
from mailcheck.analysis.spf_records import SpfRecord, records_with_modifiers
from mailcheck.analysis.spf_terms import term_text
from mailcheck.grammar.spf import Modifier, parse_spf
from mailcheck.lint.rule import Context, Fix, Problem, Rule, Severity, master
from mailcheck.model.text import shorten

_KNOWN = frozenset({"redirect", "exp", "ra", "rp", "rr"})
_MECHANISMS = frozenset({"include", "a", "mx", "ptr", "ip4", "ip6", "exists"})
_ADDRESSES = {"ip": "ip4", "ipv4": "ip4", "ipv6": "ip6"}


def check(spf: SpfRecord, _: Context) -> Iterator[Problem]:
    for term in spf.tree.modifiers:
        if term.name not in _KNOWN:
            yield Problem(
                f"`{shorten(term.name, 30)}=` is no modifier of SPF: receivers ignore the term",
                spf.at.within(term.start, term.value_start),
                help=_advice(term),
                fix=_with_colon(spf, term),
                token=term_text(spf, term),
            )


def _with_colon(spf: SpfRecord, term: Modifier) -> Fix | None:
    """The mechanism that was probably meant, where it is a valid one."""
    meant = f"{term.name}:{term.value.text}"
    if term.name not in _MECHANISMS or parse_spf(f"v=spf1 {meant}").invalid:
        return None
    equals = term.start + len(term.name)
    return Fix(f"write `{term.name}:`", (replacing(spf.record, equals, equals + 1, ":"),), safe=False)


def _advice(term: Modifier) -> str:
    if term.name in _MECHANISMS:
        return f"a mechanism takes a colon: write `{term.name}:{shorten(term.value.text)}`"
    if term.name in _ADDRESSES:
        mechanism = "ip6" if term.value.text.count(":") > 1 else _ADDRESSES[term.name]
        return f"write `{mechanism}:{shorten(term.value.text)}`"
    if term.name == "all":
        return "`all` takes no value: write `-all` or `~all`"
    return "remove the term, or write what was meant"


RULE = Rule(
    __name__,
    __doc__,
    over=records_with_modifiers,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7208 section 6",
    yields_to=("spec-host-spf", "spec-sender-spf"),
    good=(
        master('@ TXT "v=spf1 ip4:192.0.2.25 exp=why.example.com -all"\nwhy TXT "see example.com"'),
        master('@ TXT "v=spf1 ip4:192.0.2.25 ra=postmaster rp=100 rr=all -all"'),
        master('@ TXT "v=spf1 Redirect=_spf.example.net"'),
    ),
    bad=(
        master('@ TXT "v=spf1 include=_spf.example.net -all"', caret="include="),
        master('@ TXT "v=spf1 IP4=192.0.2.1 -all"', caret="IP4="),
        master('@ TXT "v=spf1 ip=192.0.2.1 -all"', caret="ip="),
        master('@ TXT "v=spf1 ip=2001:db8::1 -all"', caret="ip="),
        master('@ TXT "v=spf1 ip4:192.0.2.25 all=-"', caret="all="),
        master('@ TXT "v=spf1 ip4:192.0.2.25 v=spf1 -all"', caret="v="),
    ),
)
