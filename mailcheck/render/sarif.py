"""SARIF 2.1.0 (OASIS, with errata 01), for code scanning."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mailcheck import __version__
from mailcheck.errors import ExitCode
from mailcheck.model.finding import Finding, Label, Refused, Report, RuleInfo, Severity, Skipped
from mailcheck.model.location import HostPath, Location, Span
from mailcheck.render import escape
from mailcheck.render.style import Style

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "mailcheck/v1"
SOURCES = "%SRCROOT%"
OUTSIDE = "OUTSIDE"
HOST = "HOSTROOT"
BASES = {
    SOURCES: "The directory that mailcheck ran in.",
    OUTSIDE: "A directory outside the one that mailcheck ran in; the way there is left out.",
    HOST: "The root of the audited host's files.",
}
LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
EXITS = {
    ExitCode.CLEAN: "nothing to report",
    ExitCode.FINDINGS: "findings",
    ExitCode.USAGE: "wrong usage or configuration",
    ExitCode.REFUSED: "an input was refused",
    ExitCode.INCONCLUSIVE: "inconclusive",
}

Json = dict[str, Any]


def render(report: Report, style: Style) -> str:
    """The report as one SARIF run; nothing is left out."""
    rules = _rules(report)
    index = {rule: at for at, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "mailcheck",
                "semanticVersion": __version__,
                "rules": [_rule(info) for info in rules.values()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {base: {"description": _message(text)} for base, text in BASES.items()},
        "invocations": [_invocation(report, style.exit_code, index)],
        "results": [_result(finding, index) for finding in report.findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _rules(report: Report) -> dict[str, RuleInfo]:
    """The rules that the run speaks of, by id; one that only a finding or a skipped check knows has no page."""
    named = {skip.rule: Severity.INFO for skip in report.skipped}
    named |= {finding.rule: finding.severity for finding in report.findings}
    return {rule: report.rules.get(rule) or _unknown(rule, severity) for rule, severity in sorted(named.items())}


def _unknown(rule: str, severity: Severity) -> RuleInfo:
    return RuleInfo(rule, rule, rule, severity, standard="", since="", lifecycle="stable")


def _rule(info: RuleInfo) -> Json:
    page = escape.sarif(info.page)
    return {
        "id": escape.json(info.id),
        "shortDescription": _message(info.title),
        "fullDescription": _message(_first_section(info.page) or info.title),
        "help": {"text": page.replace("\n## ", "\n"), "markdown": page},
        "defaultConfiguration": {"level": LEVEL[info.severity]},
        "properties": {
            "tags": ["dns", "mail", escape.json(info.id.partition("-")[0])],
            "precision": "very-high",
            "problem.severity": PROBLEM[info.severity],
            "standard": escape.json(info.standard),
            "lifecycle": escape.json(info.lifecycle),
        },
    }


def _first_section(page: str) -> str:
    """The text below the first heading of a page, as one paragraph."""
    _, _, rest = page.partition("\n## ")
    body = rest.partition("\n")[2].partition("\n## ")[0]
    return " ".join(body.split())


def _result(finding: Finding, index: Mapping[str, int]) -> Json:
    primary, *related = finding.labels
    text = f"{finding.message}\nHelp: {finding.help}" if finding.help else finding.message
    subject = finding.subject
    result = {
        "ruleId": escape.json(finding.rule),
        "ruleIndex": index[finding.rule],
        "level": LEVEL[finding.severity],
        "message": _message(text),
        "locations": [_labelled(primary)],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "properties": {
            key: escape.json_path(value)
            for key, value in (
                ("zone", subject.zone),
                ("name", subject.name),
                ("type", subject.type),
                ("host", finding.host),
            )
            if value
        },
    }
    if related:
        result["relatedLocations"] = [{"id": at, **_labelled(label)} for at, label in enumerate(related, 1)]
    return result


def _invocation(report: Report, exit_code: ExitCode, index: Mapping[str, int]) -> Json:
    notifications = [_refused(entry) for entry in report.refused]
    notifications += [_skipped(skip, index) for skip in report.skipped]
    return {
        "executionSuccessful": exit_code <= ExitCode.FINDINGS,
        "exitCode": int(exit_code),
        "exitCodeDescription": EXITS.get(exit_code, exit_code.name.lower()),
        "toolExecutionNotifications": notifications,
    }


def _refused(entry: Refused) -> Json:
    text = f"{entry.message}\nHelp: {entry.hint}" if entry.hint else entry.message
    return {
        "level": "error",
        "descriptor": {"id": escape.json(entry.code)},
        "message": _message(text),
        "locations": [_location(entry.at)],
    }


def _skipped(skip: Skipped, index: Mapping[str, int]) -> Json:
    return {
        "level": "warning" if skip.is_inconclusive else "note",
        "associatedRule": {"id": escape.json(skip.rule), "index": index[skip.rule]},
        "message": _message(f"not determined for {skip.name}: {skip.why}"),
    }


def _labelled(label: Label) -> Json:
    location = _location(label.at)
    return {**location, "message": _message(label.message)} if label.message else location


def _location(at: Location) -> Json:
    if isinstance(at.path, HostPath):
        base = HOST
    else:
        base = OUTSIDE if at.path.startswith("/") or ".." in at.path.split("/") else SOURCES
    artifact = {"uri": escape.sarif_uri(at.path), "uriBaseId": base}
    return {"physicalLocation": {"artifactLocation": artifact, "region": _region(at.span)}}


def _region(span: Span) -> Json:
    """A region; SARIF's end column is exclusive as ours is (section 3.30.8)."""
    if (span.line, span.column) == (span.end_line, span.end_column):
        return {"startLine": span.line}
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _message(text: str) -> Json:
    return {"text": escape.sarif(text)}
