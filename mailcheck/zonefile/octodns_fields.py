"""Values that octoDNS spells out field by field, put together as RDATA with a place for each field."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, NoReturn

from mailcheck.grammar.yaml_nodes import Mapping, Node, Sequence, start_of
from mailcheck.grammar.yaml_positions import scalar_location
from mailcheck.grammar.yaml_scalars import Scalar, constructed, tag_of, whole_number
from mailcheck.model.finding import Refused
from mailcheck.model.location import Location, Piece, Span
from mailcheck.model.text import shorten
from mailcheck.zonefile.octodns_values import (
    NotRead,
    Part,
    Texts,
    bad_value,
    is_common_target,
    string_of,
    target,
)

Placed = tuple[str, Scalar | Location]
"""A field's text with its place, or with the scalar that holds it character for character."""

Read = Callable[[Node, Texts, str], Placed]

_LONGEST_FLOAT = 40
_SVC_KEYS: Final = ("mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint")


class Field(NamedTuple):
    """One field of RDATA: its name, how it is read, an older name for it, what its absence means."""

    name: str
    read: Read
    alias: str | None = None
    default: str = ""


def read_fields(rtype: str, node: Node, texts: Texts) -> Part:
    """RDATA in presentation form of a type that `FIELDS` knows, and its place; raises `NotRead`."""
    mapping = node if isinstance(node, Mapping) else _no_mapping(node, rtype)
    items = mapping.items
    fields = FIELDS[rtype]
    if rtype == "DS" and ("public_key" in items or "flags" in items):
        fields = _OLD_DS
    parts: list[Placed] = []
    for name, read, alias, default in fields:
        pair = items.get(name) or (items.get(alias) if alias else None)
        if pair is not None:
            parts.append(read(pair[1], texts, name))
        elif default:
            parts.append((default, start_of(mapping)))
        else:
            raise bad_value(start_of(mapping), f"this {rtype} value has no `{name}`")
    if rtype in ("HTTPS", "SVCB") and "svcparams" in items:
        parts += _parameters(items["svcparams"][1], texts)
    return _joined(parts, mapping, texts)


def read_any(node: Node, texts: Texts) -> Part:
    """A value of a type that only a provider knows: the texts of its scalars, in their order.

    Raises `NotRead` where a part of it could not be read.
    """
    if isinstance(node, Scalar):
        return node.value, scalar_location(texts, node)
    return _joined([(scalar.value, scalar) for scalar in _scalars(node)], node, texts)


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Refused):
        raise NotRead(node)
    if isinstance(node, Scalar):
        yield node
        return
    for inner in [value for _, value in node.items.values()] if isinstance(node, Mapping) else node.items:
        yield from _scalars(inner)


def _joined(parts: list[Placed], node: Mapping | Sequence | Refused, texts: Texts) -> Part:
    """The parts with a space between, and the stretch of the file from the first to the last of them.

    A part that was merged from another file stands where the whole value starts.
    """
    path = start_of(node).path if isinstance(node, Refused) else node.start.name
    pieces: list[Piece] = []
    starts: list[tuple[int, int]] = []
    ends: list[tuple[int, int]] = []
    length = 0
    for text, place in parts:
        at = scalar_location(texts, place) if isinstance(place, Scalar) else place
        if at.path != path:
            at = start_of(node)
        _, first_line, first_column, end_line, end_column, inner = at
        starts.append((first_line, first_column))
        ends.append((end_line, end_column))
        if inner:
            pieces += [Piece(length + offset, line, column) for offset, line, column in inner]
        else:
            pieces.append(Piece(length, first_line, first_column))
        length += len(text) + 1
    joined = " ".join([text for text, _ in parts])
    if not starts:
        return joined, start_of(node)
    return joined, Location(path, *min(starts), *max(ends), tuple(pieces))


def _no_mapping(node: Node, rtype: str) -> NoReturn:
    if isinstance(node, Refused):
        raise NotRead(node)
    if isinstance(node, Scalar) and tag_of(node) == "null":
        raise NotRead(Refused("record-no-value", start_of(node), f"this {rtype} value is empty"))
    names = ", ".join(f"`{field.name}`" for field in FIELDS[rtype])
    raise bad_value(start_of(node), f"the value of {rtype} is a mapping of {names}")


def _scalar(node: Node, texts: Texts, field: str) -> Scalar:
    if isinstance(node, Scalar) and tag_of(node) != "null":
        return node
    return string_of(node, texts, field)


