"""`mailcheck sync`: options in, a plan out, and with `--apply` the provider changed."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from mailcheck.cli.completion import plan_rule_lists
from mailcheck.cli.options import (
    Bounds,
    Color,
    ConfigFile,
    Debug,
    HostFacts,
    IncludeRoot,
    Paths,
    WhenColored,
    limits,
    patterns,
)
from mailcheck.errors import UsageError

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)

_LATEST = "latest"


class PlanFormat(StrEnum):
    """How to write a plan."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class SyncCommand(TyperCommand):
    """Lets `--resume` stand without a value."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        given = list(args)
        for at, argument in enumerate(args):
            if argument == "--resume" and (at + 1 == len(args) or args[at + 1].startswith("-")):
                given[at] = f"--resume={_LATEST}"
        return super().parse_args(ctx, given)


@app.command(cls=SyncCommand)
def sync(
    *,
    paths: Paths = None,
    provider: Annotated[
        str | None,
        typer.Option("--provider", metavar="NAME", help="Where to write to; else what mailcheck.yaml says."),
    ] = None,
    zone: Annotated[
        list[str] | None, typer.Option("--zone", metavar="NAME", help="Only this zone. Repeatable.")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Write the changes, once you have said yes.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before writing.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit 1 where the provider differs.")] = False,
    plan_out: Annotated[
        Path | None, typer.Option("--plan-out", metavar="FILE", help="Save the plan here.")
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option("--plan", metavar="FILE", help="Go on only while this saved plan still holds."),
    ] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option(
            "--allow",
            metavar="RULE",
            help="Consent to what this rule finds in the plan. Repeatable.",
            autocompletion=plan_rule_lists,
        ),
    ] = None,
    create_zone: Annotated[
        bool, typer.Option("--create-zone", help="Make a zone that the provider does not have.")
    ] = False,
    host_facts: HostFacts = None,
    no_lint: Annotated[
        bool, typer.Option("--no-lint", help="Do not lint the zones first; the journal says so.")
    ] = False,
    max_wait: Annotated[
        float,
        typer.Option(
            "--max-wait", metavar="SECONDS", min=0, help="The most to wait for a provider that asks for patience."
        ),
    ] = 300.0,
    journal: Annotated[
        Path | None,
        typer.Option("--journal", metavar="DIR", help="Keep journals here, not in .mailcheck/journal/."),
    ] = None,
    rollback: Annotated[
        Path | None,
        typer.Option("--rollback", metavar="JOURNAL", help="Plan back to what was there before this journal."),
    ] = None,
    resume: Annotated[
        str | None,
        typer.Option(
            "--resume",
            metavar="[JOURNAL]",
            help="Go on with an apply that was cut off, the newest if none is named.",
        ),
    ] = None,
    format: Annotated[  # noqa: A002 - the option's name
        PlanFormat, typer.Option("--format", help="How to write the plan.")
    ] = PlanFormat.TEXT,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Write here instead of to standard output."),
    ] = None,
    config: ConfigFile = None,
    color: WhenColored = Color.AUTO,
    quiet: Annotated[bool, typer.Option("--quiet", help="No summary, no progress.")] = False,
    include_root: IncludeRoot = None,
    limit: Bounds = None,
    debug: Debug = False,
) -> None:
    """Hold the zones against a DNS provider, and write them there."""
    if apply and check:
        raise UsageError("`--check` writes nothing, so `--apply` cannot stand beside it")
    if sum(given is not None for given in (rollback, resume, plan)) > 1:
        raise UsageError("`--plan`, `--rollback` and `--resume` exclude each other")
    bounds = limits(limit or ())

    from mailcheck.commands.sync_settings import SyncSettings
    from mailcheck.sync.journal import DEFAULT_FOLDER

    settings = SyncSettings(
        provider=provider,
        paths=tuple(paths or ()),
        zones=patterns(zone or ()),
        config=config,
        include_root=include_root,
        limits=bounds,
        allow=patterns(allow or ()),
        create_zone=create_zone,
        lint=not no_lint,
        max_wait=max_wait,
        plan=plan,
        journal=journal or DEFAULT_FOLDER,
        rollback=rollback,
        resume=resume,
        host_facts=tuple(host_facts or ()),
    )

    from mailcheck.cli.sync_outcome import Writer, run

    writer = Writer(format.value, output, color, quiet=quiet, findings=bounds.findings)
    raise typer.Exit(run(settings, dict(os.environ), writer, plan_out=plan_out, check=check, apply=apply, yes=yes))
