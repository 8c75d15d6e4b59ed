"""How a report is to be shown, and which of its findings are shown."""

from __future__ import annotations

from typing import NamedTuple

from mailcheck.errors import ExitCode
from mailcheck.model.finding import Finding, Report
from mailcheck.model.limits import Limits


class Style(NamedTuple):
    """What a renderer may be told beside the report.

    - `color`: ANSI colours, by `text` only.
    - `quiet`: findings and refused inputs, but no summary; `text`, `concise` and `github` only.
    - `findings`: how many findings `text`, `concise` and `github` print; the other formats give all.
    - `exit_code`: what the run answers; `sarif` writes it down.
    """

    color: bool = False
    quiet: bool = False
    findings: int = Limits().findings
    exit_code: ExitCode = ExitCode.CLEAN


def shown(report: Report, style: Style) -> tuple[Finding, ...]:
    """The findings to print, in the report's order; where there are too many, the gravest."""
    if len(report.findings) <= style.findings:
        return report.findings
    gravest = sorted(range(len(report.findings)), key=lambda at: -report.findings[at].severity)
    return tuple(report.findings[at] for at in sorted(gravest[: style.findings]))


def not_shown(total: int, what: str, style: Style) -> list[str]:
    """One sentence about those of `total` entries that are not printed; none where all are."""
    if total <= style.findings:
        return []
    return [f"{style.findings:,} of {total:,} {what} are shown; `--limit findings={total}` shows all"]
