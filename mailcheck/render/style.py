"""How a report is to be shown, and which of its findings are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from mailcheck.errors import ExitCode
from mailcheck.model.finding import Severity
from mailcheck.model.limits import Limits

T = TypeVar("T")


class Style(NamedTuple):
    """What a renderer may be told beside the report.

    - `color`: ANSI colours, by `text` only.
    - `quiet`: findings and refused inputs, but no summary; `text`, `concise` and `github` only.
    - `findings`: how many findings `text`, `concise` and `github` print; the other formats give all.
    - `exit_code`: what the run answers; `sarif` writes it down.
    - `statistics`: findings counted by rule in place of the findings themselves; `text` and `concise` only.
    - `fails_from`: the severity from which on a finding lets the run fail, None where none does; `junit` only.
    - `time`: when the run began, UTC; `junit` writes it down.
    """

    color: bool = False
    quiet: bool = False
    findings: int = Limits().findings
    exit_code: ExitCode = ExitCode.CLEAN
    statistics: bool = False
    fails_from: Severity | None = Severity.ERROR
    time: datetime = datetime(1970, 1, 1)


def gravest(entries: Sequence[T], severity: Callable[[T], Severity], most: int) -> list[T]:
    """At most `most` of the entries in their order, those of the highest severity."""
    by_severity = sorted(range(len(entries)), key=lambda at: -severity(entries[at]))
    return [entries[at] for at in sorted(by_severity[:most])]


def not_shown(total: int, what: str, style: Style) -> list[str]:
    """One sentence about those of `total` entries that are not printed; none where all are."""
    if total <= style.findings:
        return []
    return [f"{style.findings:,} of {total:,} {what} are shown; `--limit findings={total}` shows all"]
