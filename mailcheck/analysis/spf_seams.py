"""Terms of an SPF record that ran together where two of its strings meet (RFC 7208 section 3.3)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.grammar.spf import Directive, Invalid, Modifier, Term, parse_spf
from mailcheck.model.location import Location
from mailcheck.model.record import LONGEST_STRING
from mailcheck.model.zone import Zone


class LostSpace(NamedTuple):
    """A term that is really two: `start` up to `cut` in one string, `cut` up to `end` in the next.

    `term` is what receivers make of both; it may hold further seams.
    """

    spf: SpfRecord
    start: int
    cut: int
    end: int
    term: Term

    @property
    def name(self) -> str:
        return self.spf.name

    @property
    def type(self) -> str:
        return self.spf.type

    @property
    def at(self) -> Location:
        return self.spf.at


def lost_spaces(zone: Zone) -> tuple[LostSpace, ...]:
    """Every seam of the zone's SPF records that lost its space, the first of each term."""
    return tuple(found for spf in spf_records(zone) if spf.record.cuts for found in _of_record(spf))


def _of_record(spf: SpfRecord) -> Iterator[LostSpace]:
    told: Term | None = None
    for seam, first_string in _seams(spf):
        if seam.term is not told and _is_lost(seam, first_string):
            told = seam.term
            yield seam


def _seams(spf: SpfRecord) -> Iterator[tuple[LostSpace, int]]:
    """Every cut that lies inside a term, in order, and the length of the string in front of it."""
    terms = iter(spf.tree.terms)
    term = next(terms, None)
    edges = (0, *spf.record.cuts, len(spf.record.text))
    for (string_start, cut), (_, string_end) in pairwise(pairwise(edges)):
        while term is not None and term.end <= cut:
            term = next(terms, None)
        if term is not None and term.start < cut:
            seam = LostSpace(spf, max(string_start, term.start), cut, min(string_end, term.end), term)
            yield seam, cut - string_start


def _is_lost(seam: LostSpace, first_string: int) -> bool:
    """Whether both pieces are terms of their own, and more likely meant so than as one term.

    A bare word such as `a` or `mx` in the second string may as well be the end of a name or an address
    that was cut where a string was full.
    """
    text = seam.spf.record.text
    second = text[seam.cut : seam.end]
    if not _means_something(text[seam.start : seam.cut]) or not _means_something(second):
        return False
    joined_address = isinstance(seam.term, Directive) and seam.term.address is not None
    return not second.isalpha() or not (joined_address or first_string >= LONGEST_STRING)


def _means_something(text: str) -> bool:
    """Whether `text` is one term that receivers act upon."""
    terms = parse_spf("v=spf1 " + text).terms
    if len(terms) != 1 or isinstance(terms[0], Invalid):
        return False
    return not isinstance(terms[0], Modifier) or terms[0].name in ("redirect", "exp")
