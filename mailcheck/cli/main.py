"""The `mailcheck` command: finds the command asked for, turns errors into exit codes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer
import typer.main
from typer.core import TyperGroup

from mailcheck import __version__
from mailcheck.cli.output import accept_any_character, finish_stdout, write_stdout
from mailcheck.errors import ExitCode, MailcheckError, UsageError

INTERRUPTED = 130


class Command(NamedTuple):
    """Where a command lives and its line in `mailcheck --help`."""

    module: str
    summary: str


COMMANDS = {
    "init": Command("mailcheck.cli.init", "Write mailcheck.yaml and zones to begin with."),
    "lint": Command("mailcheck.cli.lint", "Check zone files for what breaks mail."),
    "lock": Command("mailcheck.cli.lock", "Record the DNS of others that the zones depend on."),
    "diff": Command("mailcheck.cli.diff", "Tell what a change of the zones does to mail."),
    "sync": Command("mailcheck.cli.sync", "Hold the zones against a DNS provider, and write them there."),
    "audit": Command("mailcheck.cli.audit", "Hold a mail host's configuration against the spec and the zones."),
    "rule": Command("mailcheck.cli.rule", "Show the rules, explain one, run their examples."),
    "trace": Command("mailcheck.cli.trace", "Follow one message through SPF, DKIM and DMARC."),
}


class Commands(TyperGroup):
    """Imports no command but the one that is run."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command's own application. Raises UsageError for a name that is none.

        While a shell completes a line, a name that is none has nothing to complete.
        """
        if cmd_name not in COMMANDS:
            if ctx.resilient_parsing:
                return None
            raise UsageError(f"no such command: `{cmd_name}`", hint=f"commands are {', '.join(COMMANDS)}")
        return typer.main.get_command(import_module(COMMANDS[cmd_name].module).app)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].summary) for name in self.list_commands(ctx)])


app = typer.Typer(cls=Commands, rich_markup_mode=None, pretty_exceptions_enable=False)


def _version(wanted: bool) -> None:
    if wanted:
        write_stdout(f"mailcheck {__version__}\n")
        raise typer.Exit


@app.callback()
def mailcheck(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Hold zone files against what mail needs of them: SPF, DKIM, DMARC, MX, PTR and transport security."""


def main(arguments: Sequence[str]) -> int:
    """Run one command line; return its exit code. What goes wrong is told in one line on standard error."""
    accept_any_character()
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        return _tell(error, debug="--debug" in arguments)
    finally:
        finish_stdout()


def _run(arguments: Sequence[str]) -> int:
    command = typer.main.get_command(app)
    answer = command.main(list(arguments) or ["--help"], prog_name="mailcheck", standalone_mode=False)
    if not arguments:
        return ExitCode.USAGE
    return answer if isinstance(answer, int) else ExitCode.CLEAN


def _tell(error: Exception, *, debug: bool) -> ExitCode:
    """Complain of what ended the run and give its exit code; a traceback only for what nobody foresaw."""
    from mailcheck.cli.complaints import complain, print_traceback

    told = _foreseen(error)
    if told is None:
        if debug:
            print_traceback()
        told = _unforeseen(error)
    complain(told)
    return told.exit_code


def _foreseen(error: Exception) -> MailcheckError | None:
    """Our own errors, and typer's word on a wrong command line."""
    if isinstance(error, typer.TyperException):
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "mailcheck"
        return UsageError(error.format_message().rstrip("."), hint=f"see `{command} --help`")
    return error if isinstance(error, MailcheckError) else None


def _unforeseen(error: Exception) -> MailcheckError:
    """What the operating system refused is told as such; everything else is a defect of ours."""
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        return UsageError(f"{os.fsdecode(error.filename)}: {reason}" if error.filename else reason)
    return MailcheckError(
        f"mailcheck itself has failed: {type(error).__name__}: {error}",
        hint="please report this defect with what the same command prints under --debug",
    )
