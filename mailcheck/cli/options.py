"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand

from mailcheck.cli.completion import profiles, rule_lists
from mailcheck.cli.output import is_terminal
from mailcheck.errors import UsageError
from mailcheck.model.limits import Limits

Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of a defect in mailcheck.")]
Resolvers = Annotated[
    list[str] | None,
    typer.Option(
        "--resolver",
        metavar="ADDR",
        help="Ask this resolver instead of the system's. Repeatable.",
        show_default=False,
    ),
]

Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[PATH]...",
        show_default=False,
        help="Zone files and folders of zones. Without any: `zones:` of mailcheck.yaml, else zones/.",
    ),
]
ConfigFile = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Read this instead of mailcheck.yaml.")
]
IncludeRoot = Annotated[
    Path | None,
    typer.Option("--include-root", metavar="DIR", help="Refuse included files that lie outside this folder."),
]
Bounds = Annotated[
    list[str] | None,
    typer.Option(
        "--limit",
        metavar="NAME=VALUE",
        help="Change a bound on input, output or questions, such as dns-packets=20K. Repeatable.",
    ),
]
Offline = Annotated[
    bool,
    typer.Option(
        "--offline", help="Answer questions about DNS from the zones and mailcheck.lock only (the default)."
    ),
]
FromDns = Annotated[
    bool, typer.Option("--live", help="Ask the resolver for what neither the zones nor the lock hold.")
]


HostFacts = Annotated[
    list[Path] | None,
    typer.Option(
        "--host-facts",
        metavar="FILE",
        help="A host that depends on the zones, as `mailcheck audit collect` wrote it down. Repeatable.",
    ),
]


class Format(StrEnum):
    """The report formats."""

    TEXT = "text"
    CONCISE = "concise"
    JSON = "json"
    JSONL = "jsonl"
    GITHUB = "github"
    SARIF = "sarif"
    PROMETHEUS = "prometheus"
    JUNIT = "junit"
    GITLAB = "gitlab"
    MARKDOWN = "markdown"


class FailOn(StrEnum):
    """The least severity that lets a run fail."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    NEVER = "never"


Formats = Annotated[
    list[Format] | None,
    typer.Option("--format", help="How to write the report, text if nothing is said. Repeatable."),
]
Outputs = Annotated[
    list[Path] | None,
    typer.Option(
        "--output",
        metavar="FILE",
        help="Write the format before it here instead of to standard output (-). Repeatable.",
    ),
]
Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="RULES",
        help="Run only these rules: ids or globs, separated by commas. Repeatable.",
        autocompletion=rule_lists,
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore", metavar="RULES", help="Leave these rules out. Repeatable.", autocompletion=rule_lists
    ),
]
ProfileName = Annotated[
    str | None,
    typer.Option(
        "--profile", metavar="NAME", help="The set of rules and severities to use.", autocompletion=profiles
    ),
]
FailsFrom = Annotated[
    FailOn | None,
    typer.Option("--fail-on", help="Exit 1 from this severity on: what the profile says, else error."),
]
Strict = Annotated[bool, typer.Option("--strict", help="A check that came to no verdict fails: exit 4.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Findings only: no summary, no progress.")]


class Color(StrEnum):
    """When to colour text."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


WhenColored = Annotated[Color, typer.Option("--color", help="Colour text; NO_COLOR is honoured.")]


class Target(NamedTuple):
    """A report to write: its format, and its file (None: standard output)."""

    format: Format
    path: Path | None = None


class LintCommand(TyperCommand):
    """Keeps the order in which `--format` and `--output` were given: typer keeps only their values."""

    ORDER = "mailcheck.order"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        ctx.meta[self.ORDER] = [param.name for param in order if param.name in ("formats", "outputs")]
        return super().parse_args(ctx, args)


def targets(order: Sequence[str], formats: Sequence[Format], outputs: Sequence[Path]) -> tuple[Target, ...]:
    """Which format goes where: an `--output` belongs to the `--format` before it, `-` is standard output.

    `order` names the options as they were given, `formats` or `outputs` each. A single format and a
    single output belong together in either order. Raises UsageError where two would get mixed up.
    """
    if len(formats) == len(outputs) == 1:
        order = ("formats", "outputs")
    found = tuple(_paired(order, iter(formats), iter(outputs))) or (Target(Format.TEXT),)
    paths = [target.path for target in found]
    if paths.count(None) > 1:
        raise UsageError(
            "only one format can go to standard output",
            hint="give an --output after each further --format",
        )
    if len(set(paths)) < len(paths):
        raise UsageError("two formats cannot go to the same file", hint="give each --output its own name")
    return found


def _paired(order: Sequence[str], formats: Iterator[Format], outputs: Iterator[Path]) -> Iterator[Target]:
    waiting: Format | None = None
    for option in order:
        if option == "outputs":
            path = next(outputs)
            yield Target(waiting or Format.TEXT, None if str(path) == "-" else path)
            waiting = None
        else:
            if waiting:
                yield Target(waiting)
            waiting = next(formats)
    if waiting:
        yield Target(waiting)


def refuse_contradiction(*, live: bool, offline: bool, resolver: Sequence[str] | None) -> None:
    """Raises UsageError where the options about DNS contradict each other."""
    if live and offline:
        raise UsageError("`--live` and `--offline` exclude each other")
    if resolver and not live:
        raise UsageError("`--resolver` needs `--live`: without it nothing is asked")


def refuse_unseen_statistics(reports: Sequence[Target], *, asked: bool) -> None:
    """Raises UsageError where no report would show the counts that are asked for."""
    if asked and not {Format.TEXT, Format.CONCISE} & {target.format for target in reports}:
        raise UsageError(
            f"--statistics is for text and concise, not for {', '.join(target.format for target in reports)}",
            hint="machine formats list every finding with its rule; give --format text besides",
        )


def patterns(values: Sequence[str]) -> tuple[str, ...]:
    """Ids and globs out of a repeatable option with comma lists."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def limits(values: Sequence[str]) -> Limits:
    """Limits out of `NAME=VALUE`, the value a whole number with K or M (thousand, million) behind it.

    Raises UsageError for a name that is none and for a value below 1.
    """
    names = {field.replace("_", "-"): field for field in Limits._fields}
    chosen: dict[str, int] = {}
    for value in values:
        name, _, text = value.partition("=")
        if name not in names:
            raise UsageError(f"no such limit: `{name}`", hint=f"limits are {', '.join(names)}")
        chosen[names[name]] = _whole_number(name, text)
    return Limits()._replace(**chosen)


def _whole_number(name: str, text: str) -> int:
    factor = {"K": 1_000, "M": 1_000_000}.get(text[-1:].upper(), 1)
    digits = text[:-1] if factor > 1 else text
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12 and int(digits) >= 1):
        raise UsageError(
            f"`--limit {name}=` takes a whole number from 1 on, not `{text}`",
            hint=f"such as --limit {name}=500 or --limit {name}=10K",
        )
    return int(digits) * factor


def colored(color: Color = Color.AUTO) -> bool:
    """Whether standard output gets colours; NO_COLOR (no-color.org) is honoured unless `always` is asked for."""
    if color is not Color.AUTO:
        return color is Color.ALWAYS
    return not os.environ.get("NO_COLOR") and is_terminal(sys.stdout)
