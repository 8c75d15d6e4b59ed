"""Edits of single records: a stretch replaced, a term or a tag taken out with what parts it from the others,
a string cut into several."""

from __future__ import annotations

from mailcheck.grammar.tags import Tag
from mailcheck.model.finding import Edit
from mailcheck.model.record import Record

_WHITE = " \t\r\n"


def replacing(record: Record, start: int, end: int, replacement: str) -> Edit:
    """Put `replacement` in place of the text's characters `start` up to `end`."""
    return Edit(_kept(record), start, end, replacement)


def recutting(record: Record, start: int, end: int) -> Edit:
    """Cut the string of a master file that the text's characters `start` up to `end` are into several."""
    return Edit(_kept(record), start, end, record.text[start:end], recut=True)


def dotting(record: Record, end: int) -> Edit:
    """End the last name of a master file's record behind the dot at `end`, where an origin was added to it."""
    return Edit(_kept(record), end + 1, len(record.text), "", dot=True)


def renaming(record: Record, owner: str, *, dot: bool) -> Edit:
    """Make `owner` of a name to which the zone's own was added: by its final dot, or without that part."""
    return Edit(_kept(record), 0, 0, "", dot=dot, owner=owner)


def without_term(record: Record, start: int, end: int) -> Edit:
    """Take out an SPF term with the spaces on that side of it which stands on the same line of the file."""
    text = record.text
    before = len(text[:start].rstrip(" "))
    after = len(text) - len(text[end:].lstrip(" "))
    behind = end < after < len(text)
    if not _on_one_line(record, before - 1, start) and behind and _on_one_line(record, end - 1, after):
        return replacing(record, start, after, "")
    return replacing(record, before, end, "")


def without_tag(record: Record, tag: Tag) -> Edit:
    """Take out a tag that is not the first, with one of the semicolons beside it."""
    text = record.text
    semicolon = text.find(";", tag.end)
    before = text.rfind(";", 0, tag.start)
    if semicolon < 0 or not text[semicolon + 1 :].strip(_WHITE):
        return replacing(record, before, tag.end, "")
    if _on_one_line(record, before, tag.start):
        return replacing(record, before + 1, semicolon + 1, "")
    after = len(text) - len(text[semicolon + 1 :].lstrip(_WHITE))
    return replacing(record, tag.start, after, "")


def _kept(record: Record) -> Record:
    return Record(
        record.name, record.type, record.ttl, record.text, record.at, record.owner_at, record.ttl_at, record.cuts
    )


def _on_one_line(record: Record, start: int, end: int) -> bool:
    """Whether the file has the characters at `start` and `end`, and what is between them, as the record has."""
    line, column = record.at.position(start)
    return record.at.position(end) == (line, column + end - start)
