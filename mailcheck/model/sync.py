"""What `sync` has to say: for each zone what changes, and what came of it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from mailcheck.model.change import Change
from mailcheck.model.finding import Finding, Refused, Report

ApplyOutcome = Literal["applied", "failed", "unknown", "stopped", "refused", "not begun"]


class ZoneResult(NamedTuple):
    """What became of one zone's plan: `done` of `steps` are written; `message` says why not all.

    `journal` is its path as shown, empty where nothing was begun.
    """

    outcome: ApplyOutcome
    done: int
    steps: int
    journal: str = ""
    message: str = ""
    hint: str = ""


class ZoneSync(NamedTuple):
    """One zone: its changes, the writes that they take, and what was found out on the way.

    - `exists`: False where the provider has no such zone yet.
    - `notes`: what the provider wants the user to know.
    - `left_out`: records that no provider can hold; `blocked`: why nothing may be written.
    - `result`: None where nothing was applied.
    """

    zone: str
    changes: tuple[Change, ...]
    steps: int
    operations: int
    base_digest: str
    desired_digest: str
    exists: bool = True
    notes: tuple[str, ...] = ()
    left_out: tuple[Refused, ...] = ()
    blocked: tuple[Refused, ...] = ()
    result: ZoneResult | None = None


class SyncReport(NamedTuple):
    """All zones of a run.

    - `report`: errors of lint and findings about the plans, and what was refused of the zone files.
    - `without_consent`: those findings about the plans that forbid an apply.
    - `failed`: zones that could not be planned, each with the reason.
    - `refusals`: why nothing may be applied, one sentence each; empty where it may.
    """

    provider: str
    zones: tuple[ZoneSync, ...]
    report: Report
    without_consent: tuple[Finding, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    refusals: tuple[str, ...] = ()

    @property
    def changes(self) -> int:
        """How many record sets change in all."""
        return sum(len(zone.changes) for zone in self.zones)

    @property
    def has_work(self) -> bool:
        """Whether there is anything to write."""
        return any(zone.steps for zone in self.zones)
