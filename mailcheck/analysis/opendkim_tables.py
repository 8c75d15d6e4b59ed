"""Members of OpenDKIM's data sets, as far as the files that they name were read."""

from __future__ import annotations

from typing import NamedTuple

from mailcheck.analysis.host_fact import Fact
from mailcheck.analysis.host_paths import Files, absolute, text_of, unread
from mailcheck.grammar.opendkim_data_set import DataSetKind, Entry, parse_data_set, parse_rows
from mailcheck.model.location import Location


class Members(NamedTuple):
    """What a data set holds.

    `entries` is None where it is not determined, `why` tells the reason. `path` is the file that holds them, or
    empty; `missing` where there is none, which keeps OpenDKIM from starting. `fact` is the option, `at` the
    place of the path or of the list in it.
    """

    kind: DataSetKind
    entries: tuple[Entry, ...] | None
    path: str
    fact: Fact
    at: Location
    missing: bool = False
    why: str = ""


def members_of(fact: Fact, folder: str, files: Files) -> Members:
    """The members of the data set that an option names; relative paths stand below `folder`."""
    if fact.value is None:
        return Members("query", None, "", fact, fact.at, why=fact.why)
    found = parse_data_set(fact.value, fact.at)
    if found.kind == "list":
        return Members("list", found.entries, "", fact, found.at)
    if found.kind == "query":
        return Members("query", None, "", fact, found.at, why="databases and programs are not asked")
    path = absolute(found.path, folder)
    text = text_of(files, path)
    if text is None:
        why = unread(files, path)
        return Members(found.kind, None, path, fact, found.at, not why, why or f"there is no file {path}")
    return Members(found.kind, parse_rows(text, path), path, fact, found.at)
