"""MTA-STS records and policy files: text to tree, with an offset for every part (RFC 8461 section 3)."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from mailcheck.grammar.fault import Fault, list_faults
from mailcheck.grammar.tags import TagList, parse_tags
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

MODES = ("enforce", "testing", "none")
MAX_AGE = 31_557_600
"""The highest `max_age` in seconds, a year (RFC 8461 section 3.2)."""

_VERSION = late(r"v=STSv1[ \t]*;")
_ID = late(r"[A-Za-z0-9]{1,32}")
_FIELD_NAME = late(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_SPACE_AT_EQUALS = late(r"(?<![ \t])[ \t]+=[ \t]*|=[ \t]+")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PATTERN = late(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*")
_LONGEST_NAME = 255
_BYTE_ORDER_MARK = "\ufeff"
_KNOWN_FIELDS = ("version", "mode", "max_age", "mx")


class StsRecord(NamedTuple):
    """The TXT record at `_mta-sts`; `id` is empty where it is missing or wrong."""

    id: str
    faults: tuple[Fault, ...]


class Field(NamedTuple):
    """One line `name: value` of a policy; offsets into the policy's text."""

    name: str
    value: str
    start: int
    value_start: int
    end: int


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy file. Where a field but `mx` stands twice, the first one counts (section 3.2)."""

    fields: tuple[Field, ...]
    faults: tuple[Fault, ...]

    def field(self, name: str) -> Field | None:
        """The first field of that name."""
        return next((field for field in self.fields if field.name == name), None)

    @property
    def mode(self) -> str:
        """One of `MODES`, empty where it is missing or wrong."""
        mode = self.field("mode")
        return mode.value if mode and mode.value in MODES else ""

    @property
    def max_age(self) -> int | None:
        """Seconds, None where it is missing or no number."""
        field = self.field("max_age")
        return int(field.value) if field and _is_number(field.value) else None

    @property
    def patterns(self) -> tuple[Field, ...]:
        """The `mx` fields that are host names, perhaps after `*.`."""
        return tuple(field for field in self.fields if field.name == "mx" and _is_pattern(field.value))


def is_sts(text: str) -> bool:
    """Whether senders keep the record: `v=STSv1;`, in this case (section 3.1)."""
    return _VERSION.match(text) is not None


def parse_record(text: str) -> StsRecord:
    """Read the TXT record; linear in the text, never raises."""
    tags = parse_tags(text)
    found = tags.get("id")
    return StsRecord(
        found.value if found and _ID.fullmatch(found.value) else "", tuple(_record_faults(text, tags))
    )


def parse_policy(text: str) -> Policy:
    """Read a policy file, its lines ended by LF or CRLF; linear in the text, never raises."""
    fields: list[Field] = []
    faults: list[Fault] = []
    no_fields: list[str] = []
    spaced: list[tuple[int, int]] = []
    indented: list[tuple[int, int]] = []
    at = 0
    body = text.rstrip("\r\n")
    if body.startswith(_BYTE_ORDER_MARK):
        message = "a byte order mark stands before the first field, so strict senders refuse the policy"
        faults.append(Fault(message, "save the file as UTF-8 without a byte order mark", 0, 1))
        body = body[1:]
        at = 1
    if not body:
        return Policy(
            (), (Fault("the policy is empty", "write `version`, `mode`, `max_age` and `mx` lines", 0, 0),)
        )
    for raw in body.split("\n"):
        line = raw.rstrip("\r \t")
        before, colon, rest = line.partition(":")
        name = before.rstrip(" \t")
        if not line:
            message = "an empty line is no field, strict senders refuse the policy"
            faults.append(Fault(message, "remove the line", at, at))
        elif colon and _FIELD_NAME.fullmatch(name):
            value = rest.lstrip(" \t")
            end = at + len(line)
            fields.append(Field(name, value, at, end - len(value), end))
            if name != before:
                spaced.append((at + len(name), at + len(before)))
        else:
            no_fields.append(line.lstrip(" \t").lower())
            if line[0] in " \t":
                indented.append((at, at + len(line)))
            else:
                message = f"`{shorten(line)}` is no field"
                faults.append(Fault(message, "write `name: value`", at, at + len(line)))
        at += len(raw) + 1
    if spaced:
        message = "no space may stand before `:`, strict senders refuse the policy"
        faults.append(Fault(message, "remove it" + _and_more(spaced), *spaced[0]))
    if indented:
        message = f"`{shorten(text[slice(*indented[0])].strip())}` is no field"
        advice = "write `name: value` from the first column on" + _and_more(indented)
        faults.append(Fault(message, advice, *indented[0]))
    misspelt = {name for name in _KNOWN_FIELDS for line in no_fields if line.startswith(name)}
    return Policy(tuple(fields), (*faults, *_policy_faults(fields, misspelt, len(body.partition("\n")[0]))))


def matches(pattern: str, host: str) -> bool:
    """Whether an `mx` pattern covers the host; `*.` stands for exactly one label (section 4.1).

    Case and a final dot do not count.
    """
    pattern, host = pattern.lower().removesuffix("."), host.lower().removesuffix(".")
    if pattern.startswith("*."):
        return host.partition(".")[2] == pattern[2:]
    return pattern == host


def _record_faults(text: str, tags: TagList) -> Iterator[Fault]:
    if not is_sts(text):
        message = "the record does not begin with `v=STSv1;`, so senders ignore it"
        yield Fault(message, "write `v=STSv1; id=` and the id", 0, text.find(";") + 1 or len(text))
        return
    if found := _SPACE_AT_EQUALS.search(text):
        yield Fault("no space may stand around `=`", "remove it", found.start(), found.end())
        return
    yield from list_faults(tags)
    found_id = tags.get("id")
    if found_id is None:
        if tags.problems:
            return
        yield Fault("the record has no `id`", "add `id=` and 1 to 32 letters or digits", 0, len(text))
    elif not _ID.fullmatch(found_id.value):
        message = f"`id={shorten(found_id.value)}` is not 1 to 32 letters or digits"
        advice = "use letters and digits only, such as a date and time: `20260131T120000`"
        yield Fault(message, advice, found_id.value_start, found_id.end)


def _and_more(places: list[tuple[int, int]]) -> str:
    return f", here and in {len(places) - 1} more of the lines" if len(places) > 1 else ""


def _policy_faults(fields: list[Field], misspelt: AbstractSet[str], first_line: int) -> Iterator[Fault]:
    """What is wrong beside the lines that are no fields, of which some are meant for the `misspelt` ones."""
    first: dict[str, Field] = {}
    for field in fields:
        if field.name == "mx":
            if not _is_pattern(field.value):
                message = f"`{shorten(field.value)}` is no host name, nor one after `*.`"
                advice = "write one host name in each `mx` line, without a final dot"
                yield Fault(message, advice, field.value_start, field.end)
        elif field.name in first:
            if field.value != first[field.name].value:
                message = f"`{field.name}` stands twice, and senders keep the first one only"
                yield Fault(message, "keep one of the two", field.start, field.end)
        elif fault := _value_fault(field):
            yield fault
        first.setdefault(field.name, field)
    needs_exchanges = "mode" in first and first["mode"].value in ("enforce", "testing")
    for name in _KNOWN_FIELDS:
        if name in first or name in misspelt or (name == "mx" and not needs_exchanges):
            continue
        message = f"the policy has no `{name}` line, so senders refuse it"
        if close := next((field for field in fields if field.name.lower() == name), None):
            advice = f"field names are in lower case: write `{name}`"
            yield Fault(message, advice, close.start, close.start + len(name))
        else:
            yield Fault(message, f"add a line `{name}: …`", 0, first_line)


def _value_fault(field: Field) -> Fault | None:
    value = shorten(field.value)
    if field.name == "version" and field.value != "STSv1":
        return Fault(
            f"the version is `{value}`, not `STSv1`", "write `version: STSv1`", field.value_start, field.end
        )
    if field.name == "mode" and field.value not in MODES:
        advice = "write `enforce`, `testing` or `none`"
        return Fault(f"`{value}` is no mode", advice, field.value_start, field.end)
    if field.name == "max_age" and not _is_number(field.value):
        advice = "write seconds as a number, such as `604800` for a week"
        return Fault(f"`{value}` is no number of seconds", advice, field.value_start, field.end)
    return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10


def _is_pattern(text: str) -> bool:
    return len(text) <= _LONGEST_NAME and _PATTERN.fullmatch(text) is not None
