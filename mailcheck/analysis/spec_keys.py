"""DKIM selectors that the spec names, and what stands there."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Literal

from mailcheck.analysis.dkim_keys import dkim_records, selector_and_domain
from mailcheck.grammar.dkim import parse_key
from mailcheck.model.dns import Answer, Evaluation, Present, Question, Unknown
from mailcheck.model.names import absolute, parent
from mailcheck.model.zone import Zone, per_zone

KeyState = Literal["key", "revoked", "missing"]


def selector_name(selector: str, domain: str) -> str:
    """The owner name of a key (RFC 6376 section 3.6.2.1)."""
    return f"{selector}._domainkey.{domain}"


def key_answers(names: tuple[str, ...]) -> Evaluation[Mapping[str, Answer]]:
    """The TXT answer at each selector's owner name."""
    answers = yield {Question(name, "TXT") for name in names}
    return {name: answers[Question(name, "TXT")] for name in names}


def key_state(answer: Answer) -> KeyState | Unknown:
    """Whether a key stands there; a record that is broken counts, since other rules tell of it."""
    if isinstance(answer, Unknown):
        return answer
    if not isinstance(answer, Present):
        return "missing"
    return "revoked" if all(parse_key(record.text).is_revoked for record in answer.records) else "key"


def is_astray(zone: Zone, domain: str) -> bool:
    """Whether a key of the domain, or of a name below it, stands where no verifier looks: that is told there."""
    return domain in _above_strays(zone)


@per_zone
def _above_strays(zone: Zone) -> frozenset[str]:
    """The names at which a key stands where no verifier looks, and all names above those."""
    found = set()
    for record in dkim_records(zone):
        name = record.name
        while record.selector is None and name not in found:
            found.add(name)
            name = parent(name)
    return frozenset(found)


def fitting(zone: Zone, domain: str, glob: str, target: str) -> tuple[str, ...]:
    """The selectors in the zone that fit `glob` and lead to what fits `target`, an empty one to any key."""
    found = []
    for name, types in zone.names.items():
        place = selector_and_domain(name)
        if place is not None and place[1] == domain and fnmatchcase(place[0], glob) and _leads(zone, name, target):
            found.append(place[0])
        elif "NS" in types and name == f"_domainkey.{domain}":
            found.append(glob)  # whatever stands below is somebody else's to say
    return tuple(found)


def _leads(zone: Zone, name: str, target: str) -> bool:
    aliases = zone.at_name(name, "CNAME")
    if target or aliases:
        return any(fits(alias.text, target or "*") for alias in aliases)
    return any(not parse_key(record.text).is_revoked for record in zone.at_name(name, "TXT"))


def fits(alias: str, target: str) -> bool:
    """Whether a CNAME leads to what the glob `target` says."""
    return fnmatchcase(absolute(alias), target)
