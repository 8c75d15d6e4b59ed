"""What a zone at a provider lacks of the zone in the files, and the writes that bring it there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from mailcheck.analysis.change_meaning import meaning
from mailcheck.analysis.zone_changes import extra_changes, zone_changes
from mailcheck.errors import ProviderError
from mailcheck.model.change import Change, Plan
from mailcheck.model.finding import Refused
from mailcheck.model.record import RecordSet
from mailcheck.model.spec import MailSpec
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone
from mailcheck.sync.from_octodns import from_octodns, records_of, values_of
from mailcheck.sync.provider import Preflight, Provider, RawRecord, Snapshot, Step
from mailcheck.sync.saved import zone_digest
from mailcheck.sync.to_octodns import to_octodns

if TYPE_CHECKING:
    from octodns.record import Record as OctodnsRecord
    from octodns.record.change import Change as OctodnsChange


class ZonePlan(NamedTuple):
    """The plan for one zone, with all that an apply of it needs.

    - `plan`: what changes, for readers and rules; `steps`: the writes.
    - `snapshot`: what was read of the provider.
    - `back_to`: the raw records that a rollback restores, None for a plan from zone files.
    - `left_out`: records that no provider of octoDNS can hold.
    - `blocked`: why nothing may be written although the plan can be shown: what could not be read or
      translated would be taken for deleted.
    """

    plan: Plan
    steps: tuple[Step, ...]
    snapshot: Snapshot
    preflight: Preflight
    back_to: tuple[RawRecord, ...] | None = None
    left_out: tuple[Refused, ...] = ()
    blocked: tuple[Refused, ...] = ()

    @property
    def name(self) -> str:
        """The zone's name."""
        return self.plan.after.name


def plan_zone(provider: Provider, desired: Zone, spec: MailSpec, *, create: bool) -> ZonePlan:
    """Read the provider and plan; nothing is written. Raises ProviderError."""
    preflight = provider.preflight(desired.name, create=create)
    snapshot = provider.snapshot(desired.name)
    translated = to_octodns(desired)
    octodns = provider.plan(translated.zone, snapshot)
    before = from_octodns(snapshot.zone, provider.name)
    found = _changes(octodns.changes, before, desired, spec) if octodns is not None else ()
    return ZonePlan(
        Plan(before, desired, found, snapshot.digest, zone_digest(desired)),
        tuple(provider.steps(octodns, snapshot)) if octodns is not None else (),
        snapshot,
        preflight,
        left_out=translated.left_out,
        blocked=(*translated.refused, *_unread(desired)),
    )


def plan_back(provider: Provider, earlier: Zone, records: Sequence[RawRecord], spec: MailSpec) -> ZonePlan:
    """Plan back to `records`, a snapshot's; `earlier` is how they looked to octoDNS. Raises ProviderError."""
    preflight = provider.preflight(earlier.name, create=False)
    snapshot = provider.snapshot(earlier.name)
    before = from_octodns(snapshot.zone, provider.name)
    return ZonePlan(
        Plan(before, earlier, zone_changes(before, earlier, spec), snapshot.digest, zone_digest(earlier)),
        _steps_back(provider, records, snapshot),
        snapshot,
        preflight,
        back_to=tuple(records),
    )


def _steps_back(provider: Provider, records: Sequence[RawRecord], snapshot: Snapshot) -> tuple[Step, ...]:
    try:
        return tuple(provider.steps_back(records, snapshot))
    except (LookupError, TypeError, ValueError, AttributeError):  # a journal may hold anything
        raise ProviderError(f"the journal's records are none that {provider.name} has ever given") from None


def names_left(provider: Provider, planned: ZonePlan, snapshot: Snapshot) -> frozenset[str]:
    """The owner names at which, in this later snapshot, something of the plan is still to be written."""
    if planned.back_to is not None:
        steps = provider.steps_back(planned.back_to, snapshot)
        return frozenset(name for step in steps for name in step.names)
    octodns = provider.plan(to_octodns(planned.plan.after).zone, snapshot)
    return frozenset(change.record.fqdn for change in octodns.changes) if octodns is not None else frozenset()


def _changes(changes: Sequence[OctodnsChange], before: Zone, after: Zone, spec: MailSpec) -> tuple[Change, ...]:
    found = [_change(change, after) for change in changes]
    found.sort(key=lambda change: (change.name, change.type))
    return tuple(change._replace(meaning=meaning(change, before, after, spec)) for change in found)


def _change(change: OctodnsChange, after: Zone) -> Change:
    """octoDNS's change as ours; its values are those that will be written."""
    old, new = change.existing, change.new
    declared = after.names.get(change.record.fqdn, {}).get(change.record._type)
    return Change(
        "create" if old is None else "delete" if new is None else "update",
        change.record.fqdn,
        change.record._type,
        () if old is None else values_of(old),
        () if new is None else values_of(new),
        None if old is None else old.ttl,
        None if new is None else new.ttl,
        after.at if new is None or declared is None else declared.at,
        details=() if old is None or new is None else extra_changes(_as_set(old), _as_set(new)),
    )


def _as_set(record: OctodnsRecord) -> RecordSet:
    return RecordSet(record.fqdn, record._type, tuple(records_of(record)))


def _unread(zone: Zone) -> tuple[Refused, ...]:
    if zone.incomplete:
        message = f"a part of {shown_name(zone.name)} could not be read: what stands there would be deleted"
        return (Refused("sync-incomplete", zone.at, message),)
    if zone.unread:
        names = ", ".join(sorted(shown_name(name) for name in zone.unread)[:3])
        message = f"records could not be read at {names}: they would be deleted"
        return (Refused("sync-incomplete", zone.at, message),)
    return ()
