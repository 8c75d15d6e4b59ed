"""Carrying a plan out: checked against what is there, step by step, each noted before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, NamedTuple

from mailcheck.errors import ChangeRefused, OutcomeUnknown, ProviderError
from mailcheck.model.progress import Progress
from mailcheck.model.sync import ZoneResult
from mailcheck.model.text import shown_name
from mailcheck.sync.journal import Journal, new_journal, only_apply
from mailcheck.sync.plan import ZonePlan, names_left
from mailcheck.sync.provider import Provider, Step
from mailcheck.sync.saved import saved_change, saved_zone


class ApplySettings(NamedTuple):
    """How to apply: `folder` for journals, `stop` asked before each step, `notes` for the journal's head."""

    folder: Path
    progress: Progress
    stop: Callable[[], bool]
    notes: Mapping[str, Any]


def apply(provider: Provider, planned: ZonePlan, settings: ApplySettings) -> ZoneResult:
    """Write the plan's steps, after a last look at the provider.

    Raises ChangeRefused, with nothing written, where the zone is no longer what the plan was made for or
    another apply is running, and UsageError where there can be no journal.
    """
    with only_apply(settings.folder, planned.name):
        if provider.snapshot(planned.name).digest != planned.snapshot.digest:
            message = f"{shown_name(planned.name)} has changed at {provider.name} since it was planned"
            raise ChangeRefused(message, hint="nothing was written; plan again")
        with new_journal(settings.folder, planned.name, _header(provider, planned, settings)) as journal:
            return _write(provider, planned, settings, journal)


def _write(provider: Provider, planned: ZonePlan, settings: ApplySettings, journal: Journal) -> ZoneResult:
    steps = planned.steps
    settings.progress.total(sum(len(step.operations) for step in steps), f"writing {shown_name(planned.name)}")
    ended = ZoneResult("applied", len(steps), len(steps), str(journal.path))
    for number, step in enumerate(steps):
        if settings.stop():
            ended = ended._replace(done=number, outcome="stopped", message="stopped by a signal")
            break
        try:
            journal.note("step", step=number)
        except OSError as error:
            ended = ended._replace(done=number, outcome="failed", message=_no_journal(error))
            break
        try:
            outcome, message, hint = _one(provider, planned, step, settings)
        except BaseException:
            journal.note("done", step=number, outcome="unknown")
            raise
        try:
            journal.note("done", step=number, outcome=outcome, message=message)
        except OSError as error:
            done = number + (outcome == "applied")
            return ended._replace(done=done, outcome="stopped", message=_no_journal(error))
        if outcome != "applied":
            ended = ended._replace(done=number, outcome=outcome, message=message, hint=hint)
            break
    with suppress(OSError):  # a journal without an end is one that `--resume` looks at
        journal.note("end", outcome=ended.outcome)
    return ended


def _no_journal(error: OSError) -> str:
    return f"the journal cannot be written: {error.strerror}"


def _one(
    provider: Provider, planned: ZonePlan, step: Step, settings: ApplySettings
) -> tuple[Literal["applied", "failed", "unknown"], str, str]:
    try:
        provider.write(planned.name, step, settings.progress)
    except OutcomeUnknown as error:
        return _settle(provider, planned, step, error)
    except ProviderError as error:
        return "failed", error.message, error.hint
    return "applied", "", ""


def _settle(
    provider: Provider, planned: ZonePlan, step: Step, unknown: OutcomeUnknown
) -> tuple[Literal["applied", "failed", "unknown"], str, str]:
    """Read the zone again: where nothing is left to do at the step's names, it was carried out."""
    try:
        snapshot = provider.snapshot(planned.name)
        left = names_left(provider, planned, snapshot)
    except ProviderError:
        return "unknown", unknown.message, unknown.hint
    if snapshot.digest == planned.snapshot.digest:
        return "failed", unknown.message, unknown.hint
    return ("unknown", unknown.message, unknown.hint) if left & set(step.names) else ("applied", "", "")


def _header(provider: Provider, planned: ZonePlan, settings: ApplySettings) -> dict[str, Any]:
    snapshot = planned.snapshot
    return {
        "provider": provider.name,
        **settings.notes,
        "base_digest": planned.plan.base_digest,
        "desired_digest": planned.plan.desired_digest,
        "before": {
            "exists": snapshot.exists,
            "records": [dict(record) for record in snapshot.records],
            "zone": saved_zone(planned.plan.before),
        },
        "desired": saved_zone(planned.plan.after),
        "back_to": None if planned.back_to is None else [dict(record) for record in planned.back_to],
        "changes": [saved_change(change) for change in planned.plan.changes],
        "steps": [
            {"names": list(step.names), "operations": [dict(each) for each in step.operations]}
            for step in planned.steps
        ],
    }
