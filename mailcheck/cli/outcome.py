"""What a run of `lint` ends in: its exit code and its reports."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime

from mailcheck.cli.complaints import complain
from mailcheck.cli.options import Color, FailOn, Format, Target, colored
from mailcheck.cli.output import write_file, write_stdout
from mailcheck.errors import ExitCode, UsageError
from mailcheck.model.finding import Report, Severity
from mailcheck.render.formats import render
from mailcheck.render.style import Style


def exit_code(report: Report, fail_on: FailOn | None, *, strict: bool) -> ExitCode:
    """The highest code of the run's outcomes.

    Without `fail_on` the report's own threshold holds. What was skipped counts where a question was
    asked and not answered or a limit kept it from being asked, and always when `strict`.
    """
    code = ExitCode.CLEAN
    least = _threshold(report, fail_on)
    if least is not None and any(finding.severity >= least for finding in report.findings):
        code = ExitCode.FINDINGS
    if report.refused:
        code = ExitCode.REFUSED
    if any(strict or skip.is_inconclusive for skip in report.skipped):
        code = ExitCode.INCONCLUSIVE
    return code


def _threshold(report: Report, fail_on: FailOn | None) -> Severity | None:
    """The severity from which on a finding lets the run fail; None where none does."""
    if fail_on is FailOn.NEVER:
        return None
    return Severity[fail_on.name] if fail_on else report.fail_on


def report_style(
    report: Report, fail_on: FailOn | None, code: ExitCode, *, quiet: bool, findings: int, statistics: bool = False
) -> Style:
    """How the report of a run that ends with `code` is to be shown; write_reports() decides on colour."""
    return Style(
        quiet=quiet,
        findings=findings,
        exit_code=code,
        statistics=statistics,
        fails_from=_threshold(report, fail_on),
        time=datetime.now(UTC),
    )


def write_reports(report: Report, targets: Sequence[Target], style: Style, color: Color) -> ExitCode:
    """Write the report to each target; one that cannot be written does not keep the others back.

    Under GitHub Actions annotations follow text for people on standard output. The answer is CLEAN, or
    USAGE where something could not be written.
    """
    code = ExitCode.CLEAN
    for target in targets:
        try:
            if target.path is None:
                write_stdout(_for_stdout(report, target.format, style._replace(color=colored(color))))
            else:
                rendered = render(target.format.value, report, style._replace(color=color is Color.ALWAYS))
                write_file(target.path, rendered)
        except UsageError as error:
            complain(error)
            code = error.exit_code
    return code


def _for_stdout(report: Report, name: Format, style: Style) -> str:
    rendered = render(name.value, report, style)
    if name in (Format.TEXT, Format.CONCISE) and os.environ.get("GITHUB_ACTIONS") == "true":
        rendered += render(Format.GITHUB.value, report, style)
    return rendered
