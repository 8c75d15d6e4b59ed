"""The terms of an SPF tree that find nothing in DNS, named and placed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from mailcheck.analysis.spf_node import VOID_LIMIT, Path, SpfNode, SpfTerm, anchor, walk
from mailcheck.analysis.spf_records import SpfRecord, leads_on
from mailcheck.model.finding import Label
from mailcheck.model.text import shorten

Family = Literal["void4", "void6"]

_MOST = 10


def may_pass_void_limit(spf: SpfRecord) -> bool:
    """Whether the record has, or may lead to, more terms than may find nothing."""
    return leads_on(spf) or len(spf.tree.terms) > VOID_LIMIT


def void_terms(tree: SpfNode, families: Sequence[Family]) -> Iterator[Path]:
    """The ways to the terms that are void in any of the families, each record's once."""
    for path in walk(tree):
        term = path[-1]
        if ("void4" in families and term.void4) or ("void6" in families and term.void6):
            yield path


def void_names(tree: SpfNode, families: Sequence[Family]) -> str:
    """The terms as a list for a message, at most ten of them; where both families count, each with its own."""
    found = (path[-1] for path in void_terms(tree, families))
    both = len(families) > 1
    texts = list(dict.fromkeys(f"`{shorten(term.text)}`{_only_for(term) if both else ''}" for term in found))
    return ", ".join([*texts[:_MOST], *(["…"] if len(texts) > _MOST else [])])


def void_labels(tree: SpfNode, families: Sequence[Family]) -> list[Label]:
    """A label for each such term, at the declared term that leads to it where the record is none of ours."""
    labels: dict[object, Label] = {}
    for path in void_terms(tree, families):
        place = anchor(path)
        fault = f"finds nothing{_only_for(path[-1])}"
        what = fault if place is path[-1] else f"leads to `{shorten(path[-1].text)}`, which {fault}"
        labels.setdefault(place.at, Label(place.at, what))
    return list(labels.values())[: _MOST + 1]


def _only_for(term: SpfTerm) -> str:
    return "" if term.void4 and term.void6 else f" (IPv{4 if term.void4 else 6} only)"
