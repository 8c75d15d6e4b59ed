"""Which mail domains stand without a DMARC policy, told once for each organization."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mailcheck.analysis.dmarc_policy import TreeWalk, read_walk, walk_questions
from mailcheck.analysis.dmarc_records import POLICY_LABEL, distinct
from mailcheck.analysis.mail_role import MailDomain, mail_domains
from mailcheck.model.dns import Evaluation
from mailcheck.model.names import parent, split_labels
from mailcheck.model.record import Record
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


def misplaced_record(zone: Zone, domain: str) -> Record | None:
    """A DMARC record that was meant for `domain`, at a name where no receiver looks for it.

    That is the domain itself, `dmarc` without its underscore, or `_dmarc` with the zone's name twice.
    """
    for name in (domain, f"dmarc.{domain}", f"{POLICY_LABEL}{domain}{zone.name}"):
        for record in distinct(zone.at_name(name, "TXT")):
            return record
    return None


def _topmost(name: str, names: set[str]) -> str:
    top = name
    while name != ".":
        name = parent(name)
        if name in names:
            top = name
    return top
