"""The SPF records of a zone, parsed once for all who read them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from mailcheck.grammar.spf import Directive, Modifier, SpfTree, is_spf, parse_spf
from mailcheck.model.location import Location
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone, per_zone


@dataclass(frozen=True)
class SpfRecord:
    """A TXT record that receivers take as SPF (RFC 7208 section 4.5)."""

    record: Record

    @cached_property
    def tree(self) -> SpfTree:
        return parse_spf(self.record.text)

    @property
    def name(self) -> str:
        return self.record.name

    @property
    def type(self) -> str:
        return "TXT"

    @property
    def at(self) -> Location:
        return self.record.at


@per_zone
def spf_records(zone: Zone) -> tuple[SpfRecord, ...]:
    """Every SPF record of the zone, several at one name included, in the order of the file."""
    return tuple(
        SpfRecord(record) for found in zone.record_sets("TXT") for record in found.records if is_spf(record.text)
    )


def terms_in_effect(tree: SpfTree) -> tuple[Directive | Modifier, ...]:
    """What receivers evaluate: the directives up to `all`, and the redirect where there is no `all`.

    RFC 7208 sections 5.1 and 6.1. Of several redirects it is the first.
    """
    before: list[Directive | Modifier] = []
    for term in tree.directives:
        before.append(term)
        if term.mechanism == "all":
            return tuple(before)
    redirect = tree.modifier("redirect")
    return (*before, redirect) if redirect else tuple(before)
