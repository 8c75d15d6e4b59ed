"""Which mail domains stand without a DMARC policy, told once for each organization."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mailcheck.analysis.dmarc_policy import TreeWalk, read_walk, walk_questions
from mailcheck.analysis.dmarc_records import POLICY_LABEL, distinct
from mailcheck.analysis.mail_role import MailDomain, mail_domains
from mailcheck.model.dns import Evaluation
from mailcheck.model.names import parent, split_labels
from mailcheck.model.record import Record
from mailcheck.model.text import shorten
from mailcheck.model.zone import Zone


def organizations(zones: Sequence[Zone]) -> Mapping[str, tuple[Zone, ...]]:
    """The declared zones by the topmost one above them.

    A policy at that zone's apex covers all of them, since every tree walk passes it. A top-level domain
    is nobody's organization.
    """
    names = {zone.name for zone in zones if len(split_labels(zone.name)) > 1}
    found: dict[str, list[Zone]] = {}
    for zone in zones:
        if zone.name in names:
            found.setdefault(_topmost(zone.name, names), []).append(zone)
    return {top: tuple(below) for top, below in found.items()}


def has_record(zone: Zone, domain: str) -> bool:
    """Whether the zone itself holds the domain's DMARC record, so that no walk is needed."""
    return len(distinct(zone.at_name(POLICY_LABEL + domain, "TXT"))) == 1


def mail_domains_of(zones: Sequence[Zone]) -> tuple[MailDomain, ...]:
    """The mail domains of several zones, the shortest names first."""
    domains = (domain for zone in zones for domain in mail_domains(zone))
    return tuple(sorted(domains, key=lambda domain: (len(split_labels(domain.name)), domain.name)))


def without_policy(domains: tuple[str, ...]) -> Evaluation[tuple[TreeWalk, ...]]:
    """The walks from those of `domains` that find no record; open names may stand on them."""
    answers = yield frozenset().union(*(walk_questions(domain) for domain in domains))
    walks = (read_walk(domain, answers) for domain in domains)
    return tuple(walk for walk in walks if not walk.found)


class Instead(NamedTuple):
    """The record that keeps a domain from its policy: what a message says of it, and what to do at `_dmarc`."""

    record: Record
    name: str
    what: str
    verb: str


def instead_of_policy(zone: Zone, domain: str) -> Instead | None:
    """A CNAME at the policy name, or else a DMARC record for `domain` where no receiver looks for it.

    That is at the domain itself, at `dmarc` without its underscore, at `_dmarc` with the zone's name twice, or
    behind `_dmarc` a `*`, which is no wildcard there.
    """
    policy_name = POLICY_LABEL + domain
    for alias in zone.at_name(policy_name, "CNAME"):
        target = _shown(alias.text)
        what = f"the CNAME at {_shown(policy_name)} leads to {target}, where no single DMARC record stands"
        return Instead(alias, policy_name, what, "replace the CNAME by")
    for name in (domain, f"dmarc.{domain}", policy_name + zone.name, f"{POLICY_LABEL}*.{domain}"):
        for record in distinct(zone.at_name(name, "TXT")):
            return Instead(record, name, f"its record stands at {_shown(name)}, where nobody looks", "publish")
    return None


def _shown(name: str) -> str:
    return shorten(name.removesuffix("."))


def _topmost(name: str, names: set[str]) -> str:
    top = name
    while name != ".":
        name = parent(name)
        if name in names:
            top = name
    return top
