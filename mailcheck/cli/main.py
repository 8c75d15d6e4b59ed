"""The `mailcheck` command: finds the command asked for, turns errors into exit codes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer
import typer.main
from typer.core import TyperGroup

from mailcheck import __version__
from mailcheck.cli.output import accept_any_character, complain, finish_stdout, print_traceback
from mailcheck.errors import ExitCode, MailcheckError, UsageError

INTERRUPTED = 130


class Command(NamedTuple):
    """Where a command lives and its line in `mailcheck --help`."""

    module: str
    summary: str


COMMANDS = {
    "lint": Command("mailcheck.cli.lint", "Check zone files for what breaks mail."),
    "rule": Command("mailcheck.cli.rule", "Show the rules, explain one, run their examples."),
}


class Commands(TyperGroup):
    """Imports no command but the one that is run."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command's own application. Raises UsageError for a name that is none."""
        if cmd_name not in COMMANDS:
            raise UsageError(f"no such command: `{cmd_name}`", hint=f"commands are {', '.join(COMMANDS)}")
        return typer.main.get_command(import_module(COMMANDS[cmd_name].module).app)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in COMMANDS.items()])


app = typer.Typer(cls=Commands, rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mailcheck {__version__}")
        raise typer.Exit


@app.callback()
def mailcheck(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Hold zone files against what mail needs of them: SPF, DKIM, DMARC, MX, PTR and transport security."""


def run() -> None:
    """The console script."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run one command line; return its exit code. What goes wrong is told in one line on standard error."""
    accept_any_character()
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except typer.TyperException as error:
        complain(_usage_error(error))
        return ExitCode.USAGE
    except MailcheckError as error:
        complain(error)
        return error.exit_code
    except Exception as defect:
        if "--debug" in arguments:
            print_traceback()
        complain(_defect(defect))
        return ExitCode.DEFECT
    finally:
        finish_stdout()


def _run(arguments: Sequence[str]) -> int:
    command = typer.main.get_command(app)
    answer = command.main(list(arguments) or ["--help"], prog_name="mailcheck", standalone_mode=False)
    if not arguments:
        return ExitCode.USAGE
    return answer if isinstance(answer, int) else ExitCode.CLEAN


def _usage_error(error: typer.TyperException) -> UsageError:
    """What typer says of a wrong command line, in the words of the house."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "mailcheck"
    return UsageError(error.format_message().rstrip("."), hint=f"see `{command} --help`")


def _defect(defect: Exception) -> MailcheckError:
    return MailcheckError(
        f"mailcheck itself has failed: {type(defect).__name__}: {defect}",
        hint="please report this defect with what the same command prints under --debug",
    )
