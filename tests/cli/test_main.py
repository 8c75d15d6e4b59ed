"""The outermost layer: help, version, and how each kind of error ends."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from mailcheck import __version__
from mailcheck.cli.main import COMMANDS, main
from mailcheck.errors import ConfigError, InputRefused, MailcheckError, UsageError

LINT = "mailcheck.commands.lint.lint"
Captured = pytest.CaptureFixture[str]


def raising(error: BaseException) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


def test_version(capsys: Captured) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"mailcheck {__version__}\n"


def test_help_lists_the_commands(capsys: Captured) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for name, command in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(command.summary)}$", out, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_commands_own_help_begins_with_the_same_words(name: str, capsys: Captured) -> None:
    assert main([name, "--help"]) == 0
    assert COMMANDS[name].summary in capsys.readouterr().out


def test_nothing_asked_for_is_wrong_usage_and_shows_the_help(capsys: Captured) -> None:
    assert main([]) == 2
    assert capsys.readouterr().out.startswith("Usage: mailcheck [OPTIONS] COMMAND")


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["lnt"], "no such command: `lnt`", f"commands are {', '.join(COMMANDS)}"),
        (["rule"], "Missing command", "see `mailcheck rule --help`"),
        (["lint", "--formt", "json"], "No such option: --formt", "see `mailcheck lint --help`"),
        (["lint", "--format", "xml"], "Invalid value for '--format'", "see `mailcheck lint --help`"),
        (["rule", "explain"], "Missing argument 'ID'", "see `mailcheck rule explain --help`"),
        (["--bogus"], "No such option: --bogus", "see `mailcheck --help`"),
    ],
)
def test_wrong_usage(arguments: list[str], error: str, hint: str, capsys: Captured) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    first, second = err.splitlines()
    assert out == ""
    assert first.startswith(f"error: {error}")
    assert second == f"hint: {hint}"


@pytest.mark.parametrize(
    ("error", "code", "lines"),
    [
        (UsageError("nothing to lint"), 2, ["error: nothing to lint"]),
        (UsageError("no", hint="do"), 2, ["error: no", "hint: do"]),
        (
            ConfigError("unknown key `rule`", path="mailcheck.yaml", line=3, column=5),
            2,
            ["error: mailcheck.yaml:3:5: unknown key `rule`"],
        ),
        (
            InputRefused("file-too-large", "40 MB", path="zones/x.zone"),
            3,
            ["error: file-too-large zones/x.zone:1:1 40 MB"],
        ),
        (MailcheckError("a\x1b[2Jb\nc", hint="\u202ed"), 6, ["error: a\\027[2Jb\\010c", "hint: \\u202ed"]),
    ],
)
def test_errors_are_one_line_and_a_code(
    error: MailcheckError, code: int, lines: list[str], capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LINT, raising(error))
    assert main(["lint"]) == code
    assert capsys.readouterr() == ("", "".join(f"{line}\n" for line in lines))


def test_a_defect_is_one_line_and_a_hint(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LINT, raising(KeyError("\x1bkey")))
    assert main(["lint"]) == 6
    first, second = capsys.readouterr().err.splitlines()
    assert first == "error: mailcheck itself has failed: KeyError: '\\x1bkey'"
    assert "--debug" in second


def test_debug_shows_the_traceback_of_a_defect(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LINT, raising(RuntimeError("\x1b[31m")))
    assert main(["lint", "--debug"]) == 6
    err = capsys.readouterr().err
    assert err.startswith("Traceback (most recent call last):\n")
    assert "\x1b" not in err
    assert "error: mailcheck itself has failed: RuntimeError: \\027[31m\n" in err


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (PermissionError(13, "Permission denied", "/root/x\x1b"), "error: /root/x\\027: Permission denied"),
        (OSError(24, "Too many open files"), "error: Too many open files"),
        (OSError("odd"), "error: odd"),
    ],
)
def test_what_the_system_refuses_is_no_defect(
    error: OSError, line: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LINT, raising(error))
    assert main(["lint"]) == 2
    assert capsys.readouterr().err == f"{line}\n"


def test_running_out_of_stack_or_memory_is_a_defect_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (RecursionError(), MemoryError()):
        monkeypatch.setattr(LINT, raising(error))
        assert main(["lint"]) == 6


def test_interruption_is_quiet(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LINT, raising(KeyboardInterrupt()))
    assert main(["lint"]) == 130
    assert capsys.readouterr() == ("", "")


def test_interruption_before_a_command_runs_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailcheck.cli.main._run", raising(KeyboardInterrupt()))
    assert main(["lint"]) == 130
