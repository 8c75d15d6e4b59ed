"""JSON lines: a finding, a refused input or a skipped check each, the summary last."""

from __future__ import annotations

import json
from collections.abc import Iterator

from mailcheck.model.finding import Report
from mailcheck.render.json_report import (
    VERSION,
    Json,
    finding_entry,
    refused_entry,
    skipped_entry,
    summary_entry,
    tool,
)
from mailcheck.render.style import Style


def render(report: Report, style: Style) -> str:
    """The entries of the JSON report, each told apart by `kind` (`$defs/line` of the schema)."""
    return "".join(f"{json.dumps(line)}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[Json]:
    for finding in report.findings:
        yield {"kind": "finding", **finding_entry(finding)}
    for entry in report.refused:
        yield {"kind": "refused", **refused_entry(entry)}
    for skip in report.skipped:
        yield {"kind": "skipped", **skipped_entry(skip)}
    yield {"kind": "summary", "version": VERSION, "tool": tool(), **summary_entry(report)}
