"""Rules meet a mail host: its configuration held against spec, zones and DNS."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.engine import Engine, Over, Plan
from mailcheck.lint.registry import AnyRule
from mailcheck.lint.run import Plans, RunSettings, place
from mailcheck.lint.selection import ActiveRule
from mailcheck.model.dns import DnsView
from mailcheck.model.finding import Finding, Label, Report
from mailcheck.model.location import NOWHERE, HostPath
from mailcheck.model.machine import HostFile
from mailcheck.model.spec import HostSpec
from mailcheck.model.zone import Zone

_IN_PLACE_OF_A_ZONE = Zone(name="", path="", format="master", records=(), at=NOWHERE)


def run_host_rules(
    facts: HostFacts,
    settings: RunSettings,
    rules: Mapping[str, AnyRule],
    zones: Sequence[Zone],
    *,
    host: HostSpec | None,
    outside: DnsView | None = None,
    wanted: Callable[[AnyRule], bool] = lambda rule: True,
) -> Report:
    """Run the selected rules of stage "host", those that `wanted` names, over what was read of one host.

    `host` is what the spec says of it. Questions about DNS are answered by `zones`, then by `outside`.
    """
    selected = Plans(settings, rules, stage="host")

    @cache
    def over_facts(over: Over) -> Over:
        return lambda _: over(facts)  # type: ignore[arg-type]

    def chosen(members: Sequence[ActiveRule]) -> tuple[ActiveRule, ...]:
        return tuple(active for active in members if wanted(active.rule))

    plan = Plan(())
    groups = selected.for_zone(_IN_PLACE_OF_A_ZONE).groups
    plan.groups = tuple((over_facts(over), chosen(members)) for over, members in groups)
    engine = Engine(zones, outside, settings.configuration.spec, host)
    outcome = engine.check_one(_IN_PLACE_OF_A_ZONE, plan)
    findings = [_of_host(finding, facts) for finding in outcome.findings]
    return Report(
        findings=tuple(sorted(findings, key=place)),
        skipped=tuple(sorted(outcome.skipped, key=lambda skip: (skip.rule, skip.name, skip.why))),
        fail_on=selected.fail_on,
        rules={rule_id: rule.info() for rule_id, rule in rules.items()},
        host=facts.name,
        files=sum(file.state == "file" for file in facts.machine.files.values()),
    )


def _of_host(finding: Finding, facts: HostFacts) -> Finding:
    files = facts.machine.files
    return finding._replace(
        host=facts.name or "localhost.",
        labels=tuple([_in_host(label, files) for label in finding.labels]),
    )


def _in_host(label: Label, files: Mapping[str, HostFile]) -> Label:
    if label.at.path not in files:
        return label
    return label._replace(at=label.at._replace(path=HostPath(label.at.path)))
