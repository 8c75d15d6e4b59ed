"""What a report says beside its findings: refused inputs, open questions, the last line."""

from __future__ import annotations

from mailcheck.model.finding import Refused, Report, Severity, Skipped
from mailcheck.model.text import shown_name
from mailcheck.render import escape

REASONS = 5
RULES_NAMED = 3


def refused_line(entry: Refused) -> str:
    """`CODE path:line:col message`, on one line."""
    code = escape.text(entry.code, escape.WORD)
    path = escape.source(entry.at.path)
    return f"{code} {path}:{entry.at.line}:{entry.at.column} {escape.text(entry.message)}"


def not_determined_lines(report: Report) -> list[str]:
    """The skipped checks by reason, the commonest first, at most REASONS of them."""
    reasons: dict[str, list[Skipped]] = {}
    for skip in report.skipped:
        reasons.setdefault(skip.why, []).append(skip)
    ranked = sorted(reasons.items(), key=lambda reason: -len(reason[1]))
    lines = [f"not determined: {escape.text(why)} ({_checks(skips)})" for why, skips in ranked[:REASONS]]
    if rest := ranked[REASONS:]:
        checks = sum(len(skips) for _, skips in rest)
        lines.append(f"not determined: {number(len(rest), 'more reason')} ({number(checks, 'check')})")
    return lines


def gone_lines(report: Report) -> list[str]:
    """What the run before had found and this one does not."""
    return [
        f"gone since the last run: {escape.text(said)}" for said in (report.since.gone if report.since else ())
    ]


def _checks(skips: list[Skipped]) -> str:
    rules = list(dict.fromkeys(skip.rule for skip in skips))
    named = ", ".join(escape.text(rule, escape.WORD) for rule in rules[:RULES_NAMED])
    return f"{number(len(skips), 'check')}: {named}" + (", …" if len(rules) > RULES_NAMED else "")


def summary_line(report: Report) -> str:
    """What was read and what came of it, in one line."""
    read = f"{number(report.zones, 'zone')}, {number(report.records, 'record')}"
    if report.host:
        read = f"{escape.text(shown_name(report.host))}, {number(report.files, 'file')}; {read}"
    outcome = ", ".join((
        number(report.count(Severity.ERROR), "error"),
        number(report.count(Severity.WARNING), "warning"),
        number(report.count(Severity.INFO), "info"),
        f"{report.suppressed:,} suppressed",
        f"{len(report.refused):,} refused",
        f"{len(report.skipped):,} not determined",
    ))  # fmt: skip
    if report.since:
        outcome += f"; since the last run {len(report.since.gone):,} gone, {report.since.same:,} the same"
    derived = "; what the domains do is derived from the zones" if report.derived else ""
    return f"{read}: {outcome}{derived}"


def number(count: int, noun: str) -> str:
    """`1 zone`, `6,549 records`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
