"""SPF records: text to tree, with an offset for every term (RFC 7208 section 12)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Literal, NamedTuple, NoReturn, cast

from mailcheck.grammar.spf_hints import address_of, missing_space, not_an_address, unknown_mechanism
from mailcheck.grammar.spf_macro import MacroProblem, MacroString, parse_macro
from mailcheck.grammar.spf_spaces import spaced_terms
from mailcheck.model.names import IPAddress
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

Mechanism = Literal["all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"]
Qualifier = Literal["+", "-", "~", "?"]

_LONGEST_SHORT = 1_000
_TERM = re.compile(r"[^ ]+")
_STRAY = late(r"[\x00-\x1f\x7f]|[^\x00-\x7f]+")
_MODIFIER = late(r"([A-Za-z][A-Za-z0-9._-]*)=")
_DIRECTIVE = re.compile(r"([-+~?]?)([A-Za-z0-9]*)")
_WORD = late(r"[^:/=]*")
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
    terms = [_term(found[0], found.start()) for found in _TERM.finditer(text, len("v=spf1"))]
    if any(isinstance(term, Invalid) for term in terms):
        terms = _joined(text, terms)
    directives = [term for term in terms if isinstance(term, Directive)]
    modifiers = [term for term in terms if isinstance(term, Modifier)]
    return SpfTree(
        text,
        tuple(terms),
        tuple(directives),
        tuple(modifiers),
        tuple([term for term in terms if isinstance(term, Invalid)]),
        next((term for term in directives if term.mechanism == "all"), None),
        frozenset([*[term.mechanism for term in directives], *[term.name for term in modifiers]]),
    )


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


class _Wrong(Exception):  # noqa: N818 - becomes an Invalid and never leaves this module
    """`message` is about the term's characters `start` up to `end`."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


def _term(term: str, at: int) -> Term:
    try:
        if not term.isascii() or not term.isprintable():
            _refuse_stray(term)
        if "=" in term and (found := _MODIFIER.match(term)) is not None:
            name = found[1].lower()
            parse = _domain_spec if name in ("redirect", "exp") else _macro_string
            return Modifier(at, at + len(term), name, at + found.end(), parse(term, found.end(), len(term)))
        return _directive(term, at)
    except _Wrong as wrong:
        return Invalid(at, at + len(term), wrong.message, at + wrong.start, at + wrong.end)


def _refuse_stray(term: str) -> NoReturn:
    found = cast("re.Match[str]", _STRAY.search(term))
    if found[0] == "\t":
        message = "a tab may not stand in an SPF record: write a space"
    elif found[0] > "\x7f":
        message = "only ASCII characters may stand in an SPF record"
    else:
        message = f"the control character \\{ord(found[0]):03d} may not stand in an SPF record"
    raise _Wrong(message, found.start(), found.end())


_Value = tuple[int, MacroString | None, IPAddress | None, int | None, int | None]
"""What follows a mechanism's name: the last five fields of a Directive, the start counted in the term."""


def _directive(term: str, at: int) -> Directive:
    found = cast("re.Match[str]", _DIRECTIVE.match(term))
    sign, word = found.groups()
    mechanism = word.lower()
    if mechanism not in _VALUES or term[found.end() : found.end() + 1] not in ("", ":", "/"):
        _refuse_mechanism(term, len(sign))
    value_start, domain, address, prefix4, prefix6 = _VALUES[mechanism](term, mechanism, found.end())
    return Directive(
        at, at + len(term), cast("Qualifier", sign or "+"), bool(sign), cast("Mechanism", mechanism),
        at + value_start, domain, address, prefix4, prefix6,
    )  # fmt: skip


def _no_value(term: str, mechanism: str, at: int) -> _Value:
    if at < len(term):
        raise _Wrong(f"`{mechanism}` takes no value", at, len(term))
    return at, None, None, None, None


def _name_value(term: str, mechanism: str, at: int) -> _Value:
    if term[at : at + 1] == ":":
        return at + 1, _domain_spec(term, at + 1, len(term)), None, None, None
    if at < len(term):
        raise _Wrong(f"`{mechanism}` takes no prefix length", at, len(term))
    if mechanism != "ptr":
        raise _Wrong(f"`{mechanism}` needs `:` and a domain name after it", 0, len(term))
    return at, None, None, None, None


def _host_value(term: str, mechanism: str, at: int) -> _Value:
    if at == len(term):
        return at, None, None, None, None
    lengths = cast("re.Match[str]", _DUAL_PREFIX.search(term, at))
    domain = None
    if term[at : at + 1] == ":":
        domain = _domain_spec(term, at + 1, lengths.start())
    elif lengths.start() > at:
        _refuse_prefix(term, at)
    prefix4 = _prefix(term, lengths.start(1), lengths.end(1), 4) if lengths[1] else None
    prefix6 = _prefix(term, lengths.start(2), lengths.end(2), 6) if lengths[2] else None
    return at + (domain is not None), domain, None, prefix4, prefix6


