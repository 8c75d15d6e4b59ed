"""SPF records: text to tree, with an offset for every term (RFC 7208 section 12)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Literal, NamedTuple, cast

from mailcheck.grammar.spf_hints import address_of, not_an_address
from mailcheck.grammar.spf_macro import MacroProblem, MacroString, parse_macro
from mailcheck.grammar.spf_refusals import Wrong, refuse_mechanism, refuse_name, refuse_prefix, refuse_stray
from mailcheck.grammar.spf_spaces import spaced_terms
from mailcheck.model.names import IPAddress
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

Mechanism = Literal["all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"]
Qualifier = Literal["+", "-", "~", "?"]

_LONGEST_SHORT = 1_000
_TERM = re.compile(r"[^ ]+")
_MODIFIER = late(r"([A-Za-z][A-Za-z0-9._-]*)=")
_DIRECTIVE = re.compile(r"([-+~?]?)([A-Za-z0-9]*)")
_DUAL_PREFIX = late(r"(?:/([0-9]+))?(?://([0-9]+))?\Z")


class Directive(NamedTuple):
    """A qualifier and a mechanism. `start` up to `end` is the whole term in the record's text.

    - `qualifier` is "+" where none is written (`explicit` tells which).
    - `domain`: the domain-spec of include, a, mx, ptr, exists; None where left out. It starts at `value_start`.
    - `address`: of ip4 and ip6, as written, host bits kept. `value_start` is where it starts.
    - `prefix4`, `prefix6`: CIDR lengths as written, None where left out (`a`, `mx`: both may stand,
      `ip4` has prefix4 only, `ip6` prefix6 only).
    """

    start: int
    end: int
    qualifier: Qualifier
    explicit: bool
    mechanism: Mechanism
    value_start: int
    domain: MacroString | None = None
    address: IPAddress | None = None
    prefix4: int | None = None
    prefix6: int | None = None


class Modifier(NamedTuple):
    """`name=value`; `name` in lower case. `redirect`, `exp`, or one that receivers ignore."""

    start: int
    end: int
    name: str
    value_start: int
    value: MacroString


class Invalid(NamedTuple):
    """A term that the grammar refuses; `at_start` up to `at_end` is the very part that is wrong."""

    start: int
    end: int
    message: str
    at_start: int
    at_end: int


Term = Directive | Modifier | Invalid


class SpfTree(NamedTuple):
    """The terms after `v=spf1`, in order, all together and by kind; `text` is what was parsed.

    `all` is the first mechanism of that name, behind which nothing is evaluated (section 5.1). `kinds` are
    the mechanisms and the names of modifiers that occur.
    """

    text: str
    terms: tuple[Term, ...]
    directives: tuple[Directive, ...]
    modifiers: tuple[Modifier, ...]
    invalid: tuple[Invalid, ...]
    all: Directive | None
    kinds: frozenset[str]

    def modifier(self, name: str) -> Modifier | None:
        """The first modifier of that name."""
        for term in self.modifiers:
            if term.name == name:
                return term
        return None


def is_spf(text: str) -> bool:
    """Whether receivers take `text` as SPF: `v=spf1`, any case, then a space or the end (section 4.5)."""
    return text[:6].lower() == "v=spf1" and (len(text) == 6 or text[6] == " ")


def parse_spf(text: str) -> SpfTree:
    """The terms of a text that `is_spf` accepts; linear in the text, never raises (section 12).

    Every stretch between spaces is one term; what the grammar refuses is an `Invalid` among the others,
    and so are several stretches that a space made of one term.
    """
    return _parse_short(text) if len(text) <= _LONGEST_SHORT else _parse_long(text)


def _parse(text: str) -> SpfTree:
    read = _known_term if len(text) <= _LONGEST_SHORT else _term
    terms = [read(found[0], found.start()) for found in _TERM.finditer(text, len("v=spf1"))]
    directives = [term for term in terms if isinstance(term, Directive)]
    if len(directives) == len(terms):  # as in most records
        every = tuple(directives)
        return _tree(text, every, every, (), ())
    if any([isinstance(term, Invalid) for term in terms]):
        terms = _joined(text, terms)
        directives = [term for term in terms if isinstance(term, Directive)]
    modifiers = tuple([term for term in terms if isinstance(term, Modifier)])
    invalid = tuple([term for term in terms if isinstance(term, Invalid)])
    return _tree(text, tuple(terms), tuple(directives), modifiers, invalid)


def _tree(
    text: str,
    terms: tuple[Term, ...],
    directives: tuple[Directive, ...],
    modifiers: tuple[Modifier, ...],
    invalid: tuple[Invalid, ...],
) -> SpfTree:
    kinds: list[str] = [term.mechanism for term in directives]
    first_all = directives[kinds.index("all")] if "all" in kinds else None
    kinds += [term.name for term in modifiers]
    return SpfTree(text, terms, directives, modifiers, invalid, first_all, frozenset(kinds))


def _joined(text: str, terms: list[Term]) -> list[Term]:
    """The terms, those that a space was written into as one Invalid each."""
    stretches = [text[term.start : term.end] for term in terms]
    is_valid = cache(lambda stretch: not isinstance(_term(stretch, 0), Invalid))
    for first, last, message in reversed(list(spaced_terms(stretches, is_valid))):
        start, gap_end = terms[first].end, terms[first + 1].start
        terms[first : last + 1] = [Invalid(terms[first].start, terms[last].end, message, start, gap_end)]
    return terms


_parse_short = lru_cache(maxsize=4096)(_parse)
_parse_long = lru_cache(maxsize=4)(_parse)


def _term(term: str, at: int) -> Term:
    try:
        if not term.isascii() or not term.isprintable():
            refuse_stray(term)
        if "=" in term and (found := _MODIFIER.match(term)) is not None:
            name = found[1].lower()
            parse = _domain_spec if name in ("redirect", "exp") else _macro_string
            return Modifier(at, at + len(term), name, at + found.end(), parse(term, found.end(), len(term)))
        return _directive(term, at)
    except Wrong as wrong:
        return Invalid(at, at + len(term), wrong.message, at + wrong.start, at + wrong.end)


_known_term = lru_cache(maxsize=4096)(_term)
"""Most terms stand at the same place in very many records: `mx` first, `-all` last."""


_Value = tuple[int, MacroString | None, IPAddress | None, int | None, int | None]
"""What follows a mechanism's name: the last five fields of a Directive, the start counted in the term."""


