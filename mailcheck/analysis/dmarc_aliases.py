"""DMARC records that receivers reach by a CNAME from a name that they ask for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mailcheck.analysis.dmarc_records import is_policy_name, is_report_name
from mailcheck.model.dns import Present, Unknown
from mailcheck.model.index import Index
from mailcheck.model.zone import Zone
from mailcheck.view.overlay import Overlay


class _Ends(NamedTuple):
    """Where the CNAMEs of one zone lead: names in it that hold text, and names that it does not answer for."""

    inside: tuple[str, ...]
    outside: tuple[str, ...]


def _ends(zone: Zone) -> _Ends:
    aliases = [found.name for found in zone.record_sets("CNAME") if _may_be_asked(found.name)]
    return _followed(Overlay((zone,)), aliases) if aliases else _Ends((), ())


def _may_be_asked(name: str) -> bool:
    """Whether receivers look for a DMARC record at `name`, or at a name that this wildcard answers for."""
    return is_policy_name(name) or is_report_name(name) or (name.startswith("*.") and "._" not in name)


def _followed(view: Overlay, names: Iterable[str]) -> _Ends:
    inside: dict[str, None] = {}
    outside: dict[str, None] = {}
    for name in names:
        answer = view.resolve(name, "TXT")
        if isinstance(answer, Present):
            inside |= dict.fromkeys(record.name for record in answer.records)
        elif isinstance(answer, Unknown) and answer.target:
            outside[answer.target] = None
    return _Ends(tuple(inside), tuple(outside))


def _joined(zones: Sequence[Zone], parts: Iterable[_Ends]) -> frozenset[str]:
    inside: set[str] = set()
    outside: set[str] = set()
    for part in parts:
        inside.update(part.inside)
        outside.update(part.outside)
    inside.update(_followed(Overlay(zones), sorted(outside)).inside)
    return frozenset(inside)


aliased_dmarc = Index(_ends, _joined)
"""The owner names of the TXT records that CNAMEs at policy and report names, wildcards included, lead to."""
