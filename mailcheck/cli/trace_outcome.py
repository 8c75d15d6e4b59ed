"""What a run of `trace` ends in: its exit code."""

from __future__ import annotations

from mailcheck.commands.trace import Traced
from mailcheck.errors import ExitCode


def exit_code(traced: Traced, *, strict: bool) -> ExitCode:
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
