"""What a DNS provider is to `sync`: read, planned over by octoDNS, written in steps that are all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from mailcheck.model.progress import Progress

if TYPE_CHECKING:
    from octodns.provider.plan import Plan as OctodnsPlan
    from octodns.zone import Zone as OctodnsZone


class ProviderSettings(NamedTuple):
    """What a provider is opened with.

    - `name`: of the provider, as `--provider` gives it; `options`: its section in `mailcheck.yaml`.
    - `environment`: where its secrets come from, and nowhere else.
    - `max_wait`: the most seconds that it may wait for a provider that asks for patience, in all.
    - `progress`: told of every wait, while reading and writing.
    """

    name: str
    options: Mapping[str, Any]
    environment: Mapping[str, str]
    max_wait: float
    progress: Progress


RawRecord = Mapping[str, Any]
"""A record as the provider's own interface gives it, all of it JSON: what a rollback must bring back."""


class Preflight(NamedTuple):
    """What was found out before anything is planned.

    `transaction` is how many operations one step may hold, None where each record set is its own step;
    `notes` are told to the user (pending zone, DNSSEC, plan limit).
    """

    zone: str
    transaction: int | None = None
    notes: tuple[str, ...] = ()


class Snapshot(NamedTuple):
    """A zone at the provider: as octoDNS sees it, and raw.

    `digest` changes whenever anything does that a step could overwrite. `exists` is False where the
    provider has no such zone.
    """

    zone: OctodnsZone
    records: tuple[RawRecord, ...]
    digest: str
    exists: bool = True


class Step(NamedTuple):
    """One write that is all or nothing: operations for the provider's own interface, all of it JSON.

    `names` are the owner names that it touches; all operations on a name are in one step.
    """

    operations: tuple[Mapping[str, Any], ...]
    names: tuple[str, ...]


class Provider(Protocol):
    """A DNS provider. Every method but `write` only reads.

    The entry-point group `mailcheck.providers` names modules; one has a function
    `open_provider(settings: ProviderSettings) -> Provider`, which raises UsageError for options that it
    does not take and ProviderError where it lacks credentials.

    Raises ProviderError where the provider refuses or fails, with one line for the user and never a secret.
    """

    name: str

    def preflight(self, zone: str, *, create: bool) -> Preflight:
        """Check credentials, that the zone is there and may be written, and its limits."""

    def snapshot(self, zone: str) -> Snapshot:
        """The zone as it is now."""

    def plan(self, desired: OctodnsZone, snapshot: Snapshot) -> OctodnsPlan | None:
        """octoDNS's plan from the snapshot to `desired`, None where nothing is to be done."""

    def steps(self, plan: OctodnsPlan, snapshot: Snapshot) -> Sequence[Step]:
        """The writes that carry the plan out; where the zone does not exist the first creates it."""

    def steps_back(self, records: Sequence[RawRecord], snapshot: Snapshot) -> Sequence[Step]:
        """The writes that restore `records`, an earlier snapshot's, exactly but for ids and times."""

    def write(self, zone: str, step: Step, progress: Progress) -> None:
        """Carry one step out; `progress` advances by one for each operation.

        Raises ProviderError where nothing of it was written, OutcomeUnknown where that cannot be told.
        """
