"""`mailcheck audit`: options in, reports or a bundle out, an exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mailcheck.cli.options import (
    Bounds,
    Color,
    ConfigFile,
    Debug,
    FailsFrom,
    Formats,
    FromDns,
    Ignore,
    LintCommand,
    Offline,
    Outputs,
    ProfileName,
    Quiet,
    Resolvers,
    Select,
    Strict,
    WhenColored,
    limits,
    patterns,
    refuse_contradiction,
    targets,
)
from mailcheck.cli.output import write_file, write_stdout
from mailcheck.cli.progress import watched
from mailcheck.errors import UsageError

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)

Root = Annotated[
    Path | None,
    typer.Option(
        "--root",
        metavar="DIR",
        help="Audit the files below this folder: a copied tree, a container or an image.",
        show_default=False,
    ),
]


@app.callback()
def audit() -> None:
    """Hold a mail host's configuration against the spec and the zones."""


@app.command(cls=LintCommand)
def host(
    context: typer.Context,
    *,
    root: Root = None,
    bundle: Annotated[
        Path | None,
        typer.Option("--bundle", metavar="FILE", help="Audit what `mailcheck audit collect` wrote elsewhere."),
    ] = None,
    zones: Annotated[
        list[Path] | None,
        typer.Option(
            "--zones",
            metavar="PATH",
            help="Zone files and folders of zones, else `zones:` of mailcheck.yaml, else zones/. Repeatable.",
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--host", metavar="NAME", help="The host's name in mailcheck.yaml, where not its myhostname."
        ),
    ] = None,
    config: ConfigFile = None,
    formats: Formats = None,
    outputs: Outputs = None,
    select: Select = None,
    ignore: Ignore = None,
    profile: ProfileName = None,
    fail_on: FailsFrom = None,
    probe: Annotated[
        bool,
        typer.Option(
            "--probe",
            help="Ask this host's services harmless questions, over loopback and Unix sockets; nothing is sent.",
        ),
    ] = False,
    offline: Offline = False,
    live: FromDns = False,
    resolver: Resolvers = None,
    strict: Strict = False,
    color: WhenColored = Color.AUTO,
    quiet: Quiet = False,
    state: Annotated[
        Path | None,
        typer.Option(
            "--state",
            metavar="FILE",
            help="Tell only what has changed since the run that this file remembers. The exit code judges all.",
        ),
    ] = None,
    limit: Bounds = None,
    debug: Debug = False,
) -> None:
    """Check Postfix, OpenDKIM and SRS of this host, or of one below --root."""
    reports = targets(context.meta[LintCommand.ORDER], formats or (), outputs or ())
    bounds = limits(limit or ())
    refuse_contradiction(live=live, offline=offline, resolver=resolver)
    if root is not None and bundle is not None:
        raise UsageError("`--root` and `--bundle` exclude each other")
    if probe and not (root is None and bundle is None):
        raise UsageError("`--probe` asks the running host, and `--root` or `--bundle` name another")

    from mailcheck.commands import audit as command
    from mailcheck.commands import outside

    settings = command.AuditSettings(
        root=root,
        bundle=bundle,
        zones=tuple(zones or ()),
        config=config,
        host=name,
        profile=profile,
        select=patterns(select or ()),
        ignore=patterns(ignore or ()),
        limits=bounds,
        live=outside.live_dns(resolver or (), bounds) if live else None,
        probe=probe,
    )
    with watched(quiet=quiet) as progress:
        report = command.audit_host(settings, progress)

    from mailcheck.cli.complaints import tell_trouble
    from mailcheck.cli.outcome import exit_code, report_style, write_reports

    tell_trouble(settings.live.trouble if settings.live else None)
    code = exit_code(report, fail_on, strict=strict)
    told = command.since_last(report, state)
    style = report_style(report, fail_on, code, quiet=quiet, findings=bounds.findings)
    written = write_reports(told, reports, style, color)
    if state is not None and not written:
        write_file(state, command.state_text(report))
    raise typer.Exit(max(code, written))


@app.command()
def collect(
    *,
    root: Root = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Write it here instead of to standard output."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Write what an audit elsewhere needs to know of this host as JSON, without any secret."""
    from mailcheck.commands import audit as command

    text = command.collect(root)
    if output is None:
        write_stdout(text)
    else:
        write_file(output, text)
