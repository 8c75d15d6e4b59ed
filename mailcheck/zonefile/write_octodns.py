"""Records as an octoDNS YAML file, which its reader gives back the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from mailcheck.grammar.yaml_text import yaml_scalar
from mailcheck.model.draft import Entry, ZoneDraft, comment
from mailcheck.model.patterns import late
from mailcheck.model.record import TEXT_TYPES, Record
from mailcheck.zonefile.write import rdata_text

_PLAIN: Final = frozenset({"A", "AAAA", "CNAME", "NS", "PTR"})
_FIELDS: Final = {
    "CAA": ("flags", "tag", "value"),
    "MX": ("preference", "exchange"),
    "TLSA": ("certificate_usage", "selector", "matching_type", "certificate_association_data"),
}
_NUMBER: Final = late(r"([0-9]+)")
_JOINT: Final = '" "'


def octodns_text(zone: ZoneDraft) -> str:
    """The file, its keys in the order that octoDNS insists on: numbers in names by their value.

    What octoDNS cannot hold (SOA, octets that are not UTF-8) becomes a comment.
    """
    lines = ["---", *[f"# {comment(note)}" for note in zone.notes]]
    for name, entries in sorted(_by_name(zone).items(), key=lambda item: _natural(item[0])):
        lines += ["", *_name_lines(name, entries)]
    if not any(_held(entry) for entry in zone.entries):
        lines.append("{}")
    return "\n".join(lines) + "\n"


def _natural(name: str) -> list[str | int]:
    """Text and numbers by turns."""
    return [int(part) if number % 2 else part for number, part in enumerate(_NUMBER.split(name))]


def _by_name(zone: ZoneDraft) -> dict[str, list[Entry]]:
    """Entries by key; notes without records stay with the records before them."""
    found: dict[str, list[Entry]] = {}
    key = ""
    for entry in zone.entries:
        if entry.records:
            name = entry.records[0].name
            key = "" if name == zone.name else name.removesuffix("." + zone.name)
        found.setdefault(key, []).append(entry)
    return found


def _name_lines(key: str, entries: Sequence[Entry]) -> Iterator[str]:
    held = [entry for entry in entries if _held(entry)]
    first = True
    for entry in entries:
        if entry in held and first:
            yield from _notes(entry)
            yield f"{yaml_scalar(key)}:"
        else:
            yield from _notes(entry)
        if entry in held:
            yield from _record_lines(_held(entry), listed=len(held) > 1)
            first = False


def _notes(entry: Entry) -> Iterator[str]:
    yield from (f"# {comment(note)}" for note in entry.notes)
    for record in entry.records:
        if _values(record) is None:
            line = f"{record.name} {record.ttl} IN {record.type} {rdata_text(record)}"
            yield f"# octoDNS cannot hold: {comment(line)}"


def _held(entry: Entry) -> list[tuple[Record, str]]:
    return [(record, value) for record in entry.records if (value := _values(record)) is not None]


def _record_lines(records: list[tuple[Record, str]], *, listed: bool) -> Iterator[str]:
    first, _ = records[0]
    yield f"{'- ' if listed else '  '}ttl: {first.ttl}"
    yield f"  type: {first.type}"
    if len(records) == 1:
        yield f"  value: {records[0][1]}"
        return
    yield "  values:"
    yield from (f"  - {value}" for _, value in records)


def _values(record: Record) -> str | None:
    """The value in YAML's flow style; None where octoDNS has no way to write it."""
    if record.type in _PLAIN:
        return yaml_scalar(record.text)
    if record.type in TEXT_TYPES:
        return _text_value(record.text)
    fields = _FIELDS.get(record.type)
    parts = record.text.split(" ", len(fields) - 1) if fields else []
    if not fields or len(parts) != len(fields):
        return None
    if record.type == "CAA":
        inner = parts[2][1:-1] if parts[2].startswith('"') and parts[2].endswith('"') else parts[2]
        if '"' in inner or "\\" in inner:
            return None
        parts[2] = inner
    pairs = [f"{name}: {_field(part)}" for name, part in sorted(zip(fields, parts, strict=True))]
    return f"{{{', '.join(pairs)}}}"


def _field(text: str) -> str:
    if text.isascii() and text.isdigit() and len(text) < 6 and (text == "0" or text[0] != "0"):
        return text
    return yaml_scalar(text)


def _text_value(text: str) -> str | None:
    """octoDNS drops the ends of a value that begins with a quote, and `" "` wherever it stands."""
    try:
        plain = text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return None
    if _JOINT in plain or not plain:
        return None
    escaped = plain.replace(";", "\\;")
    return yaml_scalar(f'"{escaped}"' if escaped.startswith('"') else escaped)
