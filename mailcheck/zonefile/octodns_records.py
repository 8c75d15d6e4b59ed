"""The records of one octoDNS entry: type, TTL, values, and what a provider adds to them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from mailcheck.grammar.yaml_nodes import Mapping, Node, Refusals, Sequence, start_of
from mailcheck.grammar.yaml_positions import scalar_location
from mailcheck.grammar.yaml_scalars import Scalar, tag_of, whole_number
from mailcheck.model.finding import Refused
from mailcheck.model.location import Location
from mailcheck.model.patterns import late
from mailcheck.model.record import TEXT_TYPES, Record
from mailcheck.model.text import shorten
from mailcheck.model.zone import Remark, RemarkKind
from mailcheck.zonefile.octodns_fields import FIELDS, read_any, read_fields
from mailcheck.zonefile.octodns_values import (
    NotRead,
    Part,
    Texts,
    bad_value,
    ipv4,
    ipv6,
    plain_value,
    string_of,
    strings,
    target,
    text_value,
)

if TYPE_CHECKING:
    from yaml.error import Mark

Fields = dict[str, tuple[Scalar, Node]]

_SINGLE: Final = frozenset({"ALIAS", "CNAME", "DNAME"})
_SERVICES: Final = frozenset({"HTTPS", "SVCB"})
_WITH_TARGET: Final = _SINGLE | _SERVICES | {"MX", "NAPTR", "NS", "PTR", "SRV"}
_READERS: Final[dict[str, Callable[[Node, Texts], Part]]] = {
    **{rtype: partial(read_fields, rtype) for rtype in FIELDS},
    **dict.fromkeys((*_SINGLE, "NS", "PTR"), target),
    "A": ipv4,
    "AAAA": ipv6,
    "OPENPGPKEY": text_value,
}
_TYPES: Final = {name: name for name in (*_READERS, *TEXT_TYPES)}
_PROVIDER_TYPE: Final = late(r"[A-Za-z0-9_.-]{1,64}/[A-Za-z0-9_./-]{1,64}")
_BASE_FIELDS: Final = frozenset({"type", "ttl", "value", "values"})
_PROVIDER_BASE_FIELDS: Final = frozenset({"type", "ttl"})
_SEMICOLONS: Final[dict[RemarkKind, tuple[re.Pattern[str], int]]] = {
    "unescaped-semicolon": (late(r"\w;"), 1),
    "double-escaped-semicolon": (late(r"\\\\;"), 0),
    "escaped-semicolon": (late(r"\\+;"), 0),
}

_ALIAS_BELOW = "octoDNS takes an ALIAS for the zone's own name only"


class RecordReader:
    """Collects the records and remarks of the zone `apex`; `texts` holds its files by the path shown for them."""

    def __init__(self, apex: str, refusals: Refusals, *, default_ttl: int, escaped_semicolons: bool) -> None:
        self._apex = apex
        self.texts: dict[str, str] = {}
        self.records: list[Record] = []
        self.remarks: list[Remark] = []
        self.unread: set[str] = set()
        self._refusals = refusals
        self._default_ttl = default_ttl
        self._escaped = escaped_semicolons
        self._sets: dict[tuple[str, str], Mark] = {}

    def read(self, owner: str, owner_at: Location, node: Node) -> None:
        """Read what stands below one name: a record, or a list of records."""
        for item in node.items if isinstance(node, Sequence) else [node]:
            try:
                self._record(owner, owner_at, item)
            except NotRead as error:
                self._refusals.add(error.refused)
                self.unread.add(owner)

    def forget(self, places: set[tuple[str, int, int]]) -> None:
        """Drop the records whose owner names stand at these paths, lines and columns."""
        kept = []
        for record in self.records:
            if (record.owner_at.path, record.owner_at.line, record.owner_at.column) in places:
                self._sets.pop((record.name, record.type), None)
            else:
                kept.append(record)
        self.records = kept

    def _record(self, owner: str, owner_at: Location, node: Node) -> None:
        if not isinstance(node, Mapping):
            if isinstance(node, Refused):
                raise NotRead(node)
            hint = "write `type:` and `value:` below the name"
            raise NotRead(Refused("record-not-mapping", start_of(node), "a record is a mapping", hint))
        fields = node.items
        rtype = self._type(node)
        if rtype == "ALIAS" and owner != self._apex and not _is_lenient(fields):
            hint = "write CNAME, or address records"
            raise NotRead(Refused("record-bad-type", start_of(fields["type"][1]), _ALIAS_BELOW, hint))
        key = (owner, rtype)
        if key in self._sets:
            raise self._duplicate(self._sets[key], node, rtype)
        self._sets[key] = node.start
        ttl_pair = fields.get("ttl")
        ttl, ttl_at = (self._default_ttl, None) if ttl_pair is None else self._ttl(ttl_pair[1])
        known = rtype in _TYPES
        extra = None if known and len(fields) <= (2 if ttl_pair is None else 3) else _extra(fields, known=known)
        read = _READERS.get(rtype, read_any)
        cuts: tuple[int, ...] = ()
        for value in self._values(node, rtype):
            try:
                if rtype in TEXT_TYPES:
                    text, at, cuts = self._strings(owner, rtype, value)
                else:
                    text, at = read(value, self.texts)
            except NotRead as error:
                self._refusals.add(error.refused)
                self.unread.add(owner)
                continue
            # By way of the class's own constructor this would take twice as long.
            record = (owner, rtype, ttl, text, at, owner_at, ttl_at, cuts, extra)
            self.records.append(tuple.__new__(Record, record))
            if not text.endswith(".") and rtype in _WITH_TARGET:
                self._remark_dot(owner, rtype, text, at)
        if extra is not None:
            self._remark_lenient(owner, rtype, fields, extra)

    def _type(self, node: Mapping) -> str:
        pair = node.items.get("type")
        if pair is None:
            raise NotRead(Refused("record-no-type", start_of(node), "this record has no `type`"))
        scalar = pair[1]
        if not isinstance(scalar, Scalar):
            if isinstance(scalar, Refused):
                raise NotRead(scalar)
            raise NotRead(Refused("record-bad-type", start_of(scalar), "`type` is text, such as `TXT`"))
        name = scalar.value
        known = _TYPES.get(name)
        if known is not None or _PROVIDER_TYPE.fullmatch(name):
            return known or name
        hint = f"write `{name.upper()}`" if name.upper() in _TYPES else ""
        message = f"octoDNS has no record type `{shorten(name)}`"
        raise NotRead(Refused("record-bad-type", scalar_location(self.texts, scalar), message, hint))

    def _duplicate(self, first: Mark, node: Mapping, rtype: str) -> NotRead:
        elsewhere = "" if first.name == node.start.name else f"{first.name} "
        message = f"the {rtype} records of this name are declared in {elsewhere}line {first.line + 1} already"
        return NotRead(Refused("record-duplicate", start_of(node), message, "put all values into one record"))

    def _ttl(self, node: Node) -> tuple[int, Location]:
        if not isinstance(node, Scalar):
            if isinstance(node, Refused):
                raise NotRead(node)
            raise NotRead(Refused("record-bad-ttl", start_of(node), "`ttl` is a number of seconds"))
        ttl = whole_number(node)
        at = scalar_location(self.texts, node)
        if ttl is None:
            message = f"`ttl` is no whole number of seconds: `{shorten(node.value)}`"
            raise NotRead(Refused("record-bad-ttl", at, message, "write seconds, such as 3600"))
        return ttl, at

    def _values(self, node: Mapping, rtype: str) -> list[Node]:
        """The nodes of a record's values: of `values` or else `value`, and of `value` only for single ones."""
        fields = node.items
        pair = fields.get("value")
        if rtype not in _SINGLE:
            pair = fields.get("values", pair)
        if pair is None:
            if rtype not in _TYPES:
                return [Mapping(node.start)]
            hint = f"a {rtype} record has one `value`" if "values" in fields else ""
            raise NotRead(Refused("record-no-value", start_of(node), f"this {rtype} record has no value", hint))
        key, value = pair
        listed = isinstance(value, Sequence)
        if rtype in TEXT_TYPES and not self._escaped and listed is (key.value == "value"):
            self._refuse_unescaped(value, listed=listed)
        if not isinstance(value, Sequence) or rtype in _SINGLE:
            return [value]
        if not value.items:
            raise NotRead(Refused("record-no-value", start_of(value), f"this {rtype} record has no value"))
        return value.items

    def _refuse_unescaped(self, value: Node, *, listed: bool) -> None:
        """Where semicolons are not escaped, octoDNS takes the text of `values` letter by letter."""
        if listed:
            raise bad_value(start_of(value), "a list stands in `value`", "write `values:`")
        if isinstance(value, Scalar) and tag_of(value) == "str":
            at = scalar_location(self.texts, value)
            raise bad_value(at, "octoDNS would deploy each letter of this as a value", "write `value:`, or a list")

    def _strings(self, owner: str, rtype: str, node: Node) -> tuple[str, Location, tuple[int, ...]]:
        scalar = string_of(node, self.texts)
        value = scalar.value
        if not self._escaped:
            if "\\;" in value:
                self._remark_semicolons("escaped-semicolon", owner, rtype, scalar)
        elif ";" in value:
            if value.count(";") > value.count("\\;"):
                self._remark_semicolons("unescaped-semicolon", owner, rtype, scalar)
            if "\\\\;" in value:
                self._remark_semicolons("double-escaped-semicolon", owner, rtype, scalar)
        return strings(scalar, self.texts, escaped=self._escaped)

    def _remark_semicolons(self, kind: RemarkKind, owner: str, rtype: str, scalar: Scalar) -> None:
        """One remark for each value, at the first semicolon that octoDNS itself finds fault with."""
        pattern, skipped = _SEMICOLONS[kind]
        first = pattern.search(scalar.value)
        if first is not None:
            count = sum(1 for _ in pattern.finditer(scalar.value))
            at = scalar_location(self.texts, scalar).within(first.start() + skipped, first.end())
            self.remarks.append(Remark(kind, owner, rtype, at, str(count)))

    def _remark_dot(self, owner: str, rtype: str, text: str, at: Location) -> None:
        end = len(text)
        if rtype in _SERVICES:
            fields = text.split(" ", 2)
            end = len(fields[0]) + 1 + len(fields[1])
        start = text.rfind(" ", 0, end) + 1
        name = text[start:end]
        if not name.endswith(".") and not ("{" in name and "}" in name):
            self.remarks.append(Remark("missing-final-dot", owner, rtype, at.within(start, end), name))

    def _remark_lenient(self, owner: str, rtype: str, fields: Fields, extra: dict[str, Any]) -> None:
        octodns = extra.get("octodns")
        if isinstance(octodns, dict) and octodns.get("lenient"):
            options = fields["octodns"][1]
            assert isinstance(options, Mapping)
            self.remarks.append(Remark("lenient", owner, rtype, start_of(options.items["lenient"][1])))


def _is_lenient(fields: Fields) -> bool:
    """Whether octoDNS is told to let pass what it finds fault with in this record."""
    options = fields["octodns"][1] if "octodns" in fields else None
    lenient = options.items.get("lenient") if isinstance(options, Mapping) else None
    return lenient is not None and bool(plain_value(lenient[1]))


def _extra(fields: Fields, *, known: bool) -> dict[str, Any] | None:
    """What stands beside type, TTL and values; None where nothing does.

    Of a type that only its provider knows the values are kept too: their text does not tell them all.
    """
    base = _BASE_FIELDS if known else _PROVIDER_BASE_FIELDS
    extra = {name: plain_value(node) for name, (_, node) in fields.items() if name not in base}
    return extra or None
