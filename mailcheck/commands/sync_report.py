"""Plans judged: what the rules say of them, and what therefore forbids an apply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailcheck.commands.lint import snippets
from mailcheck.commands.outside import load_lock, lock_path, outside_view
from mailcheck.commands.sync_settings import SyncSettings
from mailcheck.lint.plan_run import run_plan_rules
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.run import RunSettings, place
from mailcheck.model.finding import Finding, Report, Severity
from mailcheck.model.settings import Configuration
from mailcheck.model.sync import SyncReport, ZoneSync
from mailcheck.model.text import shown_name
from mailcheck.sync.guard import without_consent
from mailcheck.sync.plan import ZonePlan


def judge(
    provider: str,
    plans: Sequence[ZonePlan],
    linted: Report,
    configuration: Configuration,
    settings: SyncSettings,
    *,
    agreed: bool = False,
) -> SyncReport:
    """Run the rules about plans; `linted` is what lint says of the zones, `agreed` that consent was given."""
    lock = load_lock(lock_path(configuration), settings.limits)
    found = run_plan_rules(
        [planned.plan for planned in plans],
        RunSettings(configuration, today=settings.today),
        installed_rules("host"),
        spec=configuration.spec,
        outside=outside_view(lock, None),
    )
    errors = [finding for finding in linted.findings if finding.severity is Severity.ERROR]
    report = Report(
        tuple(sorted((*errors, *found.findings), key=place)),
        linted.refused,
        found.skipped,
        zones=len(plans),
        rules=found.rules,
    )
    unconsented = () if agreed else without_consent(found.findings, settings.allow)
    return SyncReport(
        provider,
        tuple(_zone(planned) for planned in plans),
        report._replace(snippets={**linted.snippets, **snippets(report)}),
        unconsented,
        refusals=tuple(_refusals(plans, errors, linted, unconsented)),
    )


def told(report: SyncReport, failed: Sequence[tuple[str, str]]) -> SyncReport:
    """The report with the zones that could not be planned: they forbid an apply of all."""
    refusals = [f"{shown_name(zone)} could not be planned: {why}" for zone, why in failed]
    return report._replace(failed=tuple(failed), refusals=(*report.refusals, *refusals))


def _refusals(
    plans: Sequence[ZonePlan], errors: Sequence[Finding], linted: Report, unconsented: Sequence[Finding]
) -> Iterator[str]:
    if errors:
        yield f"lint finds {_counted(len(errors), 'error')} (--no-lint goes on all the same)"
    if linted.refused:
        yield f"{_counted(len(linted.refused), 'input')} could not be read"
    for planned in plans:
        for entry in planned.blocked:
            yield entry.message
    if unconsented:
        rules = dict.fromkeys(finding.rule for finding in unconsented)
        yield f"no consent to {', '.join(rules)} (give it with --allow)"


def _zone(planned: ZonePlan) -> ZoneSync:
    plan = planned.plan
    return ZoneSync(
        plan.name,
        plan.changes,
        len(planned.steps),
        sum(len(step.operations) for step in planned.steps),
        plan.base_digest,
        plan.desired_digest,
        planned.snapshot.exists,
        planned.preflight.notes,
        planned.left_out,
        planned.blocked,
    )


def _counted(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"
