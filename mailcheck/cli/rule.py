"""`mailcheck rule`: the catalogue, one page, and the rules' own cases."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from mailcheck.cli.completion import rule_ids
from mailcheck.cli.options import Debug, colored
from mailcheck.cli.output import write_stdout
from mailcheck.errors import ExitCode

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


class ListFormat(StrEnum):
    """How to write the catalogue."""

    TEXT = "text"
    JSON = "json"


@app.callback()
def rule() -> None:
    """Show the rules, explain one, run their examples."""


@app.command("list")
def list_rules(
    format: Annotated[ListFormat, typer.Option("--format", help="How to write the list.")] = ListFormat.TEXT,  # noqa: A002 - the option's name
    debug: Debug = False,
) -> None:
    """List every rule with its severity and title."""
    from mailcheck.commands import rules as command
    from mailcheck.render import rule_page

    write = rule_page.list_json if format is ListFormat.JSON else rule_page.list_text
    write_stdout(write(command.list_rules()))


@app.command()
def explain(
    rule_id: Annotated[
        str,
        typer.Argument(
            metavar="ID", show_default=False, help="As in `mailcheck rule list`.", autocompletion=rule_ids
        ),
    ],
    debug: Debug = False,
) -> None:
    """Explain one rule: what it checks, why it matters, how to fix it."""
    from mailcheck.commands import rules as command
    from mailcheck.render import rule_page

    write_stdout(rule_page.page_text(command.explain(rule_id), color=colored()))


@app.command("test")
def run_examples(
    pattern: Annotated[
        str | None,
        typer.Argument(
            metavar="[PATTERN]",
            show_default=False,
            help="Only rules whose id matches this glob.",
            autocompletion=rule_ids,
        ),
    ] = None,
    debug: Debug = False,
) -> None:
    """Run the good and bad examples of the rules as tests."""
    from mailcheck.commands import rules as command
    from mailcheck.render.rule_page import case_line, cases_line

    passed = failed = 0
    for result in command.test_rules(pattern):
        passed += result.passed
        failed += not result.passed
        if not result.passed:
            write_stdout(case_line(result.rule, result.case, result.why))
    write_stdout(cases_line(passed, failed))
    raise typer.Exit(ExitCode.FINDINGS if failed else ExitCode.CLEAN)
