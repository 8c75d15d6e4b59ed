"""What a report says beside its findings: refused inputs, open questions, the last line."""

from __future__ import annotations

from collections import Counter

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


def fixable_lines(report: Report) -> list[str]:
    """What `--fix` would do about the findings; nothing where it can do nothing."""
    fixes = [finding.fix for finding in report.findings if finding.fix]
    safe = sum(fix.safe for fix in fixes)
    unsafe = len(fixes) - safe
    if not unsafe:
        return [f"{safe:,} fixable with `--fix`"] if safe else []
    if not safe:
        return [f"{unsafe:,} fixable with `--fix --unsafe-fixes` (records would mean something else)"]
    return [
        f"{safe:,} fixable with `--fix`, {unsafe:,} more with `--unsafe-fixes` (records would mean something else)"
    ]


def summary_line(report: Report) -> str:
    """What was read and what came of it, in one line."""
    read = f"{number(report.zones, 'zone')}, {number(report.records, 'record')}"
    if report.host:
        read = f"{escape.text(shown_name(report.host))}, {number(report.files, 'file')}; {read}"
    fixed = () if report.fixed is None else (f"{report.fixed:,} fixed",)
    outcome = ", ".join((
        *fixed,
        number(report.count(Severity.ERROR), "error"),
        number(report.count(Severity.WARNING), "warning"),
        number(report.count(Severity.INFO), "info"),
        f"{report.suppressed:,} suppressed",
        *([f"{report.baseline:,} baseline"] if report.baseline else []),
        *([f"{report.unchanged:,} unchanged"] if report.unchanged else []),
        f"{len(report.refused):,} refused",
        f"{len(report.skipped):,} not determined",
    ))  # fmt: skip
    if report.since:
        outcome += f"; since the last run {len(report.since.gone):,} gone, {report.since.same:,} the same"
    derived = "; what the domains do is derived from the zones" if report.derived else ""
    return f"{read}: {outcome}{derived}"


def statistics_lines(report: Report) -> list[str]:
    """How many findings each rule has, the most first: count, severity, rule, and what the rule is about."""
    rules = Counter((finding.severity, finding.rule) for finding in report.findings)
    width = max((len(f"{count:,}") for count in rules.values()), default=0)
    longest = max((len(rule) for _, rule in rules), default=0)
    ranked = sorted(rules.items(), key=lambda counted: (-counted[1], -counted[0][0], counted[0][1]))
    return [
        escape.text(
            f"{count:>{width},}  {severity.word:<7}  {rule:<{min(longest, 40)}}  {title_of(report, rule)}"
        ).rstrip()
        for (severity, rule), count in ranked
    ]


def title_of(report: Report, rule: str) -> str:
    """The first line of a rule's page, empty where the rule is not known."""
    info = report.rules.get(rule)
    return info.title if info else ""


def number(count: int, noun: str) -> str:
    """`1 zone`, `6,549 records`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
