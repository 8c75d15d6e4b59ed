"""GitLab's Code Quality report: what the merge request widget and the diff view show."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from mailcheck.model.finding import Finding, Refused, Report, Severity
from mailcheck.model.location import Location
from mailcheck.render import escape
from mailcheck.render.style import Style

SEVERITY = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}
REFUSED = "blocker"

Json = dict[str, Any]


def render(report: Report, style: Style) -> str:
    """A JSON array with each finding and refused input, one a line; nothing is left out.

    A fingerprint is used once: of equal findings each further one has its own.
    """
    seen: Counter[str] = Counter()
    lines = []
    for entry in _entries(report):
        fingerprint = entry["fingerprint"]
        seen[fingerprint] += 1
        if seen[fingerprint] > 1:
            entry["fingerprint"] = _digest(fingerprint, str(seen[fingerprint]))
        lines.append(json.dumps(entry))
    return "[" + ",\n ".join(lines) + "]\n"


def _entries(report: Report) -> Iterator[Json]:
    for finding in report.findings:
        yield _finding(finding)
    for entry in report.refused:
        yield _refused(entry)


def _finding(finding: Finding) -> Json:
    text = f"{finding.message} ({finding.standard})" if finding.standard else finding.message
    return _entry(text, finding.rule, finding.fingerprint, SEVERITY[finding.severity], finding.at)


def _refused(entry: Refused) -> Json:
    fingerprint = _digest(entry.code, entry.at.path, entry.message)
    return _entry(entry.message, entry.code, fingerprint, REFUSED, entry.at)


def _entry(text: str, name: str, fingerprint: str, severity: str, at: Location) -> Json:
    return {
        "description": escape.json(text),
        "check_name": escape.json(name),
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {
            "path": escape.json_path(at.path.removeprefix("./")),
            "lines": {"begin": at.line, "end": at.end_line},
        },
    }


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
