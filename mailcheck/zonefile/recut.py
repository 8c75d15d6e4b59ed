"""A string of a master file that is too long, written as several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from mailcheck.grammar.master_file import Bad, EntryScanner, Field, parse_octets
from mailcheck.model.record import LONGEST_STRING


class Recut(NamedTuple):
    """What stands between two columns of a line, and the quoted strings that say the same."""

    column: int
    end_column: int
    strings: str


def recut(line: str, column: int) -> Recut | None:
    """The string whose text begins at the 1-based `column`, cut into strings of up to 255 octets.

    Characters stay as they are written, and none is cut in two. None where no string begins there.
    """
    field = _fields(line).get(column)
    if field is None:
        return None
    parsed = parse_octets(field.raw)
    if isinstance(parsed, Bad):
        return None
    edges = (0, *_seams(_offsets(*parsed)), len(field.raw))
    strings = " ".join(f'"{field.raw[start:end]}"' for start, end in pairwise(edges))
    return Recut(field.column, field.end_column, strings)


@lru_cache(maxsize=1)
def _fields(line: str) -> Mapping[int, Field]:
    """By the columns of their texts; kept, since a line may hold hundreds of long strings."""
    entry, _, _ = EntryScanner(line).read(0, 1)
    return {field.column + field.quoted: field for field in entry.fields}


def _offsets(octets: str, breaks: tuple[tuple[int, int], ...]) -> list[int]:
    """Where in the written string each octet begins."""
    offsets: list[int] = []
    for (first, written), (end, _) in pairwise((*(breaks or ((0, 0),)), (len(octets), 0))):
        offsets.extend(range(written, written + end - first))
    return offsets


def _seams(offsets: list[int]) -> Iterator[int]:
    """Where in the written string another one begins; octets of one character stay together."""
    seam = LONGEST_STRING
    while seam < len(offsets):
        while offsets[seam] == offsets[seam - 1]:
            seam -= 1
        yield offsets[seam]
        seam += LONGEST_STRING
