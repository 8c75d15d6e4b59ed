"""`mailcheck sync`: zone files held against a provider, and written there once all agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from mailcheck import __version__
from mailcheck.commands.fork import refuse_in_fork
from mailcheck.commands.lint import LintSettings, lint_zones
from mailcheck.commands.providers import open_provider
from mailcheck.commands.sync_report import judge, told
from mailcheck.commands.sync_settings import LATEST, SyncSettings
from mailcheck.commands.zones import declared_zones
from mailcheck.config.find import load_configuration
from mailcheck.errors import ChangeRefused, ProviderError, UsageError
from mailcheck.lint.registry import installed_rules, nearest
from mailcheck.model.finding import Report
from mailcheck.model.names import absolute
from mailcheck.model.progress import Progress
from mailcheck.model.settings import Configuration
from mailcheck.model.sync import SyncReport, ZoneResult
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone
from mailcheck.sync.apply import ApplySettings, apply
from mailcheck.sync.journal import end_journal
from mailcheck.sync.journal_read import Noted, latest_unfinished, read_journal
from mailcheck.sync.plan import ZonePlan, plan_back, plan_zone
from mailcheck.sync.plan_file import SavedPlan, read_plan, refuse_stale
from mailcheck.sync.provider import Provider
from mailcheck.sync.resume import plan_rest


class Prepared(NamedTuple):
    """Plans for all zones, nothing written; `noted` is the journal that is rolled back or resumed."""

    provider: Provider
    plans: tuple[ZonePlan, ...]
    report: SyncReport
    noted: Noted | None = None


def prepare(settings: SyncSettings, environment: Mapping[str, str], progress: Progress) -> Prepared:
    """Lint, read the provider, plan, and judge the plans.

    Raises UsageError for what cannot be followed, ChangeRefused in a fork's pull request and for a stale
    plan or journal, and ProviderError where the provider cannot be had.
    """
    refuse_in_fork(environment)
    _refuse_unknown_rules(settings.allow)
    configuration = load_configuration(settings.config)
    if settings.rollback is not None or settings.resume is not None:
        return _from_journal(settings, configuration, environment, progress)
    saved = read_plan(settings.plan) if settings.plan is not None else None
    name = settings.provider or (saved.provider if saved else None)
    loaded = declared_zones(
        settings.paths,
        configuration,
        limits=settings.limits,
        include_root=settings.include_root,
        progress=progress,
    )
    lint_settings = LintSettings(limits=settings.limits, today=settings.today, host_facts=settings.host_facts)
    linted = lint_zones(loaded, configuration, lint_settings, progress) if settings.lint else None
    provider = open_provider(name, configuration, environment, max_wait=settings.max_wait, progress=progress)
    if saved is not None and saved.provider != provider.name:
        raise UsageError(f"{saved.path} is a plan for {saved.provider}, not for {provider.name}")
    plans: list[ZonePlan] = []
    failed: list[tuple[str, str]] = []
    chosen = _chosen(loaded.zones, settings.zones, saved)
    progress.total(len(chosen), f"reading {provider.name}")
    for zone in chosen:
        try:
            planned = plan_zone(provider, zone, configuration.spec, create=settings.create_zone)
        except ProviderError as error:
            failed.append((zone.name, ": ".join(filter(None, (error.message, error.hint)))))
        else:
            if saved is not None:
                refuse_stale(saved, planned)
            plans.append(planned)
        progress.advance()
    report = linted or Report(refused=loaded.refused)
    judged = judge(provider.name, plans, report, configuration, settings)
    return Prepared(provider, tuple(plans), told(judged, failed))


def carry_out(
    prepared: Prepared, settings: SyncSettings, progress: Progress, stop: Callable[[], bool]
) -> SyncReport:
    """Write the plans, one zone after the other, and stop at the first that does not go through.

    Raises ChangeRefused where anything speaks against it; then nothing was written.
    """
    report = prepared.report
    if report.refusals:
        raise ChangeRefused(f"nothing was written: {'; '.join(report.refusals)}")
    how = ApplySettings(settings.journal, progress, stop, _notes(prepared, settings))
    zones = []
    broken = False
    for planned, zone in zip(prepared.plans, report.zones, strict=True):
        if not planned.steps:
            zones.append(zone)
        elif broken:
            zones.append(zone._replace(result=ZoneResult("not begun", 0, zone.steps)))
        else:
            result = _apply(prepared.provider, planned, how)
            broken = result.outcome != "applied"
            zones.append(zone._replace(result=result))
    if prepared.noted is not None and settings.resume is not None:
        _close(prepared.noted, [zone.result for zone in zones if zone.result is not None])
    return report._replace(zones=tuple(zones))


def _apply(provider: Provider, planned: ZonePlan, how: ApplySettings) -> ZoneResult:
    try:
        return apply(provider, planned, how)
    except (ChangeRefused, ProviderError, UsageError) as error:
        return ZoneResult("refused", 0, len(planned.steps), "", error.message, error.hint)


def _close(noted: Noted, results: list[ZoneResult]) -> None:
    """End the old journal: nothing was left to do, or a new one has all that is."""
    if not results:
        end_journal(noted.path, "applied", "")
    elif results[0].journal:
        end_journal(noted.path, "resumed", results[0].journal)


def _notes(prepared: Prepared, settings: SyncSettings) -> Mapping[str, object]:
    kind = "rollback" if settings.rollback is not None else "resume" if settings.resume is not None else "apply"
    return {
        "tool": __version__,
        "kind": kind,
        "of": str(prepared.noted.path) if prepared.noted is not None else "",
        "lint": settings.lint and prepared.noted is None,
        "allowed": list(settings.allow),
    }


def _from_journal(
    settings: SyncSettings, configuration: Configuration, environment: Mapping[str, str], progress: Progress
) -> Prepared:
    if settings.rollback is not None:
        path = settings.rollback
    else:
        path = latest_unfinished(settings.journal) if settings.resume == LATEST else Path(settings.resume or "")
    noted = read_journal(path)
    if settings.resume is not None and noted.is_finished:
        raise UsageError(f"{path} came to its end: nothing is left to do", hint="--rollback undoes it")
    name = settings.provider or noted.provider
    provider = open_provider(name, configuration, environment, max_wait=settings.max_wait, progress=progress)
    if provider.name != noted.provider:
        raise UsageError(f"{path} is of {noted.provider}, not of {provider.name}")
    if settings.rollback is not None:
        planned = plan_back(provider, noted.before, noted.records, configuration.spec)
        judged = judge(provider.name, [planned], Report(), configuration, settings)
    else:
        planned = plan_rest(provider, noted, configuration.spec)
        judged = judge(provider.name, [planned], Report(), configuration, settings, agreed=True)
    return Prepared(provider, (planned,), told(judged, ()), noted)


def _chosen(zones: tuple[Zone, ...], named: tuple[str, ...], saved: SavedPlan | None) -> tuple[Zone, ...]:
    """The zones to sync, for a saved plan those in it. Raises UsageError for one that is not declared."""
    wanted = [absolute(name) for name in named] or (list(saved.digests) if saved is not None else [])
    known = {zone.name: zone for zone in zones}
    for name in wanted:
        if name not in known:
            shown = [shown_name(zone) for zone in known]
            hint = nearest(shown_name(name), shown, f"there are {', '.join(shown[:10]) or 'none'}")
            raise UsageError(f"no zone {shown_name(name)} is declared", hint=hint)
        if saved is not None and name not in saved.digests:
            raise UsageError(f"the plan {saved.path} does not hold {shown_name(name)}")
    return tuple(known[name] for name in dict.fromkeys(wanted)) if wanted else zones


def _refuse_unknown_rules(allowed: tuple[str, ...]) -> None:
    plan_rules = [rule_id for rule_id, rule in installed_rules("host").items() if rule.stage == "plan"]
    for rule_id in allowed:
        if rule_id not in plan_rules:
            hint = nearest(rule_id, plan_rules, f"there are {', '.join(plan_rules)}")
            raise UsageError(f"--allow: there is no rule {rule_id!r} about plans", hint=hint)
