"""Values that octoDNS spells out field by field, put together as RDATA with a place for each field."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, NamedTuple

from mailcheck.grammar.yaml_nodes import Mapping, Node, Sequence, shorten, start_of
from mailcheck.grammar.yaml_positions import scalar_location
from mailcheck.grammar.yaml_scalars import Scalar, constructed, tag_of, whole_number
from mailcheck.model.finding import Refused
from mailcheck.model.location import Location, Piece, Span
from mailcheck.zonefile.octodns_values import NotRead, Part, Texts, bad_value, string_of, target

Read = Callable[[Node, Texts, str], Part]

_LONGEST_FLOAT = 40
_SVC_KEYS: Final = ("mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint")


class Field(NamedTuple):
    """One field of RDATA: its name, how it is read, an older name for it, what its absence means."""

    name: str
    read: Read
    alias: str = ""
    default: str = ""


def read_fields(rtype: str, node: Node, texts: Texts) -> Part:
    """RDATA in presentation form of a type that `FIELDS` knows, and its place; raises `NotRead`."""
    mapping = _mapping(node, rtype)
    items = mapping.items
    fields = FIELDS[rtype]
    if rtype == "DS" and ("public_key" in items or "flags" in items):
        fields = _OLD_DS
    rdata = _Rdata(mapping)
    for field in fields:
        pair = items.get(field.name) or (items.get(field.alias) if field.alias else None)
        if pair is not None:
            rdata.add(*field.read(pair[1], texts, field.name))
        elif field.default:
            rdata.add(field.default, None)
        else:
            raise bad_value(start_of(mapping), f"this {rtype} value has no `{field.name}`")
    if rtype in ("HTTPS", "SVCB"):
        _add_parameters(rdata, items.get("svcparams"), texts)
    return rdata.result()


def read_any(node: Node, texts: Texts) -> Part:
    """A value of a type that only a provider knows: the texts of its scalars, in their order.

    Raises `NotRead` where a part of it could not be read.
    """
    if isinstance(node, Scalar):
        return node.value, scalar_location(texts, node)
    rdata = _Rdata(node)
    _add_any(rdata, node, texts)
    return rdata.result()


def _add_any(rdata: _Rdata, node: Node, texts: Texts) -> None:
    if isinstance(node, Refused):
        raise NotRead(node)
    if isinstance(node, Scalar):
        rdata.add(node.value, scalar_location(texts, node))
        return
    nodes = [value for _, value in node.items.values()] if isinstance(node, Mapping) else node.items
    for inner in nodes:
        _add_any(rdata, inner, texts)


class _Rdata:
    """Fields joined by single spaces; each character remembers where it was read.

    A field that the file does not write, or that was merged from another file, stands where the
    whole value starts.
    """

    def __init__(self, node: Mapping | Sequence | Refused) -> None:
        self._node = node
        self._path = node.at.path if isinstance(node, Refused) else node.start.name
        self._parts: list[str] = []
        self._pieces: list[Piece] = []
        self._first = self._last = (0, 0)
        self._length = 0

    def add(self, text: str, at: Location | None, *, separator: str = " ") -> None:
        """The next field; `at` is None where the file says nothing of it."""
        if self._parts:
            text = separator + text
        start = self._length + (len(separator) if self._parts else 0)
        if at is None or at.path != self._path:
            at = start_of(self._node)
        else:
            line, column, end_line, end_column = at.span
            if not self._last[0] or (line, column) < self._first:
                self._first = line, column
            self._last = max(self._last, (end_line, end_column))
        if at.pieces:
            self._pieces += [Piece(start + offset, line, column) for offset, line, column in at.pieces]
        else:
            self._pieces.append(Piece(start, at.span.line, at.span.column))
        self._parts.append(text)
        self._length += len(text)

    def result(self) -> Part:
        """The RDATA, and the stretch of the file from its first field to its last."""
        span = Span(*self._first, *self._last) if self._last[0] else start_of(self._node).span
        return "".join(self._parts), Location(self._path, span, tuple(self._pieces))


def _mapping(node: Node, rtype: str) -> Mapping:
    if isinstance(node, Mapping):
        return node
    if isinstance(node, Refused):
        raise NotRead(node)
    if isinstance(node, Scalar) and tag_of(node) == "null":
        raise NotRead(Refused("record-no-value", start_of(node), f"this {rtype} value is empty"))
    names = " and ".join(
        [", ".join(f"`{field.name}`" for field in FIELDS[rtype][:-1]), f"`{FIELDS[rtype][-1].name}`"]
    )
    raise bad_value(start_of(node), f"a {rtype} value is a mapping of {names}")


def _scalar(node: Node, texts: Texts, field: str) -> Scalar:
    if isinstance(node, Scalar) and tag_of(node) != "null":
        return node
    return string_of(node, texts, field)


def _number(node: Node, texts: Texts, field: str) -> Part:
    """A whole number; of a float or bool octoDNS takes the integer part."""
    scalar = _scalar(node, texts, field)
    at = scalar_location(texts, scalar)
    number = whole_number(scalar)
    if number is None and tag_of(scalar) in ("bool", "float"):
        value = constructed(scalar)
        number = int(value) if math.isfinite(value) else None
    if number is None:
        raise bad_value(at, f"`{field}` is no whole number: `{shorten(scalar.value)}`")
    return str(number), at


def _decimal(node: Node, texts: Texts, field: str) -> Part:
    scalar = _scalar(node, texts, field)
    at = scalar_location(texts, scalar)
    try:
        written = constructed(scalar)
        value = math.nan if isinstance(written, str) and len(written) > _LONGEST_FLOAT else float(written)
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        raise bad_value(at, f"`{field}` is no number: `{shorten(scalar.value)}`")
    return str(value), at


def _metres(node: Node, texts: Texts, field: str) -> Part:
    text, at = _decimal(node, texts, field)
    return text + "m", at


def _text(node: Node, texts: Texts, field: str) -> Part:
    """Text; a number is taken where octoDNS would deploy the very digits that are written."""
    scalar = _scalar(node, texts, field)
    if tag_of(scalar) == "int" and str(whole_number(scalar)) == scalar.value:
        return scalar.value, scalar_location(texts, scalar)
    scalar = string_of(scalar, texts, field)
    return scalar.value, scalar_location(texts, scalar)


def _direction(node: Node, texts: Texts, field: str) -> Part:
    text, at = _text(node, texts, field)
    return text.upper(), at


def _quoted(node: Node, texts: Texts, field: str) -> Part:
    """A character string in quotes, as octoDNS writes it: without further escapes."""
    text, at = _text(node, texts, field)
    inner = at.pieces or (Piece(0, at.span.line, at.span.column),)
    first = Piece(0, at.span.line, at.span.column)
    pieces = (first, *(Piece(offset + 1, line, column) for offset, line, column in inner))
    return f'"{text}"', Location(at.path, at.span, pieces)


def _quoted_or_empty(node: Node, texts: Texts, field: str) -> Part:
    if isinstance(node, Scalar) and tag_of(node) == "null":
        return '""', scalar_location(texts, node)
    return _quoted(node, texts, field)


def _add_parameters(rdata: _Rdata, pair: tuple[Scalar, Node] | None, texts: Texts) -> None:
    """The SvcParams of SVCB and HTTPS records, in the order of their numbers (RFC 9460 section 14.3.2)."""
    if pair is None:
        return
    node = pair[1]
    if isinstance(node, Refused):
        raise NotRead(node)
    if not isinstance(node, Mapping):
        raise bad_value(start_of(node), "`svcparams` is a mapping")
    for key, value in sorted(node.items.values(), key=_parameter_number):
        rdata.add(key.value, scalar_location(texts, key))
        values = value.items if isinstance(value, Sequence) else [value]
        for index, item in enumerate(values):
            if not (isinstance(item, Scalar) and tag_of(item) == "null"):
                scalar = _scalar(item, texts, shorten(key.value))
                rdata.add(scalar.value, scalar_location(texts, scalar), separator="," if index else "=")


def _parameter_number(pair: tuple[Scalar, Node]) -> int:
    name = pair[0].value
    if name in _SVC_KEYS:
        return _SVC_KEYS.index(name)
    digits = name.removeprefix("key")
    if name.startswith("key") and digits.isascii() and digits.isdigit() and len(digits) <= 5:
        return int(digits)
    raise bad_value(start_of(pair[0]), f"`{shorten(name)}` is no SvcParam key")


FIELDS: Final[dict[str, tuple[Field, ...]]] = {
    "CAA": (Field("flags", _number, default="0"), Field("tag", _text), Field("value", _quoted)),
    "DS": (
        Field("key_tag", _number),
        Field("algorithm", _number),
        Field("digest_type", _number),
        Field("digest", _text),
    ),
    "HTTPS": (Field("svcpriority", _number), Field("targetname", target)),
    "LOC": (
        Field("lat_degrees", _number),
        Field("lat_minutes", _number),
        Field("lat_seconds", _decimal),
        Field("lat_direction", _direction),
        Field("long_degrees", _number),
        Field("long_minutes", _number),
        Field("long_seconds", _decimal),
        Field("long_direction", _direction),
        Field("altitude", _metres),
        Field("size", _metres),
        Field("precision_horz", _metres),
        Field("precision_vert", _metres),
    ),
    "MX": (Field("preference", _number, "priority"), Field("exchange", target, "value")),
    "NAPTR": (
        Field("order", _number),
        Field("preference", _number),
        Field("flags", _quoted),
        Field("service", _quoted_or_empty),
        Field("regexp", _quoted_or_empty),
        Field("replacement", _text),
    ),
    "SRV": (
        Field("priority", _number),
        Field("weight", _number),
        Field("port", _number),
        Field("target", target),
    ),
    "SSHFP": (Field("algorithm", _number), Field("fingerprint_type", _number), Field("fingerprint", _text)),
    "SVCB": (Field("svcpriority", _number), Field("targetname", target)),
    "TLSA": (
        Field("certificate_usage", _number),
        Field("selector", _number),
        Field("matching_type", _number),
        Field("certificate_association_data", _text),
    ),
    "URI": (Field("priority", _number), Field("weight", _number), Field("target", _quoted)),
    "URLFWD": (
        Field("path", _quoted),
        Field("target", _quoted),
        Field("code", _number),
        Field("masking", _number),
        Field("query", _number),
    ),
}

_OLD_DS: Final = (
    Field("flags", _number),
    Field("protocol", _number),
    Field("algorithm", _number),
    Field("public_key", _text),
)
