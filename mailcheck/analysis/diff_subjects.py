"""What is compared: the domains, keys and addresses that either of two states of the zones knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from mailcheck.analysis.diff_state import Compared
from mailcheck.analysis.dkim_keys import selector_and_domain
from mailcheck.analysis.dmarc_records import POLICY_LABEL
from mailcheck.analysis.mail_hosts import mail_addresses
from mailcheck.analysis.mail_role import mail_domains
from mailcheck.analysis.spf_records import spf_records
from mailcheck.analysis.transport import STS_LABEL, TLS_RPT_LABEL
from mailcheck.model.names import IPAddress, split_labels
from mailcheck.model.zone import Zone, per_zone

_OF_INCLUDES = frozenset({"TXT", "SPF", "CNAME", "NS"})


def compared_domains(*sides: Sequence[Zone]) -> Mapping[str, Compared]:
    """By name every mail domain, every owner of an MX or SPF record, and every domain that has keys."""
    keys: dict[str, set[str]] = {}
    for zone in (zone for zones in sides for zone in zones):
        for name in _domains(zone):
            keys.setdefault(name, set())
        for owner, domain in _key_owners(zone).items():
            keys.setdefault(domain, set()).add(owner)
    return {name: Compared(name, tuple(sorted(owners))) for name, owners in sorted(keys.items())}


@per_zone
def _domains(zone: Zone) -> frozenset[str]:
    mail = (domain.name for domain in mail_domains(zone))
    exchanging = (found.name for found in zone.record_sets("MX"))
    labelled = (
        name.removeprefix(label)
        for label in (STS_LABEL, TLS_RPT_LABEL)
        for name in zone.names
        if name.startswith(label)
    )
    return frozenset((*mail, *exchanging, *labelled, *(spf.name for spf in spf_records(zone))))


@per_zone
def _key_owners(zone: Zone) -> Mapping[str, str]:
    """The signing domain by the owner name of each selector that holds a record or leads to one."""
    return {
        name: place[1]
        for name, types in zone.names.items()
        if types.keys() & {"TXT", "CNAME"} and (place := selector_and_domain(name)) is not None
    }


def compared_addresses(*sides: Sequence[Zone]) -> Mapping[IPAddress, str]:
    """The addresses that carry mail on either side, with the zone to which each belongs."""
    return {
        found.address: zone_name
        for zones in sides
        for zone_name, addresses in mail_addresses(zones).items()
        for found in addresses
    }


def is_include_only(subject: Compared, *sides: Sequence[Zone]) -> bool:
    """Whether the SPF record of a name is there for others to include, and no mail comes from the name itself.

    So it is under a label with an underscore, and where the zone has nothing but TXT records for the name, or
    leaves it to others.
    """
    if any(label.startswith("_") for label in split_labels(subject.name)):
        return True
    zones = [zone for zones in sides for zone in zones]
    if subject.key_names or any(zone.name == subject.name for zone in zones):
        return False
    return all(
        zone.names.get(subject.name, {}).keys() <= _OF_INCLUDES and POLICY_LABEL + subject.name not in zone.names
        for zone in zones
    )


def zone_state(name: str, before: Sequence[Zone], after: Sequence[Zone]) -> Literal["", "added", "removed"]:
    """Whether the zone of this name is declared on one side alone."""
    old, new = (any(zone.name == name for zone in zones) for zones in (before, after))
    if old == new:
        return ""
    return "added" if new else "removed"
