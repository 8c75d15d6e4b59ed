"""SPF records made ready to be evaluated: what each term does, worked out once for each text."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple, cast

from mailcheck.analysis.spf_names import dns_name
from mailcheck.grammar.spf import Directive, Invalid, Modifier, SpfTree, is_spf, parse_spf
from mailcheck.grammar.spf_macro import MacroString

_LONGEST_SHORT = 1_000
_RESULTS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}

Matched = Literal["pass", "fail", "softfail", "neutral"]


NEEDS_NO_DNS = frozenset({"all", "ip4", "ip6"})


class Instruction(NamedTuple):
    """A directive, a redirect or an `exp` to evaluate.

    - `kind`: the mechanism, `redirect` or `exp`; `result`: what a match gives.
    - `domain`: the domain-spec, None where the current domain is meant.
    - `name`: the absolute name that it stands for, where no macro stands in it and it is a name.
    - `bits`: for `ip4` and `ip6` the client's bits to drop before comparing with `network`; for `a` and
      `mx` the same for an IPv4 client, and `bits6` for an IPv6 client.
    """

    kind: str
    result: Matched
    term: Directive | Modifier
    domain: MacroString | None = None
    name: str | None = None
    bits: int = 0
    bits6: int = 0
    network: int = 0


class Program(NamedTuple):
    """A record's directives up to `all`, its redirect where there is no `all`, and its `exp`.

    `fault`: the term that makes the record a permanent error, and why; then the rest is empty.
    """

    instructions: tuple[Instruction, ...]
    redirect: Instruction | None = None
    explanation: Instruction | None = None
    fault: tuple[Invalid | Modifier, str] | None = None


def program_of(text: str) -> Program | None:
    """The program of a TXT record (RFC 7208 sections 4.6 to 6); None where it is none of SPF (section 4.5)."""
    return _short(text) if len(text) <= _LONGEST_SHORT else _long(text)


def _program(text: str) -> Program | None:
    if not is_spf(text):
        return None
    tree = parse_spf(text)
    fault = _fault(tree)
    if fault is not None:
        return Program((), fault=fault)
    directives = tree.directives
    if tree.all is not None and directives[-1] is not tree.all:
        directives = directives[: directives.index(tree.all) + 1]
    return Program(
        tuple([_instruction(term) for term in directives]),
        _modifier(tree, "redirect") if tree.all is None else None,
        _modifier(tree, "exp"),
    )


_short = lru_cache(maxsize=4096)(_program)
_long = lru_cache(maxsize=4)(_program)


def _fault(tree: SpfTree) -> tuple[Invalid | Modifier, str] | None:
    """A syntax error anywhere, or a second `redirect` or `exp` (sections 4.6 and 6)."""
    if tree.invalid:
        return tree.invalid[0], tree.invalid[0].message
    seen = set()
    for modifier in tree.modifiers:
        if modifier.name in ("redirect", "exp"):
            if modifier.name in seen:
                return modifier, f"`{modifier.name}=` stands twice in the record"
            seen.add(modifier.name)
    return None


def _instruction(term: Directive) -> Instruction:
    result = cast("Matched", _RESULTS[term.qualifier])
    if term.address is not None:
        longest = term.address.max_prefixlen
        prefix = term.prefix4 if term.mechanism == "ip4" else term.prefix6
        bits = 0 if prefix is None else longest - prefix
        return Instruction(term.mechanism, result, term, bits=bits, network=int(term.address) >> bits)
    bits = 0 if term.prefix4 is None else 32 - term.prefix4
    bits6 = 0 if term.prefix6 is None else 128 - term.prefix6
    return Instruction(term.mechanism, result, term, term.domain, _name(term.domain), bits, bits6)


def _modifier(tree: SpfTree, name: str) -> Instruction | None:
    term = tree.modifier(name)
    return Instruction(name, "pass", term, term.value, _name(term.value)) if term else None


def _name(domain: MacroString | None) -> str | None:
    return None if domain is None or domain.literal is None else dns_name(domain.literal)
