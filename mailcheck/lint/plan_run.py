"""Rules meet plans: what is about to be changed is judged before it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from mailcheck.lint.engine import Engine, Over, Plan
from mailcheck.lint.registry import AnyRule
from mailcheck.lint.run import Plans, RunSettings, place
from mailcheck.model import change
from mailcheck.model.dns import DnsView
from mailcheck.model.finding import Report
from mailcheck.model.spec import MailSpec
from mailcheck.model.zone import Zone


def run_plan_rules(
    plans: Sequence[change.Plan],
    settings: RunSettings,
    rules: Mapping[str, AnyRule],
    *,
    spec: MailSpec,
    outside: DnsView | None = None,
) -> Report:
    """Run the selected rules of stage "plan" over the plans.

    No comment in a zone file silences one: consent to a plan is given where it is applied.
    """
    selected = Plans(settings, rules, stage="plan")
    by_zone = {plan.name: plan for plan in plans}

    @cache
    def over_plan(over: Over) -> Over:
        return lambda zone: over(by_zone[zone.name])  # type: ignore[arg-type]

    def for_zone(zone: Zone) -> Plan:
        plan = selected.for_zone(zone)
        chosen = Plan(())
        chosen.groups = tuple((over_plan(over), members) for over, members in plan.groups)
        chosen.indexes = plan.indexes
        return chosen

    outcome = Engine([plan.after for plan in plans], outside, spec).run(for_zone)
    return Report(
        findings=tuple(sorted(outcome.findings, key=place)),
        skipped=tuple(sorted(outcome.skipped, key=lambda skip: (skip.rule, skip.name, skip.why))),
        zones=len(plans),
        ran=selected.active,
        rules={rule_id: rule.info() for rule_id, rule in rules.items()},
    )
