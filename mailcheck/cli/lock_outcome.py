"""What `mailcheck lock` says of its walk, and the file that it writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mailcheck.cli.complaints import complain, tell_trouble
from mailcheck.cli.output import write_file, write_stderr, write_stdout
from mailcheck.errors import ExitCode, InputRefused
from mailcheck.model.dns import describe
from mailcheck.render import escape

if TYPE_CHECKING:
    from mailcheck.commands.lock import LockOutcome
    from mailcheck.model.finding import Refused


def write(outcome: LockOutcome, *, quiet: bool) -> ExitCode:
    """Write the lock, but not where nothing was answered; one line says what became of it.

    Raises UsageError where the file cannot be written.
    """
    _complain_of(outcome.refused)
    if outcome.unanswered:
        consequence = f", so {escape.source(outcome.shown)} is not written"
        _tell_failures(outcome, consequence)
        if outcome.trouble is None:
            write_stderr(f"error: no question was answered{consequence}\n")
        return ExitCode.INCONCLUSIVE
    _tell_failures(outcome)
    write_file(outcome.path, outcome.text)
    if outcome.existed:
        _tell_changes(outcome)
    if not quiet:
        write_stdout(f"{_summary(outcome)}\n")
    return ExitCode.CLEAN


def compare(outcome: LockOutcome, *, quiet: bool) -> ExitCode:
    """Say what changed; FINDINGS where anything did, REFUSED where the lock could not be read in full."""
    _complain_of((*outcome.refused, *outcome.unreadable))
    _tell_failures(outcome)
    if outcome.existed:
        _tell_changes(outcome)
    if not quiet:
        write_stdout(f"{_summary(outcome)}\n")
    if outcome.unreadable:
        return ExitCode.REFUSED
    return ExitCode.FINDINGS if outcome.changes or not outcome.existed else ExitCode.CLEAN


def _summary(outcome: LockOutcome) -> str:
    parts = [_counted(outcome.facts, "fact")]
    if not outcome.existed:
        parts.append("no lock before")
    else:
        parts.append(_counted(len(outcome.changes), "change") if outcome.changes else "nothing changed")
    if outcome.unreadable:
        parts.append(f"{_counted(len(outcome.unreadable), 'line')} of the old lock could not be read")
    if outcome.failed:
        kept = _counted(outcome.kept, "old answer")
        parts.append(f"{_counted(len(outcome.failed), 'question')} not answered, {kept} kept")
    return f"{escape.source(outcome.shown)}: {', '.join(parts)}"


def _tell_changes(outcome: LockOutcome) -> None:
    for change in outcome.changes:
        write_stdout(f"{escape.text(change)}\n")


def _tell_failures(outcome: LockOutcome, consequence: str = "") -> None:
    """One line for each question, but one alone for all that the run's trouble accounts for."""
    tell_trouble(outcome.trouble, consequence)
    for question, answer, kept in outcome.failed:
        if outcome.trouble and answer.reason in outcome.trouble.reasons:
            continue
        what = f"{answer.reason}: {answer.detail or describe(question)}"
        write_stderr(f"{escape.text(what)} ({'the old answer is kept' if kept else 'no old answer to keep'})\n")


def _complain_of(refused: Iterable[Refused]) -> None:
    for entry in refused:
        at = entry.at
        complain(
            InputRefused(entry.code, entry.message, path=at.path, line=at.line, column=at.column, hint=entry.hint)
        )


def _counted(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"
