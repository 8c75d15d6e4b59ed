"""A rule's own good and bad examples, run as its tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from mailcheck.analysis.host_facts import host_facts
from mailcheck.analysis.zone_changes import zone_changes
from mailcheck.config.document import read_document
from mailcheck.config.settings import configuration
from mailcheck.lint.host_run import run_host_rules
from mailcheck.lint.placeholders import fill
from mailcheck.lint.plan_run import run_plan_rules
from mailcheck.lint.registry import AnyRule, installed_rules
from mailcheck.lint.rule import Case
from mailcheck.lint.run import RunSettings, run_rules
from mailcheck.model.change import Plan
from mailcheck.model.dns import Absent, Answer, Answers, Present, Question, Unknown, describe
from mailcheck.model.finding import Finding, Report
from mailcheck.model.limits import Limits
from mailcheck.model.location import NOWHERE, HostPath
from mailcheck.model.machine import Machine
from mailcheck.model.progress import Silent
from mailcheck.model.record import Record
from mailcheck.model.settings import Configuration
from mailcheck.zonefile.load import load_zones
from mailcheck.zonefile.source_lines import source_lines

CONFIGURATION = "mailcheck.yaml"
BEFORE, AFTER = "before", "after"
TODAY = date(2026, 11, 1)


class CaseResult(NamedTuple):
    """One case of one rule: `why` says what was expected where it failed."""

    rule: str
    case: str
    passed: bool
    why: str = ""


class _Outside:
    """What a case says was answered outside its zones, as a view."""

    def __init__(self, answers: Mapping[str, Sequence[str]]) -> None:
        self._answers = {Question(*key.split(" ")): values for key, values in answers.items()}

    def answer(self, questions: AbstractSet[Question]) -> Answers:
        return {question: self._answer(question) for question in questions}

    def _answer(self, question: Question) -> Answer:
        values = self._answers.get(question)
        if values is None:
            return Unknown("not_asked", describe(question))
        name, rtype = question
        records = tuple([Record(name, rtype, 0, value, NOWHERE, NOWHERE) for value in values])
        return Present(records, source="live") if records else Absent("nodata", source="live")


def check_rule(rule: AnyRule) -> Iterator[CaseResult]:
    """Run all cases of a rule: its good ones raise nothing of it, its bad ones do, at their caret."""
    for index, case in enumerate(rule.good, 1):
        why = _good_fault(rule, case)
        yield CaseResult(rule.id, f"good {index}", not why, why)
    for index, case in enumerate(rule.bad, 1):
        why = _bad_fault(rule, case)
        yield CaseResult(rule.id, f"bad {index}", not why, why)


def run_case(case: Case) -> tuple[Report, dict[Finding, str]]:
    """Lint a case's files with every rule; the text under each finding's primary label beside it."""
    if case.host is not None:
        return _run_host(case)
    with _written(case.files) as folder:
        if (folder / BEFORE).is_dir():
            report = _run_plan(case, folder)
            return report, {finding: _under(finding) for finding in report.findings}
        loaded = load_zones([folder], limits=Limits(), include_root=folder, progress=Silent())
        settings = RunSettings(_configuration(case.files, folder), today=TODAY)
        outside = _Outside(case.outside) if case.outside else None
        report = run_rules(loaded.zones, loaded.refused, settings, installed_rules("host"), outside=outside)
        return report, {finding: _under(finding) for finding in report.findings}


@contextmanager
def _written(files: Mapping[str, str]) -> Iterator[Path]:
    """A folder that holds the files for as long as they are needed."""
    with TemporaryDirectory(prefix="mailcheck-case-") as name:
        folder = Path(name)
        for path, text in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(fill(path, text), encoding="utf-8", newline="")
        yield folder


def _run_host(case: Case) -> tuple[Report, dict[Finding, str]]:
    """Judge the example host with the case's changes, against its spec and zones."""
    from mailcheck.lint.host_cases import example

    machine, beside = example(case)
    facts = host_facts(machine)
    with _written(beside) as folder:
        loaded = load_zones([folder], limits=Limits(), include_root=folder, progress=Silent())
        configured = _configuration(beside, folder)
        report = run_host_rules(
            facts,
            RunSettings(configured, today=TODAY),
            installed_rules("plan"),
            loaded.zones,
            host=configured.spec.hosts.get(facts.name),
            outside=_Outside(case.outside) if case.outside else None,
        )
        under = {finding: _under_in(finding, machine) for finding in report.findings}
    return report._replace(refused=loaded.refused), under


def _under_in(finding: Finding, machine: Machine) -> str:
    """The text under the primary label, in a file of the host or of the spec and zones beside it."""
    if not isinstance(finding.at.path, HostPath):
        return _under(finding)
    span = finding.at.span
    lines = (machine.files[finding.at.path].text or "").splitlines()
    if span.line != span.end_line or span.line > len(lines):
        return ""
    return lines[span.line - 1][span.column - 1 : span.end_column - 1]


def _run_plan(case: Case, folder: Path) -> Report:
    """Judge what turns the zones of `before/` into those of `after/`."""
    old, new = (
        load_zones([folder / side], limits=Limits(), include_root=folder, progress=Silent())
        for side in (BEFORE, AFTER)
    )
    configured = _configuration(case.files, folder)
    before = {zone.name: zone for zone in old.zones}
    plans = [
        Plan(before[zone.name], zone, zone_changes(before[zone.name], zone, configured.spec))
        for zone in new.zones
        if zone.name in before
    ]
    settings = RunSettings(configured, today=TODAY)
    outside = _Outside(case.outside) if case.outside else None
    report = run_plan_rules(plans, settings, installed_rules("host"), spec=configured.spec, outside=outside)
    return report._replace(refused=old.refused + new.refused)


def _configuration(files: Mapping[str, str], folder: Path) -> Configuration:
    text = files.get(CONFIGURATION)
    return configuration(read_document(text, str(folder / CONFIGURATION))) if text is not None else Configuration()


def _under(finding: Finding) -> str:
    span = finding.at.span
    if span.line != span.end_line:
        return ""
    lines = source_lines({(finding.at.path, span.line)})
    return lines[finding.at.path, span.line][span.column - 1 : span.end_column - 1]


def _good_fault(rule: AnyRule, case: Case) -> str:
    report, _ = run_case(case)
    said = [finding.message for finding in report.findings if finding.rule == rule.id]
    refused = [entry.message for entry in report.refused]
    return "; ".join(f"unexpected: {text}" for text in [*said, *refused])


def _bad_fault(rule: AnyRule, case: Case) -> str:
    report, under = run_case(case)
    carets = [under[finding] for finding in report.findings if finding.rule == rule.id]
    if not carets:
        others = ", ".join(sorted({finding.rule for finding in report.findings})) or "nothing"
        refused = "".join(f"; refused: {entry.message}" for entry in report.refused)
        return f"expected a finding, found {others}{refused}"
    if case.host is not None:
        told = {finding.rule for finding in report.findings}
        if told != {rule.id, *case.host.also}:
            return f"expected {rule.id} alone, found {', '.join(sorted(told))}"
    if case.caret is None or case.caret in carets or any(fill(path, case.caret) in carets for path in case.files):
        return ""
    return f"expected the caret under {case.caret!r}, found it under {carets}"
