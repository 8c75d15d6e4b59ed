"""The commands of the program with their options, for the manual and for the reference page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import typer.main

from mailcheck.cli.main import app


class Command(NamedTuple):
    """One command: its words, its help, and (form, help) of each argument and option."""

    words: tuple[str, ...]
    summary: str
    usage: str
    parameters: tuple[tuple[str, str], ...]
    context: Any

    @property
    def title(self) -> str:
        return " ".join(self.words)


def commands() -> tuple[Command, ...]:
    """`mailcheck` itself, then every command that does something, in the order of `--help`."""
    root = typer.main.get_command(app)
    return tuple(_below(root, ("mailcheck",), None))


def _below(command: Any, words: tuple[str, ...], parent: Any) -> Iterator[Command]:
    context = command.make_context(words[-1], [], parent=parent, resilient_parsing=True)
    listed = command.list_commands(context) if hasattr(command, "list_commands") else ()
    if not listed or len(words) == 1:
        yield _told(command, words, context)
    for name in listed:
        yield from _below(command.get_command(context, name), (*words, name), context)


def _told(command: Any, words: tuple[str, ...], context: Any) -> Command:
    records = [parameter.get_help_record(context) for parameter in command.get_params(context)]
    shown = tuple((_form(record[0]), _one_line(record[1])) for record in records if record)
    usage = " ".join(command.collect_usage_pieces(context))
    return Command(words, _one_line(command.help or ""), usage, shown, context)


def _form(form: str) -> str:
    return re.sub(r"^\[(.+?)\](\.\.\.)?$", r"\1\2", form)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def invoked(words: Sequence[str]) -> tuple[Command, list[str]]:
    """The command that a command line names, and the rest of it. Raises LookupError where there is none."""
    for command in sorted(commands(), key=lambda command: -len(command.words)):
        if tuple(words[: len(command.words)]) == command.words:
            return command, list(words[len(command.words) :])
    raise LookupError(" ".join(words))
