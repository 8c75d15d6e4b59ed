"""Errors as people read them, on standard error."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from mailcheck.cli.output import write_stderr
from mailcheck.errors import ConfigError, InputRefused, MailcheckError
from mailcheck.render import escape

if TYPE_CHECKING:
    from mailcheck.view.live import Trouble


def complain(error: MailcheckError) -> None:
    """One line `error: …`, and one `hint: …` where there is a hint."""
    write_stderr(f"error: {_describe(error)}\n")
    if error.hint:
        write_stderr(f"hint: {escape.text(error.hint)}\n")


def tell_trouble(trouble: Trouble | None, consequence: str = "") -> None:
    """One line for all the questions that stayed open for one reason."""
    if trouble is not None:
        write_stderr(f"error: {escape.text(trouble.what)}{consequence}\n")


def print_traceback() -> None:
    """The traceback of the exception in flight."""
    for line in traceback.format_exc().splitlines():
        write_stderr(escape.source(line) + "\n")


def _describe(error: MailcheckError) -> str:
    message = escape.text(error.message)
    if isinstance(error, ConfigError):
        return f"{escape.source(error.path)}:{error.line}:{error.column}: {message}"
    if isinstance(error, InputRefused):
        code = escape.text(error.code, escape.WORD)
        return f"{code} {escape.source(error.path)}:{error.line}:{error.column} {message}"
    return message
