"""A record as it is asked for, and as Cloudflare keeps and shows it."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any

from tests.lab.cloudflare.contents import TYPES, content_of, unicode_to_ascii
from tests.lab.cloudflare.envelope import VALIDATION, ApiError, Json

if TYPE_CHECKING:
    from tests.lab.cloudflare.zone import Zone

_MAX_TTL = 86400
_PROXIABLE = {"A", "AAAA", "CNAME"}
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\Z)(?:\*\.)?{_LABEL}(?:\.{_LABEL})*")
_COMMENT = {"free": 100}
_TAGS = {"free": 0}
_SETTINGS = {"ipv4_only", "ipv6_only"}
_SHARED = ipaddress.ip_network("100.64.0.0/10")
_DOCUMENTATION = tuple(
    map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"))
)


def shape(body: Json, zone: Zone) -> tuple[Json, object]:
    """The fields of a record that `body` asks for, all of them, and what makes another one identical.

    Raises ApiError.
    """
    kind = body.get("type")
    if kind not in TYPES:
        raise ApiError(9020, "Invalid DNS record type.")
    name = _name(body.get("name"), zone.name)
    value = content_of(body)
    if kind == "CNAME" and value.content == name:
        raise ApiError(9039, "CNAME content cannot reference itself.")
    proxiable = _proxiable(kind, value.content)
    proxied = _proxied(body.get("proxied"), kind, value.content, proxiable)
    record: Json = {
        "name": name,
        "type": kind,
        "content": value.content,
        "proxiable": proxiable,
        "proxied": proxied,
    }
    if value.priority is not None:
        record["priority"] = value.priority
    if value.data is not None:
        record["data"] = value.data
    record["ttl"] = _ttl(body.get("ttl"), zone.min_ttl, proxied)
    record["settings"] = _settings(body.get("settings"), kind, zone.plan)
    record["comment"] = _comment(body.get("comment"), zone.plan)
    record["tags"] = _tags(body.get("tags"), zone.plan)
    return record, value.identity


def _name(given: Any, zone: str) -> str:
    """An owner name without final dot: one that is not in the zone is taken as relative to it."""
    invalid = ApiError(9000, "DNS name is invalid.")
    if not isinstance(given, str) or not given:
        raise invalid
    try:
        name = unicode_to_ascii(given.removesuffix("."))
    except UnicodeError:
        raise invalid from None
    if name == "@":
        name = zone
    elif name != zone and not name.endswith(f".{zone}"):
        if given.endswith("."):
            raise invalid
        name = f"{name}.{zone}"
    if not _NAME.fullmatch(name):
        raise invalid
    return name


def _proxiable(kind: str, content: str) -> bool:
    if kind not in {"A", "AAAA"}:
        return kind in _PROXIABLE
    address = ipaddress.ip_address(content)
    if any(address in network for network in _DOCUMENTATION if network.version == address.version):
        return True
    return not (address.is_private or address.is_loopback or address.is_link_local or address in _SHARED)


def _proxied(given: Any, kind: str, content: str, proxiable: bool) -> bool:
    if given is None:
        return False
    if not isinstance(given, bool):
        raise ApiError(VALIDATION, "proxied must be a boolean.")
    if given and kind not in _PROXIABLE:
        raise ApiError(9004, "This record type cannot be proxied.")
    if given and not proxiable:
        raise ApiError(9003, f"Target {content} is not allowed for a proxied record.")
    return given


def _ttl(given: Any, least: int, proxied: bool) -> int:
    """Seconds, 1 for automatic, which is all that a proxied record can have."""
    if given is None:
        return 1
    if isinstance(given, bool) or not isinstance(given, int | float) or given != int(given):
        raise ApiError(9021, "Invalid TTL.")
    if given != 1 and not least <= given <= _MAX_TTL:
        message = f"Invalid TTL. Must be between {least} and {_MAX_TTL} seconds, or 1 for Automatic."
        raise ApiError(9021, message)
    return 1 if proxied else int(given)


def _settings(given: Any, kind: str, plan: str) -> Json:
    default: Json = {"flatten_cname": False} if kind == "CNAME" else {}
    if given is None:
        return default
    if not isinstance(given, dict) or not all(isinstance(value, bool) for value in given.values()):
        raise ApiError(VALIDATION, "settings must be an object of booleans.")
    if unknown := given.keys() - (_SETTINGS | default.keys()):
        raise ApiError(VALIDATION, f"Unknown settings: {', '.join(sorted(unknown))}.")
    if given.get("flatten_cname") and plan == "free":
        raise ApiError(VALIDATION, "flatten_cname is not available on the plan of this zone.")
    return {**default, **given}


def _comment(given: Any, plan: str) -> str | None:
    if given is None or given == "":
        return None
    longest = _COMMENT.get(plan, 500)
    if not isinstance(given, str) or len(given) > longest:
        raise ApiError(VALIDATION, f"DNS record comment must have at most {longest} characters.")
    return given


def _tags(given: Any, plan: str) -> list[str]:
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(tag, str) for tag in given):
        raise ApiError(VALIDATION, "tags must be a list of strings.")
    quota = _TAGS.get(plan, 20)
    if len(given) > quota:
        raise ApiError(9300, f"DNS record has {len(given)} tags, exceeding the quota of {quota}.")
    return list(given)
