"""The baseline of `mailcheck lint`: used, written anew, or rid of what is gone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

from mailcheck.lint.accepted import OUTDATED, Scope, acceptable, accepted
from mailcheck.lint.baseline import baseline_text, read_baseline
from mailcheck.model.finding import Report
from mailcheck.model.limits import Limits
from mailcheck.zonefile.discover import shown_path


class BaselineUse(NamedTuple):
    """Which file, and what to do with it; `save` writes it."""

    path: Path
    mode: Literal["use", "write", "prune"]
    save: Callable[[Path, str], None]


def with_baseline(report: Report, use: BaselineUse, scope: Scope, limits: Limits) -> Report:
    """The report without what the baseline holds. Raises UsageError where the file cannot be read or written."""
    shown = shown_path(use.path)
    if use.mode == "write":
        entries = acceptable(report)
        use.save(use.path, baseline_text(entries))
        return report._replace(findings=(), baseline=len(entries))
    baseline = read_baseline(use.path, shown, limits)
    judged, gone = accepted(report, baseline, scope)
    if use.mode == "use" or not gone:
        return judged
    kept = [entry for line, entry in baseline.entries.items() if line not in gone]
    use.save(use.path, baseline_text(kept))
    return judged._replace(findings=tuple(finding for finding in judged.findings if finding.rule != OUTDATED))
