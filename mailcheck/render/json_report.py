"""JSON, version 1: the whole report as one document, one entry a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from mailcheck import __version__
from mailcheck.model.finding import Finding, Label, Refused, Report, Severity, Skipped
from mailcheck.model.location import HostPath, Location
from mailcheck.render import escape
from mailcheck.render.style import Style

VERSION = 1
Json = dict[str, Any]


def render(report: Report, style: Style) -> str:
    """The report as `report.schema.json` describes it; nothing is left out."""
    return "".join(_document(report))


def _document(report: Report) -> Iterator[str]:
    """The text in many small parts: joined once, a long report takes half the memory."""
    yield f'{{"version": {VERSION},\n "tool": {json.dumps(tool())}'
    yield ',\n "findings": '
    yield from _array(map(finding_entry, report.findings))
    yield ',\n "refused": '
    yield from _array(map(refused_entry, report.refused))
    yield ',\n "skipped": '
    yield from _array(map(skipped_entry, report.skipped))
    yield f',\n "summary": {json.dumps(summary_entry(report))}}}\n'


def tool() -> Json:
    """Who wrote the document."""
    return {"name": "mailcheck", "version": __version__}


def finding_entry(finding: Finding) -> Json:
    """A finding; what it does not have (a zone, a host) is null."""
    at = finding.at
    return {
        "rule": escape.json(finding.rule),
        "severity": finding.severity.word,
        "message": escape.json(finding.message),
        "path": shown_path(at),
        "line": at.span.line,
        "column": at.span.column,
        "end_line": at.span.end_line,
        "end_column": at.span.end_column,
        "zone": _name(finding.subject.zone),
        "name": _name(finding.subject.name),
        "type": _name(finding.subject.type),
        "host": _name(finding.host),
        "labels": [_label_entry(label) for label in finding.labels],
        "help": "\n".join(map(escape.json, finding.help.split("\n"))),
        "standard": escape.json(finding.standard),
        "fingerprint": finding.fingerprint,
        "fixable": finding.fix is not None,
    }


def refused_entry(entry: Refused) -> Json:
    """An input, or a record of it, that could not be read."""
    return {
        "code": escape.json(entry.code),
        "path": shown_path(entry.at),
        "line": entry.at.line,
        "column": entry.at.column,
        "message": escape.json(entry.message),
    }


def skipped_entry(skip: Skipped) -> Json:
    """A check that came to no verdict."""
    return {"rule": escape.json(skip.rule), "name": escape.json_path(skip.name), "why": escape.json(skip.why)}


def summary_entry(report: Report) -> Json:
    """What the summary line says."""
    return {
        "zones": report.zones,
        "records": report.records,
        "errors": report.count(Severity.ERROR),
        "warnings": report.count(Severity.WARNING),
        "infos": report.count(Severity.INFO),
        "suppressed": report.suppressed,
        "baseline": report.baseline,
        "unchanged": report.unchanged,
        "refused": len(report.refused),
        "skipped": len(report.skipped),
        "fixed": report.fixed or 0,
        "host": _name(report.host),
        "spec": "derived" if report.derived else "written",
    }


def _label_entry(label: Label) -> Json:
    return {
        "path": shown_path(label.at),
        "line": label.at.line,
        "column": label.at.column,
        "message": escape.json(label.message),
    }


def shown_path(at: Location) -> str:
    """The path, that of a host's file relative to the audited root."""
    return escape.json_path(at.path.lstrip("/") if isinstance(at.path, HostPath) else at.path)


def _name(name: str) -> str | None:
    return escape.json_path(name) or None


def _array(entries: Iterable[Json]) -> Iterator[str]:
    before = "[\n  "
    for entry in entries:
        yield before + json.dumps(entry)
        before = ",\n  "
    yield "]" if before[0] == "," else "[]"
