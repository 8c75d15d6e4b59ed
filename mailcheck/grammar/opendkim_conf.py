"""opendkim.conf: every option in the file's order, and what OpenDKIM would refuse (opendkim.conf(5))."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.grammar.config_lines import FileProblem, numbered_lines, span
from mailcheck.grammar.opendkim_options import KNOWN_OPTIONS, KnownOption
from mailcheck.model.location import Location
from mailcheck.model.text import shorten

_OPTION = re.compile(r"[ \t]*([^ \t]+)(?:[ \t]+(.*))?")
_INTEGER = re.compile(r"[+-]?(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)")


class Option(NamedTuple):
    """One option: `name` as written, `known` its name in the manual or empty; `at` is the place of the value."""

    name: str
    known: str
    value: str
    name_at: Location
    at: Location


class OpenDkimConf(NamedTuple):
    """One file; an `Include` stays an option. Problems: `unknown-option`, `missing-value`, `illegal-value`.

    Any problem keeps OpenDKIM from starting (exit 78).
    """

    path: str
    options: tuple[Option, ...]
    problems: tuple[FileProblem, ...]


def parse_opendkim_conf(text: str, path: str) -> OpenDkimConf:
    """Read the file; linear in the text, never raises."""
    options = tuple(_options(text, path))
    return OpenDkimConf(path, options, tuple([found for option in options if (found := _problem(option))]))


def boolean(value: str) -> bool | None:
    """A Boolean of OpenDKIM by its first character; None where it is none."""
    return {"t": True, "y": True, "1": True, "f": False, "n": False, "0": False}.get(value[:1].lower())


def integer(value: str) -> int | None:
    """An integer as strtol(3) reads it, `0` before octal, `0x` before hexadecimal digits; None for no integer."""
    if not _INTEGER.fullmatch(value) or len(value) > 20:
        return None
    digits = value.lstrip("+-")
    base = 16 if digits[:2].lower() == "0x" else 8 if digits[0] == "0" else 10
    return int(digits, base) * (-1 if value[0] == "-" else 1)


def _options(text: str, path: str) -> Iterator[Option]:
    for number, line in numbered_lines(text):
        kept = line.partition("#")[0].rstrip()
        if not (found := _OPTION.fullmatch(kept)):
            continue
        known = KNOWN_OPTIONS.get(found[1].lower())
        name_at = span(path, number, *found.span(1))
        at = span(path, number, *found.span(2)) if found[2] else name_at
        yield Option(found[1], known.name if known else "", found[2] or "", name_at, at)


def _problem(option: Option) -> FileProblem | None:
    name = shorten(option.name)
    known = KNOWN_OPTIONS.get(option.name.lower())
    if known is None:
        return FileProblem("unknown-option", f"OpenDKIM has no option `{name}`", option.name_at)
    if not option.value:
        return FileProblem("missing-value", f"`{name}` has no value", option.name_at)
    if not _is_legal(known, option.value):
        message = f"`{shorten(option.value)}` is no {known.type} value for `{name}`"
        return FileProblem("illegal-value", message, option.at)
    return None


def _is_legal(known: KnownOption, value: str) -> bool:
    if known.type == "boolean":
        return boolean(value) is not None
    return known.type != "integer" or integer(value) is not None
