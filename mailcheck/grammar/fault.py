"""One fault of a record's text: what is wrong, where, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.grammar.tags import TagList
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

_EXTENSION_NAME = late(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")


class Fault(NamedTuple):
    """The characters `start` up to `end` are wrong; `message` and `help` are one sentence each."""

    message: str
    help: str
    start: int
    end: int


def list_faults(tags: TagList) -> Iterator[Fault]:
    """The stretches of a tag list that are no tags.

    Names of extensions as RFC 8460 section 3 and RFC 8461 section 3.1 allow them are no fault.
    """
    for problem in tags.problems:
        part = tags.text[problem.start : problem.end]
        name, equals, _ = part.partition("=")
        if equals and _EXTENSION_NAME.fullmatch(name):
            continue
        if problem.kind == "empty":
            message = "nothing stands between two semicolons"
        elif equals:
            message = f"`{shorten(name)}` is no tag name"
        else:
            message = f"`{shorten(part)}` has no `=`"
        advice = "write `name=value` between semicolons; a `;` inside a value is `%3B`"
        yield Fault(message, advice, problem.start, max(problem.end, problem.start + 1))
