"""What of an SPF record is not determined, named so that the same is one variable wherever it is asked."""

from __future__ import annotations

from typing import NamedTuple, cast

from mailcheck.analysis.address_sets import EVERYTHING, AddressSet
from mailcheck.analysis.spf_names import is_known_beforehand, target_of
from mailcheck.grammar.spf import Directive, Modifier
from mailcheck.grammar.spf_macro import MacroString
from mailcheck.model.text import shown_name

Variable = tuple[str, str]
"""What is not determined as a reader sees it, and what tells two variables about the same apart."""


class Family(NamedTuple):
    """What clients of one IP version ask for."""

    rtype: str
    version: int
    longest: int
    clients: AddressSet

    def length(self, term: Directive) -> int | None:
        """The prefix length of `a` and `mx`, None for single addresses."""
        length = term.prefix4 if self.version == 4 else term.prefix6
        return None if length == self.longest else length


FAMILIES = (
    Family("A", 4, 32, AddressSet(EVERYTHING.v4)),
    Family("AAAA", 6, 128, AddressSet(v6=EVERYTHING.v6)),
)


def unbounded(term: Directive | Modifier, name: str) -> Variable:
    """A term that the message or the client's names decide: the same where it asks the same."""
    target = target_of(term, name)
    if target is not None:
        return f"ptr:{target.removesuffix('.')}", ""
    value = cast("MacroString", _value(term))
    kind = term.mechanism if isinstance(term, Directive) else "include"
    lengths = [family.length(term) for family in FAMILIES] if isinstance(term, Directive) else [None, None]
    whose = f"{shown_name(name)}: " if "d" in value.letters else ""
    return f"{whose}{kind}:{_spelt_alike(value)}", str(lengths)


def _value(term: Directive | Modifier) -> MacroString | None:
    return term.domain if isinstance(term, Directive) else term.value


def _spelt_alike(value: MacroString) -> str:
    """The macro string without regard to the case and the final dot of names; the case of macros has a meaning."""
    parts = [part.lower() if isinstance(part, str) else value.text[part.start : part.end] for part in value.parts]
    return "".join(parts).removesuffix(".")


def is_malformed(term: Directive | Modifier) -> bool:
    """Whether it asks for a name that can be none, whatever the message."""
    value = _value(term)
    return value is not None and is_known_beforehand(value)
