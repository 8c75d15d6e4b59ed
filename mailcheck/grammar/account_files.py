"""/etc/group and /etc/passwd (group(5), passwd(5)): names, numbers, members; never the password field."""

from __future__ import annotations

from typing import NamedTuple

from mailcheck.grammar.config_lines import Word, fields, list_items, numbered_lines, span
from mailcheck.model.location import Location

_LONGEST_NUMBER = 10


class Group(NamedTuple):
    """A group and the members that its line names; who has it as primary group stands in passwd."""

    name: str
    number: int
    members: tuple[Word, ...]
    at: Location


class Account(NamedTuple):
    """An account: `user` and `group` are its numbers, `at` is the place of its name."""

    name: str
    user: int
    group: int
    home: str
    at: Location


def parse_group(text: str, path: str) -> tuple[Group, ...]:
    """The groups in the file's order; lines of another shape are left out. Never raises."""
    return tuple(
        [
            Group(parts[0].text, number, list_items(parts[3].text, parts[3].at), parts[0].at)
            for parts in _lines(text, path)
            if len(parts) == 4 and (number := _number(parts[2].text)) is not None
        ]
    )


def parse_passwd(text: str, path: str) -> tuple[Account, ...]:
    """The accounts in the file's order; lines of another shape are left out. Never raises."""
    found = []
    for parts in _lines(text, path):
        if len(parts) != 7:
            continue
        user, group = _number(parts[2].text), _number(parts[3].text)
        if user is not None and group is not None:
            found.append(Account(parts[0].text, user, group, parts[5].text, parts[0].at))
    return tuple(found)


def _lines(text: str, path: str) -> list[tuple[Word, ...]]:
    return [
        fields(line, span(path, number, 0, len(line)), ":", 8)
        for number, line in numbered_lines(text)
        if line and not line.startswith("#")
    ]


def _number(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if is_number else None