def _number(node: Node, texts: Texts, field: str) -> Placed:
    """A whole number; of a float or bool octoDNS takes the integer part."""
    scalar = _scalar(node, texts, field)
    number = whole_number(scalar)
    if number is None and tag_of(scalar) in ("bool", "float"):
        value = constructed(scalar)
        number = int(value) if math.isfinite(value) else None
    if number is None:
        at = scalar_location(texts, scalar)
        raise bad_value(at, f"`{field}` is no whole number: `{shorten(scalar.value)}`")
    return str(number), scalar


def _decimal(node: Node, texts: Texts, field: str) -> Placed:
    scalar = _scalar(node, texts, field)
    try:
        written = constructed(scalar)
        value = math.nan if isinstance(written, str) and len(written) > _LONGEST_FLOAT else float(written)
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        at = scalar_location(texts, scalar)
        raise bad_value(at, f"`{field}` is no number: `{shorten(scalar.value)}`")
    return str(value), scalar


def _metres(node: Node, texts: Texts, field: str) -> Placed:
    text, place = _decimal(node, texts, field)
    return text + "m", place


def _text(node: Node, texts: Texts, field: str) -> Placed:
    """Text; a number is taken where octoDNS would deploy the very digits that are written."""
    scalar = _scalar(node, texts, field)
    if tag_of(scalar) == "int" and str(whole_number(scalar)) == scalar.value:
        return scalar.value, scalar
    return string_of(scalar, texts, field).value, scalar


def _direction(node: Node, texts: Texts, field: str) -> Placed:
    text, place = _text(node, texts, field)
    return text.upper(), place


def _target(node: Node, texts: Texts, field: str) -> Placed:
    if isinstance(node, Scalar) and is_common_target(node):
        return node.value, node
    return target(node, texts, field)


def _quoted(node: Node, texts: Texts, field: str) -> Placed:
    """A character string in quotes, as octoDNS writes it: without further escapes."""
    scalar = _scalar(node, texts, field)
    text, _ = _text(scalar, texts, field)
    at = scalar_location(texts, scalar)
    inner = at.pieces or ((0, at.span.line, at.span.column),)
    first = Piece(0, at.span.line, at.span.column)
    pieces = (first, *(Piece(offset + 1, line, column) for offset, line, column in inner))
    return f'"{text}"', Location(at.path, *at.span, pieces)


def _quoted_or_empty(node: Node, texts: Texts, field: str) -> Placed:
    if isinstance(node, Scalar) and tag_of(node) == "null":
        return '""', node
    return _quoted(node, texts, field)


def _parameters(node: Node, texts: Texts) -> Iterator[Placed]:
    """The SvcParams of SVCB and HTTPS records, in the order of their numbers (RFC 9460 section 14.3.2)."""
    if isinstance(node, Refused):
        raise NotRead(node)
    if not isinstance(node, Mapping):
        raise bad_value(start_of(node), "`svcparams` is a mapping")
    for key, value in sorted(node.items.values(), key=_parameter_number):
        name = key.value
        values = value.items if isinstance(value, Sequence) else [value]
        if len(values) == 1 and isinstance(values[0], Scalar) and tag_of(values[0]) == "null":
            yield name, key
            continue
        parts = [(item.value, scalar_location(texts, item)) for item in (_scalar(v, texts, name) for v in values)]
        yield _with_key(name, scalar_location(texts, key), parts)


def _with_key(name: str, at: Location, parts: list[Part]) -> Placed:
    pieces = [Piece(0, at.span.line, at.span.column)]
    length = len(name) + 1
    for text, place in parts:
        inner = place.pieces or ((0, place.span.line, place.span.column),)
        pieces += [Piece(length + offset, line, column) for offset, line, column in inner]
        length += len(text) + 1
    _, _, end_line, end_column = parts[-1][1].span if parts else at.span
    span = Span(at.span.line, at.span.column, end_line, end_column)
    return f"{name}={','.join([text for text, _ in parts])}", Location(at.path, *span, tuple(pieces))


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
    "HTTPS": (Field("svcpriority", _number), Field("targetname", _target)),
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
    "MX": (Field("preference", _number, "priority"), Field("exchange", _target, "value")),
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
        Field("target", _target),
    ),
    "SSHFP": (Field("algorithm", _number), Field("fingerprint_type", _number), Field("fingerprint", _text)),
    "SVCB": (Field("svcpriority", _number), Field("targetname", _target)),
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
