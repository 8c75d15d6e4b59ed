"""SPF records: text to tree, with an offset for every term (RFC 7208 section 12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mailcheck.grammar.spf_macro import MacroString
from mailcheck.model.names import IPAddress

Mechanism = Literal["all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"]
Qualifier = Literal["+", "-", "~", "?"]


@dataclass(frozen=True, slots=True)
class Directive:
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


@dataclass(frozen=True, slots=True)
class Modifier:
    """`name=value`; `name` in lower case. `redirect`, `exp`, or one that receivers ignore."""

    start: int
    end: int
    name: str
    value_start: int
    value: MacroString


@dataclass(frozen=True, slots=True)
class Invalid:
    """A term that the grammar refuses; `at_start` up to `at_end` is the very part that is wrong."""

    start: int
    end: int
    message: str
    at_start: int
    at_end: int


Term = Directive | Modifier | Invalid


@dataclass(frozen=True, slots=True)
class SpfTree:
    """The terms after `v=spf1`, in order; `text` is what was parsed."""

    text: str
    terms: tuple[Term, ...]

    @property
    def directives(self) -> tuple[Directive, ...]:
        return tuple(term for term in self.terms if isinstance(term, Directive))

    @property
    def modifiers(self) -> tuple[Modifier, ...]:
        return tuple(term for term in self.terms if isinstance(term, Modifier))

    @property
    def invalid(self) -> tuple[Invalid, ...]:
        return tuple(term for term in self.terms if isinstance(term, Invalid))

    def modifier(self, name: str) -> Modifier | None:
        """The first modifier of that name."""
        for term in self.terms:
            if isinstance(term, Modifier) and term.name == name:
                return term
        return None


def is_spf(text: str) -> bool:
    """Whether receivers take `text` as an SPF record: `v=spf1`, any case, then a space or the end (section 4.5)."""
    return text[:6].lower() == "v=spf1" and (len(text) == 6 or text[6] == " ")
