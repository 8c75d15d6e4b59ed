"""A plan, or what came of it, as JSON, version 1; also what `--plan-out` saves."""

from __future__ import annotations

import json
from typing import Any

from mailcheck.model.change import Change
from mailcheck.model.location import NOWHERE
from mailcheck.model.sync import SyncReport, ZoneResult, ZoneSync
from mailcheck.render import escape
from mailcheck.render.json_report import VERSION, finding_entry, refused_entry, skipped_entry, tool
from mailcheck.render.style import Style

Json = dict[str, Any]


def render(report: SyncReport, style: Style) -> str:
    """The document that `plan.schema.json` describes; nothing is left out."""
    document = {
        "version": VERSION,
        "tool": tool(),
        "provider": escape.json_path(report.provider),
        "zones": [_zone(zone) for zone in report.zones],
        "failed": [{"zone": escape.json_path(name), "message": escape.json(why)} for name, why in report.failed],
        "findings": [finding_entry(finding) for finding in report.report.findings],
        "without_consent": list(dict.fromkeys(finding.rule for finding in report.without_consent)),
        "refused": [refused_entry(entry) for entry in report.report.refused],
        "skipped": [skipped_entry(skip) for skip in report.report.skipped],
        "refusals": [escape.json(why) for why in report.refusals],
    }
    return json.dumps(document, indent=1) + "\n"


def _zone(zone: ZoneSync) -> Json:
    return {
        "zone": escape.json_path(zone.zone),
        "exists": zone.exists,
        "steps": zone.steps,
        "operations": zone.operations,
        "base_digest": zone.base_digest,
        "desired_digest": zone.desired_digest,
        "notes": [escape.json(note) for note in zone.notes],
        "changes": [_change(change) for change in zone.changes],
        "left_out": [refused_entry(entry) for entry in zone.left_out],
        "blocked": [refused_entry(entry) for entry in zone.blocked],
        "result": None if zone.result is None else _result(zone.result),
    }


def _change(change: Change) -> Json:
    nowhere = change.at == NOWHERE
    return {
        "kind": change.kind,
        "name": escape.json_path(change.name),
        "type": escape.json_path(change.type),
        "before": [escape.json(value) for value in change.before],
        "after": [escape.json(value) for value in change.after],
        "ttl_before": change.ttl_before,
        "ttl_after": change.ttl_after,
        "details": [escape.json(detail) for detail in change.details],
        "meaning": escape.json(change.meaning),
        "path": None if nowhere else escape.json_path(change.at.path),
        "line": None if nowhere else change.at.line,
        "column": None if nowhere else change.at.column,
    }


def _result(result: ZoneResult) -> Json:
    return {
        "outcome": result.outcome,
        "done": result.done,
        "steps": result.steps,
        "journal": escape.json_path(result.journal) or None,
        "message": escape.json(result.message),
    }
