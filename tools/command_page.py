"""The reference of all commands and options in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from tools.commands import Command, commands


def command_page() -> str:
    """A section for each command, as `--help` has it."""
    lines = ["# Commands", "", "What `--help` prints, for all commands. The manual page is `mailcheck(1)`.", ""]
    for command in commands():
        lines += _section(command)
    return "\n".join(lines)


def _section(command: Command) -> Iterator[str]:
    yield from (f"## {command.title}", "", command.summary, "", f"    {command.title} {command.usage}", "")
    yield from ("| | |", "| --- | --- |")
    yield from (f"| `{_cell(form)}` | {_cell(text)} |" for form, text in command.parameters)
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("[", "\\[")
