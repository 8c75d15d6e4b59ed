"""Whether a domain's selectors have a key: its own, of a domain above it, or behind a DNAME (RFC 6672)."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from mailcheck.model.names import absolute, is_at_or_below, parent
from mailcheck.model.zone import Zone


def is_keyed(name: str, zone: Zone, keyed: AbstractSet[str]) -> bool:
    """Whether the domain or one above it is among the `keyed`, or a DNAME leads to one that is."""
    for dname in zone.at_name(name, "DNAME"):
        if absolute(dname.text) in keyed:
            return True
    while name != ".":
        if name in keyed:
            return True
        name = parent(name)
    return False


def may_be_keyed_elsewhere(name: str, zone: Zone, zones: Iterable[Zone]) -> bool:
    """Whether a DNAME leads its selectors out of the zones, or another zone answers for it."""
    for dname in zone.at_name(name, "DNAME"):
        target = absolute(dname.text)
        home = next((one for one in zones if is_at_or_below(target, one.name)), None)
        return home is None or bool(home.at_name(target, "DNAME") or home.at_name(target, "NS"))
    while name != zone.name:
        if zone.at_name(name, "NS"):
            return True
        name = parent(name)
    return False
