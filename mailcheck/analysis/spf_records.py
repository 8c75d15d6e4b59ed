"""The SPF records of a zone, parsed once for all who read them."""

from __future__ import annotations

from typing import NamedTuple

from mailcheck.grammar.spf import Directive, Modifier, SpfTree, is_spf, parse_spf
from mailcheck.model.location import Location
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone, per_zone


class SpfRecord(NamedTuple):
    """A TXT record that receivers take as SPF (RFC 7208 section 4.5), and what it says."""

    record: Record
    name: str
    at: Location
    tree: SpfTree

    @property
    def type(self) -> str:
        return self.record.type


@per_zone
def spf_records(zone: Zone) -> tuple[SpfRecord, ...]:
    """Every SPF record of the zone, several at one name included, in the order of the file."""
    return tuple(
        [
            SpfRecord(record, record.name, record.at, parse_spf(record.text))
            for found in zone.record_sets("TXT")
            for record in found.records
            if is_spf(record.text)
        ]
    )


def records_with_modifiers(zone: Zone) -> tuple[SpfRecord, ...]:
    """The SPF records that have a modifier, known to receivers or not; most have none."""
    return tuple([spf for spf in spf_records(zone) if spf.tree.modifiers])


def leads_on(spf: SpfRecord) -> bool:
    """Whether an include or redirect leads to other records, so that more counts than stands here."""
    return not spf.tree.kinds.isdisjoint(("include", "redirect"))


def terms_in_effect(tree: SpfTree) -> tuple[Directive | Modifier, ...]:
    """What receivers evaluate: the directives up to `all`, and the redirect where there is no `all`.

    RFC 7208 sections 5.1 and 6.1. Of several redirects it is the first.
    """
    directives = tree.directives
    if tree.all is not None:
        return directives if directives[-1] is tree.all else directives[: directives.index(tree.all) + 1]
    redirect = tree.modifier("redirect")
    return (*directives, redirect) if redirect else directives
