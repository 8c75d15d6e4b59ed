"""`mailcheck diff`: two states of the zones in, what that does to mail out, an exit code."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailcheck.cli.options import (
    Bounds,
    Color,
    Debug,
    FailOn,
    FromDns,
    IncludeRoot,
    Offline,
    Resolvers,
    WhenColored,
    colored,
    limits,
    refuse_contradiction,
)
from mailcheck.cli.output import write_file, write_stdout
from mailcheck.cli.progress import watched
from mailcheck.errors import ExitCode

if TYPE_CHECKING:
    from mailcheck.model.diff import MailDiff

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


class DiffFormat(StrEnum):
    """How to write a diff."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


@app.command()
def diff(
    *,
    base: Annotated[
        str,
        typer.Argument(
            metavar="BASE",
            help="A Git revision, a part of it as REVISION:path, a folder or a file.",
            show_default=False,
        ),
    ],
    head: Annotated[
        str | None,
        typer.Argument(
            metavar="[HEAD]", help="The same for the other side. Without it: the working tree.", show_default=False
        ),
    ] = None,
    zones: Annotated[
        list[str] | None,
        typer.Option(
            "--zones",
            metavar="PATH",
            help="Where the zones of either side are, instead of `zones:` of its mailcheck.yaml. Repeatable.",
        ),
    ] = None,
    format: Annotated[DiffFormat, typer.Option("--format", help="How to write it.")] = DiffFormat.TEXT,  # noqa: A002 - the option's name
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write it here, not to standard output.")
    ] = None,
    fail_on: Annotated[
        FailOn,
        typer.Option("--fail-on", help="Exit 1 where a change is this grave: errors lose mail or protection."),
    ] = FailOn.NEVER,
    offline: Offline = False,
    live: FromDns = False,
    resolver: Resolvers = None,
    color: WhenColored = Color.AUTO,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
    include_root: IncludeRoot = None,
    limit: Bounds = None,
    debug: Debug = False,
) -> None:
    """Tell what a change of the zones does to mail."""
    refuse_contradiction(live=live, offline=offline, resolver=resolver)
    bounds = limits(limit or ())

    from mailcheck.commands import diff as command
    from mailcheck.commands import outside

    settings = command.DiffSettings(
        base,
        head,
        tuple(zones or ()),
        include_root,
        bounds,
        outside.live_dns(resolver or (), bounds) if live else None,
    )
    with watched(quiet=quiet) as progress:
        found = command.diff(settings, progress)

    from mailcheck.cli.complaints import tell_trouble
    from mailcheck.render.style import Style

    tell_trouble(settings.live.trouble if settings.live else None)
    to_stdout = output is None or str(output) == "-"
    style = Style(color=colored(color) if to_stdout else color is Color.ALWAYS, findings=bounds.findings)
    text: str = import_module(f"mailcheck.render.diff_{format.value}").render(found, style)
    if output is None or str(output) == "-":
        write_stdout(text)
    else:
        write_file(output, text)
    raise typer.Exit(_code(found, fail_on))


def _code(found: MailDiff, fail_on: FailOn) -> ExitCode:
    """The highest code of what was found; changes count from `fail_on` on."""
    code = ExitCode.CLEAN
    if fail_on is not FailOn.NEVER and found.gravest and found.gravest.word in _from(fail_on):
        code = ExitCode.FINDINGS
    if found.refused:
        code = ExitCode.REFUSED
    return ExitCode.INCONCLUSIVE if found.unanswered else code


def _from(least: FailOn) -> list[str]:
    """The words of the severities from the least one on."""
    words = [FailOn.ERROR.value, FailOn.WARNING.value, FailOn.INFO.value]
    return words[: words.index(least.value) + 1]
