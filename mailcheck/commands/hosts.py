"""Hosts that were read, judged beside zones: what `audit host`, `lint` and `sync` share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from mailcheck.analysis.host_facts import HostFacts, host_facts
from mailcheck.config.hosts import find_host
from mailcheck.grammar.config_lines import numbered_lines
from mailcheck.grammar.private_key import holds_private_key
from mailcheck.host.bundle import MAX_SIZE, read_bundle
from mailcheck.lint.host_run import run_host_rules
from mailcheck.lint.registry import AnyRule, installed_rules
from mailcheck.lint.repeats import without_covered
from mailcheck.lint.run import RunSettings, place
from mailcheck.model.dns import DnsView
from mailcheck.model.finding import Report
from mailcheck.model.limits import Limits
from mailcheck.model.location import HostPath
from mailcheck.model.machine import Machine
from mailcheck.model.spec import HostSpec, MailSpec
from mailcheck.model.zone import Zone
from mailcheck.zonefile.discover import shown_path
from mailcheck.zonefile.source import Budget, read_source


def load_bundle(path: Path) -> Machine:
    """The host in a bundle. Raises InputRefused where it cannot be read."""
    shown = shown_path(path)
    bounds = Limits(zone_file_size=MAX_SIZE, total_size=MAX_SIZE)
    return read_bundle(read_source(path, shown, bounds, Budget()).text, shown)


def judge_host(
    facts: HostFacts,
    run: RunSettings,
    zones: Sequence[Zone],
    outside: DnsView | None,
    name: str | None = None,
    wanted: Callable[[AnyRule], bool] = lambda rule: True,
) -> Report:
    """The report of the host rules that are `wanted`, with the source lines of the host's files.

    Raises UsageError where the spec does not have the host `name`.
    """
    host = _spec_of(run.configuration.spec, facts, name)
    rules = installed_rules("plan")
    report = run_host_rules(facts, run, rules, zones, host=host, outside=outside, wanted=wanted)
    return report._replace(snippets=_lines(report, facts))


def with_hosts(
    report: Report, bundles: Sequence[Path], run: RunSettings, zones: Sequence[Zone], outside: DnsView | None
) -> Report:
    """The report on zones, with what the hosts in the bundles find wrong in these zones.

    Raises InputRefused for a bundle that is none.
    """
    covers = {rule_id: rule.covers for rule_id, rule in installed_rules("plan").items()}
    for bundle in bundles:
        facts = host_facts(load_bundle(bundle))
        of_host = judge_host(facts, run, zones, outside, wanted=lambda rule: "dns" in rule.needs)
        report = report._replace(
            findings=tuple(
                sorted((*of_host.findings, *without_covered(report.findings, of_host.findings, covers)), key=place)
            ),
            skipped=(*report.skipped, *of_host.skipped),
            rules={**of_host.rules, **report.rules},
            snippets={**report.snippets, **of_host.snippets},
        )
    return report


def sent_for(spec: MailSpec, facts: HostFacts, name: str | None) -> tuple[str, ...]:
    """The spec's domains that the host sends for. Raises UsageError where it does not have the host `name`."""
    host = _spec_of(spec, facts, name)
    return tuple([one.name for one in spec.domains.values() if host in spec.sending_hosts(one)])


def _spec_of(spec: MailSpec, facts: HostFacts, name: str | None) -> HostSpec | None:
    return find_host(spec, name) if name is not None else spec.hosts.get(facts.name)


def _lines(report: Report, facts: HostFacts) -> dict[tuple[str, int], str]:
    wanted: dict[str, set[int]] = {}
    for at in (label.at for finding in report.findings for label in finding.labels):
        if isinstance(at.path, HostPath):
            wanted.setdefault(str(at.path), set()).add(at.line)
    return {
        (path, number): line
        for path, numbers in wanted.items()
        for number, line in numbered_lines(facts.machine.files[path].text or "")
        if number in numbers and not holds_private_key(line)
    }
