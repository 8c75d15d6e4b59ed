"""The consent gate: what was found must be gone, or allowed by name, before anything is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from mailcheck.model.finding import Finding, Severity


def without_consent(findings: Iterable[Finding], allowed: Collection[str]) -> tuple[Finding, ...]:
    """The errors among the findings whose rule nobody allowed."""
    return tuple(
        finding for finding in findings if finding.severity is Severity.ERROR and finding.rule not in allowed
    )
