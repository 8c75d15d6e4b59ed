"""What a run of `trace` ends in: its text and its exit code."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from mailcheck.commands.trace import Traced, TraceSettings, trace
from mailcheck.errors import ExitCode
from mailcheck.model.progress import Progress
from mailcheck.model.trace import Given


class TraceStyle(NamedTuple):
    """How to write it: `text`, `json` or `github`; `strict` lets every open part fail."""

    format: str
    color: bool
    quiet: bool
    strict: bool


class Finish(NamedTuple):
    """What goes to standard output, and the exit code."""

    text: str
    code: ExitCode


def of_message(given: Given, settings: TraceSettings, style: TraceStyle, progress: Progress) -> Finish:
    """Trace one message."""
    traced = trace(given, settings, progress)
    code = message_code(traced, strict=style.strict)
    if style.format == "json":
        from mailcheck.render.trace_json import trace_json

        return Finish(trace_json(*traced), code)
    from mailcheck.render.trace_text import render

    return Finish(render(*traced, color=style.color, quiet=style.quiet), code)


def of_cases(path: Path, settings: TraceSettings, style: TraceStyle, progress: Progress) -> Finish:
    """Trace the messages of a file of cases. Under GitHub Actions annotations follow the text."""
    from mailcheck.commands.trace_cases import trace_cases

    report = trace_cases(path, settings, progress)
    code = ExitCode.FINDINGS if report.unmet else ExitCode.CLEAN
    if report.refused:
        code = ExitCode.REFUSED
    if any(each.unanswered or (style.strict and each.trace.open) for each in report.outcomes):
        code = ExitCode.INCONCLUSIVE
    if style.format == "json":
        from mailcheck.render.trace_json import cases_json

        return Finish(cases_json(*report), code)
    from mailcheck.render.trace_cases import annotate, render

    if style.format == "github":
        return Finish(annotate(*report), code)
    text = render(*report, color=style.color, quiet=style.quiet)
    annotated = os.environ.get("GITHUB_ACTIONS") == "true"
    return Finish(text + annotate(*report) if annotated else text, code)


def message_code(traced: Traced, *, strict: bool) -> ExitCode:
    """The highest code of the trace's outcomes.

    A part that was never asked for counts when `strict`. A verdict that is not determined always does:
    the run was made for it, and it must not look like a pass.
    """
    verdict = traced.trace.verdict
    code = ExitCode.FINDINGS if verdict == "fail" else ExitCode.CLEAN
    if traced.refused:
        code = ExitCode.REFUSED
    if verdict not in ("pass", "fail") or any(strict or part.asked for part in traced.trace.open):
        code = ExitCode.INCONCLUSIVE
    return code
