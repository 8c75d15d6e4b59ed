"""Values of octoDNS records as record text with its place: addresses, targets, and strings."""

from __future__ import annotations

import re
import socket
from bisect import bisect_left
from collections.abc import Mapping as AbstractMapping
from itertools import accumulate, pairwise
from typing import Any, Final

from mailcheck.grammar.yaml_nodes import Mapping, Node, start_of
from mailcheck.grammar.yaml_positions import LONGEST_MAPPED, Segment, remapped, scalar_location
from mailcheck.grammar.yaml_scalars import Scalar, constructed, tag_of
from mailcheck.model.finding import Refused
from mailcheck.model.location import Location
from mailcheck.model.text import shorten
from mailcheck.zonefile.octodns_names import to_ascii

Texts = AbstractMapping[str, str]
"""The text of every file of the zone, by the path that is shown for it."""

Part = tuple[str, Location]
"""Record text and its place."""

_COMMON_TARGET: Final = re.compile(r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")
_LONGEST_TARGET = 254
_READ_AS: Final = {"int": "a number", "float": "a number", "bool": "true or false", "timestamp": "a date"}
_JOINT = '" "'
_ESCAPED_SEMICOLON = "\\;"


class NotRead(Exception):  # noqa: N818
    """A value or a record that cannot be read."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.message)
        self.refused = refused


def bad_value(at: Location, message: str, hint: str = "") -> NotRead:
    """The error for a value that its type cannot hold."""
    return NotRead(Refused("record-bad-value", at, message, hint))


def string_of(node: Node, texts: Texts, field: str = "") -> Scalar:
    """The node, a value or the `field` of one, as a scalar that octoDNS sees as a string; raises `NotRead`."""
    if isinstance(node, Scalar) and (kind := tag_of(node)) == "str":
        return node
    what = f"`{field}`" if field else "the value"
    if not isinstance(node, Scalar):
        if isinstance(node, Refused):
            raise NotRead(node)
        shape = "a mapping" if isinstance(node, Mapping) else "a list"
        raise bad_value(start_of(node), f"{what} is {shape} where text belongs")
    at = scalar_location(texts, node)
    if kind == "null":
        raise NotRead(Refused("record-no-value", at, f"{what} is empty"))
    message = f"octoDNS reads {what} `{shorten(node.value)}` as {_READ_AS[kind]}, not as text"
    raise bad_value(at, message, "put it in quotes")


def ipv4(node: Node, texts: Texts) -> Part:
    """An IPv4 address; raises `NotRead`."""
    if isinstance(node, Scalar):
        try:
            socket.inet_pton(socket.AF_INET, node.value)
        except (OSError, ValueError):
            pass
        else:
            return node.value, scalar_location(texts, node)
    raise _no_address(node, texts, "IPv4")


def ipv6(node: Node, texts: Texts) -> Part:
    """An IPv6 address as it is written; raises `NotRead`.

    YAML 1.1 takes eight groups of small decimal numbers for one number, but nothing with `::`.
    """
    if isinstance(node, Scalar) and ("::" in node.value or tag_of(node) == "str"):
        try:
            socket.inet_pton(socket.AF_INET6, node.value)
        except (OSError, ValueError):
            pass
        else:
            return node.value, scalar_location(texts, node)
    raise _no_address(node, texts, "IPv6")


def _no_address(node: Node, texts: Texts, version: str) -> NotRead:
    scalar = string_of(node, texts)
    return bad_value(scalar_location(texts, scalar), f"`{shorten(scalar.value)}` is no {version} address")


def text_value(node: Node, texts: Texts) -> Part:
    """Text as it is; raises `NotRead`."""
    scalar = string_of(node, texts)
    return scalar.value, scalar_location(texts, scalar)


def is_common_target(scalar: Scalar) -> bool:
    """Whether a scalar is a host name of the usual characters, so that nothing of it needs a second look."""
    name = scalar.value
    return len(name) <= _LONGEST_TARGET and bool(_COMMON_TARGET.fullmatch(name)) and tag_of(scalar) == "str"


def target(node: Node, texts: Texts, field: str = "") -> Part:
    """A host name, as it is written but for labels that are not ASCII; raises `NotRead`."""
    if isinstance(node, Scalar) and is_common_target(node):
        return node.value, scalar_location(texts, node)
    scalar = string_of(node, texts, field)
    name = scalar.value
    at = scalar_location(texts, scalar)
    if not name:
        raise NotRead(Refused("record-no-value", at, f"`{field or 'value'}` is empty"))
    if name == "." or ("{" in name and "}" in name and name.isascii() and name.isprintable() and " " not in name):
        return name, at
    final_dot = "." if name.endswith(".") else ""
    try:
        encoded = to_ascii(name.removesuffix(".")) + final_dot
    except ValueError as error:
        raise bad_value(at, f"`{shorten(name)}` is no name: {error}") from None
    if len(encoded) > _LONGEST_TARGET:
        raise bad_value(at, f"`{shorten(name)}` is longer than 253 characters")
    return encoded, at if encoded == name else remapped(at, _label_segments(name, encoded), len(encoded))


def strings(scalar: Scalar, texts: Texts, *, escaped: bool) -> tuple[str, Location, tuple[int, ...]]:
    """Text, place and cuts of a TXT or SPF value.

    octoDNS drops the first and the last character of a value that begins with a quote, joins the
    strings of `"one" "two"`, and where `escaped` is on takes `\\;` for a semicolon.
    Of a text that no record can hold neither cuts nor places are kept.
    """
    text = scalar.value
    at = scalar_location(texts, scalar)
    cuts: tuple[int, ...] = ()
    if len(text) > LONGEST_MAPPED:
        joined = (text[1:-1] if text.startswith('"') else text).replace(_JOINT, "")
        plain = joined.replace(_ESCAPED_SEMICOLON, ";") if escaped else joined
        return plain.encode().decode("latin-1"), at, ()
    if '"' in text:
        text, segments, cuts = _without_quotes(text)
        at = remapped(at, segments, len(text))
    if escaped and _ESCAPED_SEMICOLON in text:
        dropped = [found.start() for found in re.finditer(r"\\;", text)] if cuts else []
        cuts = tuple([cut - bisect_left(dropped, cut) for cut in cuts])
        unescaped = text.replace(_ESCAPED_SEMICOLON, ";")
        at = remapped(at, _unescaped(text), len(unescaped))
        text = unescaped
    if not text.isascii():
        lengths = [len(text[start:end].encode()) for start, end in pairwise((0, *cuts))]
        cuts = tuple(accumulate(lengths))
        octets = text.encode()
        at = remapped(at, _octet_segments(text), len(octets))
        text = octets.decode("latin-1")
    return text, at, cuts


def plain_value(node: Node) -> Any:
    """A node as dict, list, str, int, float, bool or None; raises `NotRead`.

    Dates, and numbers of over 19 digits, stay the text that is written.
    """
    if isinstance(node, Scalar):
        if tag_of(node) == "timestamp":
            return node.value
        try:
            return constructed(node)
        except ValueError:
            return node.value
    if isinstance(node, Refused):
        raise NotRead(node)
    if isinstance(node, Mapping):
        return {name: plain_value(value) for name, (_, value) in node.items.items()}
    return [plain_value(item) for item in node.items]


def _without_quotes(value: str) -> tuple[str, list[Segment], tuple[int, ...]]:
    start, body = (1, value[1:-1]) if value.startswith('"') else (0, value)
    parts = body.split(_JOINT)
    segments: list[Segment] = []
    cuts: list[int] = []
    length = 0
    for number, part in enumerate(parts):
        if number and length:
            cuts.append(length)
        if segments and segments[-1][0] == length:
            segments.pop()
        segments.append((length, start))
        length += len(part)
        start += len(part) + len(_JOINT)
    return "".join(parts), segments, tuple(cuts)


def _unescaped(text: str) -> list[Segment]:
    first, *rest = text.split(_ESCAPED_SEMICOLON)
    segments: list[Segment] = [(0, 0)] if first else []
    length, at = len(first), len(first) + 1
    for part in rest:
        segments.append((length, at))
        length += 1 + len(part)
        at += 2 + len(part)
    return segments


def _octet_segments(text: str) -> list[Segment]:
    """Every octet of a character stands where the character does."""
    segments: list[Segment] = []
    length = 0
    for index, char in enumerate(text):
        size = 1 if char < "\x80" else len(char.encode())
        segments.extend((length + octet, index) for octet in range(size))
        length += size
    return segments


def _label_segments(name: str, encoded: str) -> list[Segment]:
    """The characters of an A-label stand where the label's are, those in excess at its end."""
    segments: list[Segment] = []
    length = at = 0
    for label, new in zip(name.split("."), encoded.split("."), strict=True):
        if label == new:
            segments.append((length, at))
        else:
            segments.extend((length + index, at + min(index, len(label) - 1)) for index in range(len(new)))
            segments.append((length + len(new), at + len(label)))
        length += len(new) + 1
        at += len(label) + 1
    return segments
