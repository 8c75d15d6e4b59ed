"""What goes out: to standard output, standard error and files."""

from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path
from typing import TextIO

from mailcheck.errors import UsageError


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


def write_stderr(text: str) -> None:
    """Write to standard error; where that fails there is nobody left to tell."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        _discard(sys.stderr)


def write_file(path: Path, text: str, *, replace: bool = True) -> None:
    """Write a file in one step: it holds the old content or all of the new. Devices and pipes are written to.

    Raises UsageError where that fails, or where `replace` is off and there is something; nothing is left behind.
    """
    try:
        if replace and path.exists() and not path.is_file():
            path.write_text(text, "utf-8", "backslashreplace")
            return
        target = Path(os.path.realpath(path)) if replace else path
        draft = target.with_name(f".{target.name[:100]}.{os.getpid()}.tmp")
        try:
            with draft.open("x", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
            if replace:
                draft.replace(target)
            else:
                os.link(draft, target)  # fails where there is something: the one that came first stays
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_write(str(path), error) from error


def finish_stdout() -> None:
    """Flush standard output now, where a failure can still be kept from the interpreter's own last flush."""
    if sys.stdout is not None:
        try:
            sys.stdout.flush()
        except OSError:
            _discard(sys.stdout)


def _discard(stream: TextIO) -> None:
    """Send what is still buffered to nowhere, so that the interpreter's own last flush does not fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _cannot_write(what: str, error: OSError) -> UsageError:
    return UsageError(f"cannot write {what}: {error.strerror or error}")