def _directive(term: str, at: int) -> Directive:
    found = cast("re.Match[str]", _DIRECTIVE.match(term))
    sign, word = found.groups()
    mechanism = word.lower()
    if mechanism not in _VALUES or term[found.end() : found.end() + 1] not in ("", ":", "/"):
        refuse_mechanism(term, len(sign))
    value_start, domain, address, prefix4, prefix6 = _VALUES[mechanism](term, mechanism, found.end())
    return Directive(
        at, at + len(term), cast("Qualifier", sign or "+"), bool(sign), cast("Mechanism", mechanism),
        at + value_start, domain, address, prefix4, prefix6,
    )  # fmt: skip


def _no_value(term: str, mechanism: str, at: int) -> _Value:
    if at < len(term):
        raise Wrong(f"`{mechanism}` takes no value", at, len(term))
    return at, None, None, None, None


def _name_value(term: str, mechanism: str, at: int) -> _Value:
    if term[at : at + 1] == ":":
        return at + 1, _domain_spec(term, at + 1, len(term)), None, None, None
    if at < len(term):
        raise Wrong(f"`{mechanism}` takes no prefix length", at, len(term))
    if mechanism != "ptr":
        raise Wrong(f"`{mechanism}` needs `:` and a domain name after it", 0, len(term))
    return at, None, None, None, None


def _host_value(term: str, mechanism: str, at: int) -> _Value:
    if at == len(term):
        return at, None, None, None, None
    lengths = cast("re.Match[str]", _DUAL_PREFIX.search(term, at))
    domain = None
    if term[at : at + 1] == ":":
        domain = _domain_spec(term, at + 1, lengths.start())
    elif lengths.start() > at:
        refuse_prefix(term, at)
    prefix4 = _prefix(term, lengths.start(1), lengths.end(1), 4) if lengths[1] else None
    prefix6 = _prefix(term, lengths.start(2), lengths.end(2), 6) if lengths[2] else None
    return at + (domain is not None), domain, None, prefix4, prefix6


def _network_value(term: str, mechanism: str, at: int) -> _Value:
    start = at + 1
    text, slash, _ = term[start:].partition("/")
    if term[at:start] != ":" or not text:
        raise Wrong(f"`{mechanism}` needs `:` and an address after it", 0, len(term))
    version = int(mechanism[2])
    end = start + len(text)
    address = address_of(text)
    if address is None or address.version != version:
        raise Wrong(not_an_address(text, version), start, end)
    prefix = _prefix(term, end + 1, len(term), version) if slash else None
    return (start, None, address, prefix, None) if version == 4 else (start, None, address, None, prefix)


_VALUES: Mapping[str, Callable[[str, str, int], _Value]] = {
    "all": _no_value, "include": _name_value, "ptr": _name_value, "exists": _name_value,
    "a": _host_value, "mx": _host_value, "ip4": _network_value, "ip6": _network_value,
}  # fmt: skip


def _prefix(term: str, start: int, end: int, version: int) -> int:
    digits = term[start:end]
    longest = 32 if version == 4 else 128
    if digits.startswith("/") and version == 6:
        raise Wrong("`ip6` takes one slash before its prefix length", start - 1, end)
    if not digits.isdigit():
        refuse_prefix(term, start - 1)
    if len(digits) > 3 or int(digits) > longest:
        raise Wrong(f"an IPv{version} prefix length is 0 to {longest}, not {shorten(digits)}", start, end)
    if digits[0] == "0" and digits != "0":
        raise Wrong(f"`{digits}`: a prefix length has no leading zero", start, end)
    return int(digits)


def _macro_string(term: str, start: int, end: int) -> MacroString:
    parsed = parse_macro(term[start:end])
    if isinstance(parsed, MacroProblem):
        raise Wrong(parsed.message, start + parsed.start, start + parsed.end)
    return parsed


def _domain_spec(term: str, start: int, end: int) -> MacroString:
    """A macro string that ends in an expansion, or in a dot, a top label and perhaps a dot."""
    parsed = _macro_string(term, start, end)
    if not parsed.parts:
        raise Wrong(f"a domain name is missing after `{term[:start]}`", 0, len(term))
    tail = parsed.parts[-1]
    if not isinstance(tail, str) or tail == " " or "%" in tail:
        return parsed
    before, dot, label = tail.removesuffix(".").rpartition(".")
    if not dot or not _is_top_label(label):
        refuse_name(term, start, end, end - len(tail) + len(before) + len(dot))
    return parsed


def _is_top_label(label: str) -> bool:
    """Letters, digits and inner hyphens, and not digits alone."""
    return label.replace("-", "").isalnum() and label[0] != "-" != label[-1] and not label.isdigit()
