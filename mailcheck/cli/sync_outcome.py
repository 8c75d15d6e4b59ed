"""What a run of `sync` shows, asks, writes and ends in."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from mailcheck.cli.complaints import complain
from mailcheck.cli.options import Color, colored
from mailcheck.cli.output import is_terminal, write_file, write_stderr, write_stdout
from mailcheck.cli.progress import watched
from mailcheck.commands import sync as command
from mailcheck.commands.sync_settings import SyncSettings
from mailcheck.errors import ChangeRefused, ExitCode
from mailcheck.model.finding import Severity
from mailcheck.model.progress import Progress, Silent
from mailcheck.model.sync import SyncReport
from mailcheck.model.text import shown_name
from mailcheck.render import escape
from mailcheck.render.style import Style

_MODULES = {
    "text": "mailcheck.render.plan_text",
    "json": "mailcheck.render.plan_json",
    "markdown": "mailcheck.render.plan_markdown",
}


class Writer(NamedTuple):
    """Where the plan goes and how."""

    format: str
    path: Path | None
    color: Color
    quiet: bool
    findings: int

    def write(self, report: SyncReport) -> None:
        """Write all of it; raises UsageError where that fails."""
        color = self.color is Color.ALWAYS if self.path else colored(self.color)
        style = Style(color=color, quiet=self.quiet, findings=self.findings)
        rendered: str = import_module(_MODULES[self.format]).render(report, style)
        self._put(rendered)

    def write_results(self, report: SyncReport) -> None:
        """Write what came of an apply: as text only that, since the plan was shown before it."""
        if self.format == "text" and self.path is None:
            from mailcheck.render.plan_text import results

            self._put(results(report))
        else:
            self.write(report)

    def _put(self, rendered: str) -> None:
        if self.path is None or str(self.path) == "-":
            write_stdout(rendered)
        else:
            write_file(self.path, rendered)


def run(
    settings: SyncSettings,
    environment: Mapping[str, str],
    writer: Writer,
    *,
    plan_out: Path | None,
    check: bool,
    apply: bool,
    yes: bool,
) -> ExitCode:
    """Plan, show, and where it was asked for apply. Raises what `prepare` and `carry_out` raise."""
    with _watched(quiet=writer.quiet) as progress:
        prepared = command.prepare(settings, environment, progress)
    if plan_out is not None:
        from mailcheck.render.plan_json import render

        write_file(plan_out, render(prepared.report, Style()))
    shows_first = not apply or (writer.format == "text" and writer.path is None)
    if shows_first:
        writer.write(prepared.report)
    if not apply:
        return _planned(prepared.report, check=check)
    return _apply(prepared, settings, writer, yes=yes, shown=shows_first)


def _apply(
    prepared: command.Prepared, settings: SyncSettings, writer: Writer, *, yes: bool, shown: bool
) -> ExitCode:
    report = prepared.report
    try:
        if report.has_work and not report.refusals:
            _ask(report, yes=yes)
        with _watched(quiet=writer.quiet) as progress, _stoppable() as stop:
            report = command.carry_out(prepared, settings, progress, stop)
    except ChangeRefused as error:
        if not shown:
            writer.write(report)
        complain(error)
        return max(error.exit_code, _planned(report, check=False))
    writer.write_results(report)
    results = [zone.result for zone in report.zones if zone.result is not None]
    if any(result.outcome != "applied" for result in results):
        return ExitCode.CHANGE_FAILED
    return ExitCode.CLEAN


def _planned(report: SyncReport, *, check: bool) -> ExitCode:
    """What a plan ends in: zones that could not be planned, what was refused, what forbids an apply."""
    if report.failed:
        return ExitCode.CHANGE_FAILED
    if report.report.refused or any(zone.blocked for zone in report.zones):
        return ExitCode.REFUSED
    has_errors = any(finding.severity is Severity.ERROR for finding in report.report.findings)
    if (has_errors and report.refusals) or (check and report.has_work):
        return ExitCode.FINDINGS
    return ExitCode.CLEAN


def _ask(report: SyncReport, *, yes: bool) -> None:
    """Raises ChangeRefused without a yes, and where there is nobody to give one."""
    if yes:
        return
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        raise ChangeRefused("nothing was written: there is no terminal to ask at", hint="--yes says yes")
    zones = ", ".join(shown_name(zone.zone) for zone in report.zones if zone.steps)
    question = f"Apply {report.changes} changes to {zones} at {report.provider}? [y/N] "
    write_stderr(escape.text(question))
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise ChangeRefused("nothing was written: you did not say yes")


@contextmanager
def _stoppable() -> Iterator[Callable[[], bool]]:
    """Answers whether SIGTERM or SIGINT came; a second one interrupts at once."""
    came: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        if came:
            raise KeyboardInterrupt
        came.append(number)
        write_stderr("stopping after the step in flight\n")

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _watched(*, quiet: bool) -> Iterator[Progress]:
    """A bar on a terminal; elsewhere a line for each wait, so that a log shows why it stands still."""
    with watched(quiet=quiet) as progress:
        yield _Waits() if isinstance(progress, Silent) and not quiet else progress


class _Waits(Silent):
    def __init__(self) -> None:
        self._told = ""
        self._left = 0.0

    def waiting(self, seconds: float, why: str) -> None:
        if why != self._told or seconds > self._left:
            write_stderr(f"waiting {seconds:.0f} s: {escape.text(why)}\n")
        self._told, self._left = why, seconds
