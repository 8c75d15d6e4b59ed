"""`mailcheck trace`: one message's parameters in, its way through SPF, DKIM and DMARC out."""

from __future__ import annotations

import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mailcheck.cli.options import (
    Bounds,
    Color,
    ConfigFile,
    Debug,
    FromDns,
    IncludeRoot,
    Offline,
    Paths,
    Resolvers,
    WhenColored,
    colored,
    limits,
    refuse_contradiction,
)
from mailcheck.cli.output import write_stdout
from mailcheck.cli.progress import watched
from mailcheck.errors import UsageError
from mailcheck.model.trace import Given

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


class TraceFormat(StrEnum):
    """How to write a trace."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


@app.command()
def trace(
    *,
    paths: Paths = None,
    ip: Annotated[str | None, typer.Option("--ip", metavar="ADDR", help="The address that sends.")] = None,
    helo: Annotated[
        str | None, typer.Option("--helo", metavar="NAME", help="The name it gives in HELO or EHLO.")
    ] = None,
    mail_from: Annotated[
        str | None,
        typer.Option(
            "--mail-from",
            metavar="ADDRESS",
            help="The envelope sender, the author's address if nothing is said; `<>` for none.",
        ),
    ] = None,
    author: Annotated[
        str | None, typer.Option("--from", metavar="ADDRESS", help="The author, as in From.")
    ] = None,
    dkim: Annotated[
        list[str] | None,
        typer.Option(
            "--dkim", metavar="d=DOMAIN,s=SELECTOR", help="It is signed, and well, with this key. Repeatable."
        ),
    ] = None,
    message: Annotated[
        str | None,
        typer.Option("--message", metavar="FILE", help="Read From and the signatures from this message."),
    ] = None,
    via: Annotated[
        str | None,
        typer.Option("--via", metavar="HOST", help="It is then forwarded by this host of mailcheck.yaml."),
    ] = None,
    via_ip: Annotated[
        str | None, typer.Option("--via-ip", metavar="ADDR", help="It is then forwarded from this address.")
    ] = None,
    srs_domain: Annotated[
        str | None,
        typer.Option(
            "--srs-domain", metavar="DOMAIN", help="The forwarder rewrites the envelope sender to here (SRS)."
        ),
    ] = None,
    cases: Annotated[
        Path | None,
        typer.Option(
            "--cases", metavar="FILE", help="Trace the messages of this file; exit 1 where a case is not met."
        ),
    ] = None,
    config: ConfigFile = None,
    format: Annotated[TraceFormat, typer.Option("--format", help="How to write it.")] = TraceFormat.TEXT,  # noqa: A002 - the option's name
    offline: Offline = False,
    live: FromDns = False,
    resolver: Resolvers = None,
    strict: Annotated[bool, typer.Option("--strict", help="A part that came to no result fails: exit 4.")] = False,
    color: WhenColored = Color.AUTO,
    quiet: Annotated[bool, typer.Option("--quiet", help="No steps, no progress.")] = False,
    include_root: IncludeRoot = None,
    limit: Bounds = None,
    debug: Debug = False,
) -> None:
    """Follow one message through SPF, DKIM and DMARC."""
    refuse_contradiction(live=live, offline=offline, resolver=resolver)
    given = Given(ip, helo, mail_from, author, tuple(dkim or ()), message, via_ip, srs_domain, via)
    if cases is not None and given != Given():
        raise UsageError("`--cases` takes its messages from the file: no other message goes with it")
    if cases is None and format is TraceFormat.GITHUB:
        raise UsageError("`--format github` annotates the lines of `--cases`")

    from mailcheck.commands import outside
    from mailcheck.commands.trace import TraceSettings

    bounds = limits(limit or ())
    settings = TraceSettings(
        now=int(time.time()),
        paths=tuple(paths or ()),
        config=config,
        include_root=include_root,
        limits=bounds,
        live=outside.live_dns(resolver or (), bounds) if live else None,
    )

    from mailcheck.cli import trace_outcome as outcome

    style = outcome.TraceStyle(format.value, colored(color), quiet, strict)
    with watched(quiet=quiet) as progress:
        if cases is None:
            finish = outcome.of_message(given, settings, style, progress)
        else:
            finish = outcome.of_cases(cases, settings, style, progress)
    write_stdout(finish.text)
    raise typer.Exit(finish.code)
