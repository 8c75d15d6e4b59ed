"""`python -m tools.man`: write `packaging/man/mailcheck.1` from the program's own help."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from mailcheck.cli.main import COMMANDS
from tools.commands import Command, commands

MAN = Path(__file__).parents[1] / "packaging" / "man" / "mailcheck.1"
EXIT_CODES = Path(__file__).parents[1] / "docs" / "guide" / "exit-codes.md"
FILES = {
    "mailcheck.yaml": "What is meant: the spec, where zones are, choices about rules.",
    "zones/": "The zone files, where nothing else is said.",
    "mailcheck.lock": "What DNS that others hold answered, written by mailcheck lock.",
    ".mailcheck/journal/": "The journal of mailcheck sync.",
}
ENVIRONMENT = {
    "NO_COLOR": "No colour, whatever the terminal is.",
    "GITHUB_ACTIONS": "Where it is true, lint and audit host add annotations to their text.",
    "CLOUDFLARE_API_TOKEN": "The token of mailcheck sync for Cloudflare; docs/guide/providers.md has others.",
}


def manual() -> str:
    """The page in man(7) macros; without a date and a version, so that it changes with the program's help only."""
    root, *others = commands()
    lines = ['.TH MAILCHECK 1 "" "mailcheck" "User Commands"', ".nh", ".ad l"]
    lines += [".SH NAME", r"mailcheck \- a linter for DNS as code and mail deliverability"]
    lines += [".SH SYNOPSIS", *_synopsis(root, others), ".SH DESCRIPTION", escape(root.summary)]
    lines += [".PP", "The commands are:", *_listed({name: command.summary for name, command in COMMANDS.items()})]
    lines += [".SH OPTIONS", *_listed(dict(root.parameters)), ".SH COMMANDS"]
    for command in others:
        lines += [f".SS {escape(command.title)}", *_usage(command), ".PP", escape(command.summary)]
        lines += _listed(dict(command.parameters))
    lines += [".SH EXIT STATUS", *_listed(exit_codes()), ".PP", "The highest one wins."]
    lines += [".SH FILES", *_listed(FILES), ".SH ENVIRONMENT", *_listed(ENVIRONMENT)]
    lines += [".SH SEE ALSO", ".BR postconf (5),", ".BR opendkim.conf (5),", ".BR octodns-sync (1)"]
    return "\n".join(lines) + "\n"


def exit_codes() -> dict[str, str]:
    """Code to meaning, as the guide has them."""
    return dict(re.findall(r"^\| (\d) \| (.*) \|$", EXIT_CODES.read_text(encoding="utf-8"), re.MULTILINE))


def _synopsis(root: Command, others: list[Command]) -> Iterator[str]:
    for number, command in enumerate([root, *others]):
        yield from ([".br"] if number else [])
        yield from _usage(command)


def _usage(command: Command) -> tuple[str, str]:
    return f".B {escape(command.title)}", escape(command.usage)


def _listed(entries: dict[str, str]) -> Iterator[str]:
    for form, text in entries.items():
        yield from (".TP", f".B {escape(form)}", escape(text))


def escape(text: str) -> str:
    """Text that roff prints as it is: no escapes, no requests, hyphens that can be searched for."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "").replace("'", "\\(aq")
    return re.sub(r"^(?=\.)", r"\\&", text)


if __name__ == "__main__":
    MAN.parent.mkdir(parents=True, exist_ok=True)
    MAN.write_text(manual(), encoding="utf-8")
