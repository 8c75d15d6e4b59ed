"""What else the files of zones change for mail: DANE, and the MTA-STS policies that lie beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mailcheck.analysis.change_meaning import meaning
from mailcheck.analysis.diff_transport import policy_file_change
from mailcheck.analysis.zone_changes import record_changes
from mailcheck.model.diff import OtherChange
from mailcheck.model.finding import Severity
from mailcheck.model.spec import NO_SPEC
from mailcheck.model.zone import PolicyFile, Zone


def other_changes(before: Sequence[Zone], after: Sequence[Zone]) -> Mapping[str, list[OtherChange]]:
    """By the zone or domain that it is about."""
    found: dict[str, list[OtherChange]] = {}
    old = {zone.name: zone for zone in before}
    for zone in after:
        was = old.get(zone.name)
        for change in _of_zone(was, zone) if was is not None else ():
            found.setdefault(zone.name, []).append(change)
    kept, now = _policies(before), _policies(after)
    for domain in sorted({*kept, *now}):
        told = policy_file_change(domain, kept.get(domain), now.get(domain))
        if told is not None:
            found.setdefault(domain, []).append(told)
    return found


def _of_zone(before: Zone, after: Zone) -> Iterator[OtherChange]:
    for change in record_changes(before, after):
        unsure = before.may_hold_more(change.name) or after.may_hold_more(change.name)
        same = _spelling(change.before) == _spelling(change.after)
        sentence = "" if unsure or same or change.type != "TLSA" else meaning(change, before, after, NO_SPEC)
        if sentence:
            yield OtherChange(Severity.INFO if change.after else Severity.WARNING, sentence)


def _spelling(values: Sequence[str]) -> list[str]:
    """The values without white space, in upper case: what stands in a TLSA record is hexadecimal."""
    return sorted("".join(value.split()).upper() for value in values)


def _policies(zones: Sequence[Zone]) -> Mapping[str, PolicyFile]:
    return {domain: policy for zone in zones for domain, policy in zone.policies.items()}
