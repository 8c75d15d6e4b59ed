"""`mailcheck lint`: options in, reports out, an exit code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailcheck.cli.options import (
    Bounds,
    Color,
    ConfigFile,
    Debug,
    FailsFrom,
    Formats,
    FromDns,
    HostFacts,
    Ignore,
    IncludeRoot,
    LintCommand,
    Offline,
    Outputs,
    Paths,
    ProfileName,
    Quiet,
    Resolvers,
    Select,
    Strict,
    WhenColored,
    limits,
    patterns,
    refuse_contradiction,
    refuse_unseen_statistics,
    targets,
)
from mailcheck.cli.progress import watched
from mailcheck.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from mailcheck.commands.baseline import BaselineUse

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command(cls=LintCommand)
def lint(
    context: typer.Context,
    *,
    paths: Paths = None,
    config: ConfigFile = None,
    formats: Formats = None,
    outputs: Outputs = None,
    select: Select = None,
    ignore: Ignore = None,
    profile: ProfileName = None,
    fail_on: FailsFrom = None,
    offline: Offline = False,
    live: FromDns = False,
    resolver: Resolvers = None,
    max_age: Annotated[
        int | None,
        typer.Option(
            "--max-age",
            metavar="DAYS",
            min=0,
            help="Warn where the lock was last verified longer ago (lock-stale). Without it, age is not judged.",
        ),
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend in the zone files what can be mended without changing its meaning.")
    ] = False,
    diff: Annotated[
        bool,
        typer.Option(
            "--diff", help="Write what --fix would change as a diff; change nothing, exit 1 where it would."
        ),
    ] = False,
    unsafe_fixes: Annotated[
        bool,
        typer.Option("--unsafe-fixes", help="With --fix or --diff: also fixes that change what a record means."),
    ] = False,
    strict: Strict = False,
    host_facts: HostFacts = None,
    color: WhenColored = Color.AUTO,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="FILE", help="Hide the findings that this file holds as accepted."),
    ] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Accept all findings of this run: write them to --baseline.")
    ] = False,
    prune_baseline: Annotated[
        bool, typer.Option("--prune-baseline", help="Take out of --baseline what is no longer found.")
    ] = False,
    diff_base: Annotated[
        str | None,
        typer.Option(
            "--diff-base",
            metavar="REV",
            help="Tell only what changed since this git revision; plan-* rules judge the change itself.",
        ),
    ] = None,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Count the findings by rule instead of listing them.")
    ] = False,
    quiet: Quiet = False,
    include_root: IncludeRoot = None,
    limit: Bounds = None,
    debug: Debug = False,
) -> None:
    """Check zone files for what breaks mail."""
    reports = targets(context.meta[LintCommand.ORDER], formats or (), outputs or ())
    bounds = limits(limit or ())
    refuse_contradiction(live=live, offline=offline, resolver=resolver)
    refuse_unseen_statistics(reports, asked=statistics)
    if unsafe_fixes and not (fix or diff):
        raise UsageError("`--unsafe-fixes` needs `--fix` or `--diff`")
    if diff and (formats or outputs):
        raise UsageError("`--diff` writes a diff and no report", hint="leave out --format and --output")

    if (write_baseline or prune_baseline) and baseline is None:
        raise UsageError("--write-baseline and --prune-baseline need --baseline FILE: the file to write")
    if (write_baseline, prune_baseline, diff_base is not None).count(True) > 1:
        raise UsageError("--write-baseline, --prune-baseline and --diff-base exclude each other")
    if (fix or diff) and (write_baseline or prune_baseline or diff_base is not None):
        raise UsageError(
            "--fix and --diff cannot be combined with --write-baseline, --prune-baseline, --diff-base"
        )

    from mailcheck.commands import lint as command
    from mailcheck.commands import outside

    settings = command.LintSettings(
        paths=tuple(paths or ()),
        config=config,
        profile=profile,
        select=patterns(select or ()),
        ignore=patterns(ignore or ()),
        include_root=include_root,
        limits=bounds,
        live=outside.live_dns(resolver or (), bounds) if live else None,
        max_age=max_age,
        host_facts=tuple(host_facts or ()),
        baseline=_use(baseline, write=write_baseline, prune=prune_baseline) if baseline else None,
        diff_base=diff_base,
    )
    fixed = None
    with watched(quiet=quiet) as progress:
        if fix or diff:
            from mailcheck.commands import fix as fixing

            fixed = fixing.fix(settings, progress, unsafe=unsafe_fixes, write=not diff)
        report = fixed.report if fixed else command.lint(settings, progress)

    from mailcheck.cli.complaints import tell_trouble
    from mailcheck.cli.fixes import tell_left, write_diff
    from mailcheck.cli.outcome import exit_code, report_style, write_reports

    tell_trouble(settings.live.trouble if settings.live else None)
    left = tell_left(fixed) if fixed else ExitCode.CLEAN
    if fixed and diff:
        raise typer.Exit(write_diff(fixed, quiet=quiet))
    code = max(exit_code(report, fail_on, strict=strict), left)
    style = report_style(report, fail_on, code, quiet=quiet, findings=bounds.findings, statistics=statistics)
    raise typer.Exit(max(code, write_reports(report, reports, style, color)))


def _use(path: Path, *, write: bool, prune: bool) -> BaselineUse:
    from mailcheck.cli.output import write_file
    from mailcheck.commands.baseline import BaselineUse

    return BaselineUse(path, "write" if write else "prune" if prune else "use", write_file)
