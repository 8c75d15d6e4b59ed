"""The one family of errors: each carries the exit code that ends the run and a hint for the reader."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process answers; the same for every command, the highest of several outcomes wins."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    REFUSED = 3
    INCONCLUSIVE = 4
    CHANGE_FAILED = 5
    DEFECT = 6


class MailcheckError(Exception):
    """Base of all errors that mailcheck raises on purpose.

    `hint` is one sentence that tells the reader what to do next; it may be empty.
    """

    exit_code: ExitCode = ExitCode.DEFECT

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(MailcheckError):
    """The command line or the configuration cannot be followed."""

    exit_code = ExitCode.USAGE


class ConfigError(UsageError):
    """`mailcheck.yaml` or a profile is wrong at one place; line and column are 1-based."""

    def __init__(self, message: str, *, path: str, line: int, column: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = path
        self.line = line
        self.column = column


class NotAnswered(MailcheckError):  # noqa: N818 - it is DNS that erred
    """DNS was asked, and nothing that a command could go on with was answered."""

    exit_code = ExitCode.INCONCLUSIVE


class ProviderError(MailcheckError):
    """A DNS provider refused or failed; nothing of the step at hand was written."""

    exit_code = ExitCode.CHANGE_FAILED


class OutcomeUnknown(ProviderError):  # noqa: N818 - it says what is known, which is nothing
    """A step was sent, and whether it was carried out cannot be told."""


class ChangeRefused(MailcheckError):  # noqa: N818 - the house speaks of what is refused
    """A change is not made: it was not consented to, or what it rests on has changed. Nothing was written."""

    exit_code = ExitCode.CHANGE_FAILED


class InputRefused(MailcheckError):  # noqa: N818 - the house speaks of what is refused
    """An input, or one record of it, cannot be read; line and column are 1-based.

    `code` is a stable kebab-case id such as `yaml-duplicate-key`.
    """

    exit_code = ExitCode.REFUSED

    def __init__(
        self, code: str, message: str, *, path: str, line: int = 1, column: int = 1, hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.code = code
        self.path = path
        self.line = line
        self.column = column
