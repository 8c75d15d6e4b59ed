"""What goes out: reports to standard output and files, errors to standard error."""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
from pathlib import Path
from typing import TextIO

from mailcheck.errors import ConfigError, InputRefused, MailcheckError, UsageError
from mailcheck.render import escape


def accept_any_character() -> None:
    """Let no character fail on its way out: what the stream's encoding lacks becomes `\\uXXXX`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody watches this stream on a terminal that knows colours and cursor movement."""
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def write_stdout(text: str) -> None:
    """Write to standard output; a reader that has gone away is no error.

    Raises UsageError where it cannot be written, such as on a full disk.
    """
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        _discard(sys.stdout)
        if error.errno != errno.EPIPE:
            raise _cannot_write("standard output", error) from error


def write_file(path: Path, text: str) -> None:
    """Write a file in one step: it holds the old content or all of the new. Devices and pipes are written to.

    Raises UsageError where that fails; nothing is left behind then.
    """
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            path.write_text(text, "utf-8", "backslashreplace")
            return
        target = Path(os.path.realpath(path))
        draft = target.with_name(f".{target.name[:100]}.{os.getpid()}.tmp")
        try:
            with draft.open("x", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_write(str(path), error) from error


def complain(error: MailcheckError) -> None:
    """One line `error: …` on standard error, and one `hint: …` where there is a hint."""
    _write_stderr(f"error: {_describe(error)}\n")
    if error.hint:
        _write_stderr(f"hint: {escape.text(error.hint)}\n")


def print_traceback() -> None:
    """The traceback of the exception in flight, on standard error."""
    import traceback

    for line in traceback.format_exc().splitlines():
        _write_stderr(escape.source(line, escape.LINE) + "\n")


def finish_stdout() -> None:
    """Flush standard output now, where a failure can still be kept from the interpreter's own last flush."""
    if sys.stdout is not None:
        try:
            sys.stdout.flush()
        except OSError:
            _discard(sys.stdout)


def _describe(error: MailcheckError) -> str:
    message = escape.text(error.message)
    if isinstance(error, ConfigError):
        return f"{escape.source(error.path)}:{error.line}:{error.column}: {message}"
    if isinstance(error, InputRefused):
        return f"{error.code} {escape.source(error.path)}:{error.line}:{error.column} {message}"
    return message


def _write_stderr(text: str) -> None:
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        _discard(sys.stderr)


def _discard(stream: TextIO) -> None:
    """Send what is still buffered to nowhere, so that the interpreter's own last flush does not fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _cannot_write(what: str, error: OSError) -> UsageError:
    return UsageError(f"cannot write {what}: {error.strerror or error}")
