"""What the last audit found, so that the next one tells only what has changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from mailcheck.errors import UsageError
from mailcheck.model.finding import Report, Since

VERSION = 1
MAX_SIZE = 8_000_000
_HINT = "remove it: the next audit tells everything and writes it anew"


def read_state(path: Path) -> Mapping[str, str] | None:
    """The findings of the last audit, rule and message by fingerprint; None where there was none.

    Raises UsageError for a file that is no state of ours.
    """
    try:
        with path.open("rb") as file:
            octets = file.read(MAX_SIZE + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    try:
        state = json.loads(octets[:MAX_SIZE])
    except (ValueError, RecursionError):
        raise UsageError(f"{path} is no state of `mailcheck audit`", hint=_HINT) from None
    findings = state.get("findings") if isinstance(state, dict) and state.get("version") == VERSION else None
    if not isinstance(findings, dict) or not all(isinstance(said, str) for said in findings.values()):
        raise UsageError(f"{path} is no state of `mailcheck audit`", hint=_HINT)
    return findings


def state_text(report: Report) -> str:
    """The state that `report` leaves for the next audit, as JSON."""
    findings = {finding.fingerprint: f"{finding.rule}: {finding.message}" for finding in report.findings}
    return json.dumps({"version": VERSION, "findings": findings}, indent=1, sort_keys=True) + "\n"


def since(report: Report, before: Mapping[str, str]) -> Report:
    """Only the findings that are not of the run before, and what became of the others."""
    now = {finding.fingerprint for finding in report.findings}
    new = tuple(finding for finding in report.findings if finding.fingerprint not in before)
    gone = tuple(sorted(said for fingerprint, said in before.items() if fingerprint not in now))
    return report._replace(findings=new, since=Since(len(report.findings) - len(new), gone))
