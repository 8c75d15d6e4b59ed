"""The text exposition format of Prometheus, for node_exporter's textfile collector.

No time is among the metrics: the collector exports each file's own as `node_textfile_mtime_seconds`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from mailcheck.model.finding import Report, Severity
from mailcheck.render import escape
from mailcheck.render.style import Style


def render(report: Report, style: Style) -> str:
    """Gauges: findings by severity and by rule, refused inputs, checks without a verdict, the exit code."""
    return "".join(f"{line}\n" for line in _lines(report, style))


def _lines(report: Report, style: Style) -> Iterator[str]:
    host = {"host": report.host.removesuffix(".")} if report.host else {}
    yield from _head("mailcheck_findings", "Findings of the last run by severity.")
    for severity in Severity:
        yield _sample("mailcheck_findings", {**host, "severity": severity.word}, report.count(severity))
    yield from _head("mailcheck_rule_findings", "Findings of the last run by rule, of rules that found something.")
    by_rule = Counter((finding.rule, finding.severity) for finding in report.findings)
    for (rule, severity), count in sorted(by_rule.items()):
        yield _sample("mailcheck_rule_findings", {**host, "rule": rule, "severity": severity.word}, count)
    yield from _head("mailcheck_refused_inputs", "Inputs of the last run that could not be read.")
    yield _sample("mailcheck_refused_inputs", host, len(report.refused))
    yield from _head("mailcheck_undetermined_checks", "Checks of the last run that came to no verdict.")
    yield _sample("mailcheck_undetermined_checks", host, len(report.skipped))
    yield from _head("mailcheck_exit_code", "What the last run answered.")
    yield _sample("mailcheck_exit_code", host, int(style.exit_code))


def _head(name: str, help_text: str) -> Iterator[str]:
    yield f"# HELP {name} {help_text}"
    yield f"# TYPE {name} gauge"


def _sample(name: str, labels: Mapping[str, str], value: int) -> str:
    inside = ",".join(f'{key}="{escape.prometheus(text)}"' for key, text in labels.items())
    return f"{name}{{{inside}}} {value}" if inside else f"{name} {value}"
