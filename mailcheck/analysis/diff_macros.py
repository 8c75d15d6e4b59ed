"""Records that SPF terms with macros may ask for, where they change (RFC 7208 section 7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from mailcheck.analysis.spf_gather import ASKING
from mailcheck.analysis.spf_names import dns_name, domain_text, is_known_beforehand
from mailcheck.analysis.spf_records import spf_records, terms_in_effect
from mailcheck.analysis.zone_changes import record_changes
from mailcheck.grammar.spf import Directive, Modifier, is_spf
from mailcheck.grammar.spf_macro import Expansion, MacroString
from mailcheck.model.change import Change
from mailcheck.model.diff import OtherChange
from mailcheck.model.finding import Severity
from mailcheck.model.names import is_at_or_below
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone

_MOST_LISTED = 6
_TYPES: Mapping[str, frozenset[str]] = {
    "exists": frozenset({"A", "CNAME"}),
    "a": frozenset({"A", "AAAA", "CNAME"}),
    "mx": frozenset({"MX", "CNAME"}),
    "include": frozenset({"TXT", "CNAME"}),
    "redirect": frozenset({"TXT", "CNAME"}),
}
_OF_ADDRESSES = re.compile(r"[0-9a-f]{1,3}|in-addr|ip6")
"""A label that `%{i}`, `%{c}` and `%{v}` can leave right before the literal end."""


class _Asking(NamedTuple):
    """A term, the domain in whose record it stands, and the names that it may ask for."""

    domain: str
    text: str
    kind: str
    lets_pass: bool
    below: str
    addresses_only: bool

    def may_ask_for(self, change: Change) -> bool:
        name = change.name
        if change.type not in _TYPES[self.kind] or name == self.below or not is_at_or_below(name, self.below):
            return False
        if change.before == change.after or (self.kind == "exists" and change.before and change.after):
            return False
        last = name.removesuffix("." + self.below).rpartition(".")[2]
        return last == "*" or not self.addresses_only or _OF_ADDRESSES.fullmatch(last) is not None


def macro_changes(before: Sequence[Zone], after: Sequence[Zone]) -> Mapping[str, list[OtherChange]]:
    """By domain the terms that may find other records now; which of them a message leads to, only it tells."""
    terms = dict.fromkeys([*_asking(before), *_asking(after)])
    if not terms:
        return {}
    old = {zone.name: zone for zone in before}
    changes = [
        change
        for zone in after
        if zone.name in old
        for change in record_changes(old[zone.name], zone)
        if not (zone.may_hold_more(change.name) or old[zone.name].may_hold_more(change.name))
    ]
    found: dict[str, list[OtherChange]] = {}
    for term in terms:
        touched = [change for change in changes if term.may_ask_for(change) and _counts(change)]
        if touched:
            found.setdefault(term.domain, []).append(_told(term, touched))
    return found


def _counts(change: Change) -> bool:
    """Whether a record of the change is one that SPF reads."""
    return change.type != "TXT" or any(map(is_spf, (*change.before, *change.after)))


def _told(term: _Asking, changes: Iterable[Change]) -> OtherChange:
    names: dict[str, bool] = {}
    for change in changes:
        names[change.name] = names.get(change.name, False) or bool(change.before)
    listed = ", ".join(map(shown_name, list(names)[:_MOST_LISTED]))
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    severity = Severity.WARNING if any(names.values()) or not term.lets_pass else Severity.INFO
    return OtherChange(severity, f"SPF: `{term.text}` may find other records: {listed}{more}")


def _asking(zones: Sequence[Zone]) -> Iterator[_Asking]:
    for zone in zones:
        for spf in spf_records(zone):
            if spf.tree.kinds.isdisjoint(ASKING):
                continue
            for term in terms_in_effect(spf.tree):
                kind = term.mechanism if isinstance(term, Directive) else term.name
                value = _value(term)
                if kind not in _TYPES or value is None or is_known_beforehand(value):
                    continue
                below = _literal_end(value, spf.name)
                if below is not None:
                    text = spf.record.text[term.start : term.end]
                    lets_pass = isinstance(term, Modifier) or term.qualifier == "+"
                    yield _Asking(spf.name, text, kind, lets_pass, below, _ends_in_address(value))


def _value(term: Directive | Modifier) -> MacroString | None:
    return term.domain if isinstance(term, Directive) else term.value


def _literal_end(value: MacroString, domain: str) -> str | None:
    """The name that all names of the macro string lie below, None where the message decides that too."""
    known = list(takewhile(lambda part: isinstance(part, str) or part.letter == "d", reversed(value.parts)))
    if any(isinstance(part, Expansion) and (part.digits or part.reverse) for part in known):
        return None
    text = "".join(part if isinstance(part, str) else domain_text(domain) for part in reversed(known))
    _, dot, end = text.partition(".")
    return dns_name(end) if dot and end.strip(".") else None


def _ends_in_address(value: MacroString) -> bool:
    """Whether what the message decides last is the client's address, as whole labels."""
    expansions = [part for part in value.parts if isinstance(part, Expansion) and part.letter != "d"]
    return expansions[-1].letter in "icv"
