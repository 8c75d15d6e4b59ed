"""`mailcheck init`: options and answers in, files out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mailcheck.cli.options import Bounds, Debug, Resolvers, limits
from mailcheck.errors import UsageError

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


class ZoneFormat(StrEnum):
    """How zones are written."""

    OCTODNS = "octodns"
    MASTER = "master"


class Policy(StrEnum):
    """What the DMARC record asks for."""

    NONE = "none"
    QUARANTINE = "quarantine"
    REJECT = "reject"


@app.command()
def init(
    *,
    domains: Annotated[
        list[str] | None,
        typer.Argument(metavar="[DOMAIN]...", show_default=False, help="The domain; with --from-host several."),
    ] = None,
    from_host: Annotated[
        bool, typer.Option("--from-host", help="Write what this mail host, or one below --root, needs.")
    ] = False,
    from_dns: Annotated[
        bool, typer.Option("--from-dns", help="Write what DNS holds of DOMAIN, and lint it.")
    ] = False,
    root: Annotated[
        Path | None,
        typer.Option("--root", metavar="DIR", help="Read the host below this folder: a copied tree, an image."),
    ] = None,
    bundle: Annotated[
        Path | None,
        typer.Option("--bundle", metavar="FILE", help="Read what `mailcheck audit collect` wrote elsewhere."),
    ] = None,
    host: Annotated[
        str | None, typer.Option("--host", metavar="NAME", help="The full name of the mail host.")
    ] = None,
    addresses: Annotated[
        list[str] | None,
        typer.Option("--address", metavar="IP", help="An address that the host sends from. Repeatable."),
    ] = None,
    senders: Annotated[
        list[str] | None,
        typer.Option(
            "--sender", metavar="NAME", help="A service of the catalogue that sends for the domain. Repeatable."
        ),
    ] = None,
    reports: Annotated[
        str | None, typer.Option("--reports", metavar="MAILBOX", help="Where DMARC reports go.")
    ] = None,
    policy: Annotated[
        Policy | None, typer.Option("--policy", help="The DMARC policy: none, if nothing is said.")
    ] = None,
    selectors: Annotated[
        list[str] | None,
        typer.Option(
            "--selector", metavar="NAME", help="With --from-dns: a DKIM selector to ask for as well. Repeatable."
        ),
    ] = None,
    resolver: Resolvers = None,
    zone_format: Annotated[
        ZoneFormat | None,
        typer.Option(
            "--zone-format", help="How to write zones: octodns, with --from-dns master.", show_default=False
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", metavar="DIR", help="Write below this folder.", show_default=False)
    ] = Path(),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the files and write nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there already.")] = False,
    limit: Bounds = None,
    debug: Debug = False,
) -> None:
    """Write mailcheck.yaml and zones to begin with.

    From answers and options, from a mail host, or from DNS.
    """
    _exclusive(
        from_host=from_host, from_dns=from_dns, of_host=root or bundle, of_dns=resolver or selectors or limit
    )
    if from_dns and (host or addresses or senders or reports or policy):
        raise UsageError("`--from-dns` writes what is there: it takes no host, address, sender, mailbox or policy")
    if root is not None and bundle is not None:
        raise UsageError("`--root` and `--bundle` exclude each other")
    from mailcheck.cli import init_run as run

    told = run.Told(
        tuple(domains or ()),
        host,
        tuple(addresses or ()),
        tuple(senders or ()),
        reports,
        policy.value if policy else "none",
    )
    chosen = zone_format or (ZoneFormat.MASTER if from_dns else ZoneFormat.OCTODNS)
    writing = run.Writing(output, chosen.value, dry_run=dry_run, force=force)
    if from_dns:
        bounds = limits(limit or ())
        code = run.from_dns(told, tuple(selectors or ()), tuple(resolver or ()), bounds, writing)
    elif from_host:
        code = run.from_host(told, root, bundle, writing)
    else:
        code = run.from_answers(told, writing)
    raise typer.Exit(code)


def _exclusive(*, from_host: bool, from_dns: bool, of_host: object, of_dns: object) -> None:
    if from_host and from_dns:
        raise UsageError("`--from-host` and `--from-dns` exclude each other")
    if of_host and not from_host:
        raise UsageError("`--root` and `--bundle` need `--from-host`")
    if of_dns and not from_dns:
        raise UsageError("`--resolver`, `--selector` and `--limit` need `--from-dns`")
