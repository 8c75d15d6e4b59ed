"""Records as a master file (RFC 1035 section 5), which the reader gives back the same."""

from __future__ import annotations

from collections.abc import Iterable

from mailcheck.model.record import LONGEST_STRING, TEXT_TYPES, Record


def master_text(zone_name: str, records: Iterable[Record]) -> str:
    """A master file with the records in the order given, each on a line of its own with absolute names."""
    lines = [f"{record.name} {record.ttl} IN {record.type} {rdata_text(record)}" for record in records]
    return "\n".join([f"$ORIGIN {zone_name}", *lines, ""])


def rdata_text(record: Record) -> str:
    """The RDATA as a master file holds it: TXT in quoted strings, others as they are."""
    if record.type not in TEXT_TYPES:
        return record.text
    ends = [*record.cuts, len(record.text)]
    strings = [record.text[start:end] for start, end in zip([0, *record.cuts], ends, strict=True)]
    return " ".join(
        f'"{_escaped(string[at : at + LONGEST_STRING])}"'
        for string in strings
        for at in range(0, max(1, len(string)), LONGEST_STRING)
    )


def _escaped(string: str) -> str:
    return "".join(
        f"\\{char}" if char in '"\\' else char if " " <= char <= "~" else f"\\{ord(char):03d}" for char in string
    )
