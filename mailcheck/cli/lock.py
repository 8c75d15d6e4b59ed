"""`mailcheck lock`: options in, the lock written or compared, an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mailcheck.cli.options import Bounds, ConfigFile, Debug, IncludeRoot, Paths, Resolvers, limits
from mailcheck.cli.progress import watched
from mailcheck.errors import ExitCode

if TYPE_CHECKING:
    from mailcheck.commands.lock import LockOutcome

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def lock(
    *,
    paths: Paths = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; say what changed, and exit 1 then."),
    ] = False,
    resolver: Resolvers = None,
    config: ConfigFile = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Only what changed and what went wrong: no summary, no progress.")
    ] = False,
    include_root: IncludeRoot = None,
    limit: Bounds = None,
    debug: Debug = False,
) -> None:
    """Record the DNS of others that the zones depend on."""
    bounds = limits(limit or ())

    from mailcheck.commands import lock as command
    from mailcheck.commands import outside

    settings = command.LockSettings(
        outside.live_dns(resolver or (), bounds),
        paths=tuple(paths or ()),
        config=config,
        include_root=include_root,
        limits=bounds,
    )
    with watched(quiet=quiet) as progress:
        outcome = command.lock(settings, progress)

    from mailcheck.cli.lock_outcome import compare, write

    raise typer.Exit(_code(outcome, compare(outcome, quiet=quiet) if check else write(outcome, quiet=quiet)))


def _code(outcome: LockOutcome, own: ExitCode) -> ExitCode:
    """The highest code of what happened."""
    refused = ExitCode.REFUSED if outcome.refused else ExitCode.CLEAN
    failed = ExitCode.INCONCLUSIVE if outcome.failed else ExitCode.CLEAN
    return max(own, refused, failed)
