"""The value of a record by its type: what Cloudflare takes, in which form it keeps and shows it."""

from __future__ import annotations

import ipaddress
import re
from typing import Any, NamedTuple

import idna

from tests.lab.cloudflare.envelope import VALIDATION, ApiError, Json
from tests.lab.cloudflare.txt import txt

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")
_CAA_TAGS = {"issue", "issuewild", "iodef", "issuemail", "issuevmc"}
_BYTE, _WORD = 255, 65535
_DEGREES = ("degrees", "minutes", "seconds", "direction")

# Field and kind; a number is the greatest value of a whole number.
_FIELDS: dict[str, tuple[tuple[str, int | str], ...]] = {
    "CAA": (("flags", _BYTE), ("tag", "text"), ("value", "quoted")),
    "CERT": (("type", _WORD), ("key_tag", _WORD), ("algorithm", _BYTE), ("certificate", "text")),
    "DNSKEY": (("flags", _WORD), ("protocol", _BYTE), ("algorithm", _BYTE), ("public_key", "text")),
    "DS": (("key_tag", _WORD), ("algorithm", _BYTE), ("digest_type", _BYTE), ("digest", "hex")),
    "HTTPS": (("priority", _WORD), ("target", "text"), ("value", "text")),
    "LOC": (
        *((f"lat_{field}", "text" if field == "direction" else "number") for field in _DEGREES),
        *((f"long_{field}", "text" if field == "direction" else "number") for field in _DEGREES),
        ("altitude", "metres"),
        ("size", "metres"),
        ("precision_horz", "metres"),
        ("precision_vert", "metres"),
    ),
    "NAPTR": (
        ("order", _WORD),
        ("preference", _WORD),
        ("flags", "quoted"),
        ("service", "quoted"),
        ("regex", "quoted"),
        ("replacement", "text"),
    ),
    "SMIMEA": (("usage", _BYTE), ("selector", _BYTE), ("matching_type", _BYTE), ("certificate", "hex")),
    "SRV": (("priority", _WORD), ("weight", _WORD), ("port", _WORD), ("target", "host")),
    "SSHFP": (("algorithm", _BYTE), ("type", _BYTE), ("fingerprint", "hex")),
    "SVCB": (("priority", _WORD), ("target", "text"), ("value", "text")),
    "TLSA": (("usage", _BYTE), ("selector", _BYTE), ("matching_type", _BYTE), ("certificate", "hex")),
    "URI": (("weight", _WORD), ("target", "quoted")),
}
# Codes 9005 to 9009 are Cloudflare's; 9008 is the gap between them.
_HOST_CODES = {"CNAME": 9007, "NS": 9008, "MX": 9009, "PTR": VALIDATION}
TYPES = {"A", "AAAA", "TXT", *_HOST_CODES, *_FIELDS}


class Content(NamedTuple):
    """A value: the text of it, its parts where the type has any, and what makes two of them the same."""

    content: str
    identity: object
    priority: int | None = None
    data: Json | None = None


def content_of(body: Json) -> Content:
    """The value of a record that is asked for, of a known type. Raises ApiError."""
    kind = body["type"]
    if kind in _FIELDS:
        return _structured(kind, body)
    text = body.get("content")
    if not isinstance(text, str):
        text = ""
    if kind in {"A", "AAAA"}:
        return _address(kind, text)
    if kind == "TXT":
        return Content(*txt(text))
    host = "." if kind == "MX" and text == "." else _host(kind, text)
    if kind != "MX":
        return Content(host, host)
    priority = _number(body.get("priority"), _WORD, "priority")
    return Content(host, (priority, host), priority)


def unicode_to_ascii(name: str) -> str:
    """A name in lower case, its labels in Punycode. Raises UnicodeError where that cannot be."""
    name = name.lower()
    if name.isascii():
        return name
    return ".".join(
        label if label.isascii() else idna.encode(label, uts46=True).decode() for label in name.split(".")
    )


def _address(kind: str, text: str) -> Content:
    try:
        address = str(ipaddress.IPv4Address(text)) if kind == "A" else str(ipaddress.IPv6Address(text))
    except ValueError:
        code, version = (9005, "IPv4") if kind == "A" else (9006, "IPv6")
        raise ApiError(code, f"Content for {kind} record must be a valid {version} address.") from None
    return Content(address, address)


def _host(kind: str, text: str) -> str:
    try:
        host = unicode_to_ascii(text.removesuffix("."))
    except UnicodeError:
        host = ""
    if not _HOST.fullmatch(host) or host.rpartition(".")[2].isdigit():
        raise ApiError(_HOST_CODES.get(kind, VALIDATION), f"Content for {kind} record must be a hostname.")
    return host


def _structured(kind: str, body: Json) -> Content:
    given = body.get("data")
    if not isinstance(given, dict):
        raise ApiError(9101, "data is a required data field.")
    data = {field: _part(kind, given, field, wanted) for field, wanted in _FIELDS[kind]}
    if kind == "CAA" and data["tag"] not in _CAA_TAGS:
        raise ApiError(VALIDATION, f"{data['tag']} is not a CAA tag.")
    text = " ".join(_shown(data[field], wanted) for field, wanted in _FIELDS[kind]).rstrip()
    priority = _number(body.get("priority"), _WORD, "priority") if kind == "URI" else data.get("priority")
    return Content(text, (priority, text), priority if kind in {"SRV", "URI"} else None, data)


def _part(kind: str, given: Json, field: str, wanted: int | str) -> Any:
    value = given.get(field)
    if isinstance(wanted, int):
        return _number(value, wanted, field)
    if wanted in {"number", "metres"}:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ApiError(9101, f"{field} is a required data field.")
        return value
    if not isinstance(value, str):
        raise ApiError(9101, f"{field} is a required data field.")
    if wanted == "host":
        return "." if value == "." else _host(kind, value)
    if wanted == "hex" and not _HEX.fullmatch(value):
        raise ApiError(VALIDATION, f"{field} must be hexadecimal.")
    return value.strip()


def _number(value: Any, greatest: int, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ApiError(9101, f"{field} is a required data field.")
    if value != int(value) or not 0 <= value <= greatest:
        raise ApiError(VALIDATION, f"{field} must be between 0 and {greatest}.")
    return int(value)


def _shown(value: Any, wanted: int | str) -> str:
    if wanted == "quoted":
        return f'"{value}"'
    return f"{value:.2f}m" if wanted == "metres" else str(value)