def _network_value(term: str, mechanism: str, at: int) -> _Value:
    start = at + 1
    text, slash, _ = term[start:].partition("/")
    if term[at:start] != ":" or not text:
        raise _Wrong(f"`{mechanism}` needs `:` and an address after it", 0, len(term))
    version = int(mechanism[2])
    end = start + len(text)
    address = address_of(text)
    if address is None or address.version != version:
        raise _Wrong(not_an_address(text, version), start, end)
    prefix = _prefix(term, end + 1, len(term), version) if slash else None
    return (start, None, address, prefix, None) if version == 4 else (start, None, address, None, prefix)


_VALUES: Mapping[str, Callable[[str, str, int], _Value]] = {
    "all": _no_value, "include": _name_value, "ptr": _name_value, "exists": _name_value,
    "a": _host_value, "mx": _host_value, "ip4": _network_value, "ip6": _network_value,
}  # fmt: skip


def _refuse_mechanism(term: str, start: int) -> NoReturn:
    """The word up to `:`, `/` or `=`, or a bare address, is at fault."""
    network = term[start:].partition("/")[0]
    if (address := address_of(network)) is not None:
        message = f"`{network}` is a bare address: write `ip{address.version}:` before it"
        raise _Wrong(message, start, start + len(network))
    found = cast("re.Match[str]", _WORD.match(term, start))
    word, value = found[0], term[found.end() :]
    if not word:
        raise _Wrong(f"`{shorten(term)}` names no mechanism", 0, len(term))
    if value.startswith("=") and start:
        raise _Wrong(f"the modifier `{shorten(word)}=` takes no qualifier", 0, start)
    raise _Wrong(unknown_mechanism(word, value), start, found.end())


def _prefix(term: str, start: int, end: int, version: int) -> int:
    digits = term[start:end]
    longest = 32 if version == 4 else 128
    if digits.startswith("/") and version == 6:
        raise _Wrong("`ip6` takes one slash before its prefix length", start - 1, end)
    if not digits.isdigit():
        _refuse_prefix(term, start - 1)
    if len(digits) > 3 or int(digits) > longest:
        raise _Wrong(f"an IPv{version} prefix length is 0 to {longest}, not {shorten(digits)}", start, end)
    if digits[0] == "0" and digits != "0":
        raise _Wrong(f"`{digits}`: a prefix length has no leading zero", start, end)
    return int(digits)


def _refuse_prefix(term: str, start: int) -> NoReturn:
    shown = shorten(term[start:])
    raise _Wrong(f"`{shown}` is no prefix length", start, len(term))


def _macro_string(term: str, start: int, end: int) -> MacroString:
    parsed = parse_macro(term[start:end])
    if isinstance(parsed, MacroProblem):
        raise _Wrong(parsed.message, start + parsed.start, start + parsed.end)
    return parsed


def _domain_spec(term: str, start: int, end: int) -> MacroString:
    """A macro string that ends in an expansion, or in a dot, a top label and perhaps a dot."""
    parsed = _macro_string(term, start, end)
    if not parsed.parts:
        raise _Wrong(f"a domain name is missing after `{term[:start]}`", 0, len(term))
    tail = parsed.parts[-1]
    if not isinstance(tail, str) or tail == " " or "%" in tail:
        return parsed
    before, dot, label = tail.removesuffix(".").rpartition(".")
    if not dot or not _is_top_label(label):
        _refuse_name(term, start, end, end - len(tail) + len(before) + len(dot))
    return parsed


def _is_top_label(label: str) -> bool:
    """Letters, digits and inner hyphens, and not digits alone."""
    return label.replace("-", "").isalnum() and label[0] != "-" != label[-1] and not label.isdigit()


def _refuse_name(term: str, start: int, end: int, label_start: int) -> NoReturn:
    """Say why what starts at `label_start` cannot end a domain name."""
    domain, label = term[start:end], term[label_start:end]
    address = address_of(domain.partition("/")[0])
    if address is not None:
        message = f"`{address}` is an address where a name must stand: write `ip{address.version}:`"
        raise _Wrong(message, start, end)
    if "/" in label:
        slash = label_start + label.index("/")
        raise _Wrong(f"`{shorten(term[slash:])}` is no prefix length that may stand here", slash, len(term))
    if hint := missing_space(domain):
        raise _Wrong(f"`{shorten(domain)}` is no domain name{hint}", start, end)
    if label == ".":
        raise _Wrong(f"`{shorten(domain)}` ends in an empty label", label_start, end)
    if label_start == start:
        raise _Wrong(f"`{shorten(domain)}` is a single label, where a full domain name must stand", start, end)
    if term[label_start - 1] != ".":
        raise _Wrong(f"a dot is missing between the macro and `{shorten(label)}`", label_start, end)
    message = f"`{shorten(label)}` cannot be the last label of a domain name"
    raise _Wrong(f"{message}: that is letters, digits and inner hyphens, not digits alone", label_start, end)
