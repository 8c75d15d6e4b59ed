"""What a listing leaves out, in which order it is, and its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from tests.lab.cloudflare.envelope import VALIDATION, ApiError, Json
from tests.lab.cloudflare.zone import Zone

Filter = Callable[[Json], bool]

_TEXT: dict[str, Callable[[str, str], bool]] = {
    "exact": lambda text, wanted: text == wanted,
    "contains": lambda text, wanted: wanted in text,
    "startswith": str.startswith,
    "endswith": str.endswith,
}
_OTHER: dict[str, Callable[[str, Json], bool]] = {
    "type": lambda wanted, record: record["type"] == wanted,
    "proxied": lambda wanted, record: record["proxied"] == (wanted == "true"),
    "tag": lambda wanted, record: wanted in record["tags"],
    "tag.exact": lambda wanted, record: wanted in record["tags"],
    "search": lambda wanted, record: wanted.lower() in f"{record['name']}\n{record['content']}".lower(),
}
_ORDERS = {"type", "name", "content", "ttl", "proxied"}


def wanted_zones(zones: Iterable[Zone], query: Mapping[str, str]) -> list[Zone]:
    """The zones that the filters `name`, `status` and `account.id` leave."""
    return [
        zone
        for zone in zones
        if query.get("name", zone.name).lower() == zone.name
        and query.get("status", zone.status) == zone.status
        and query.get("account.id", zone.account) == zone.account
    ]


def wanted_records(records: Sequence[Json], query: Mapping[str, str]) -> Sequence[Json]:
    """The records that the filters leave, in the order that is asked for."""
    filters = list(_filters(query))
    if filters:
        agree = any if query.get("match") == "any" else all
        records = [record for record in records if agree(wanted(record) for wanted in filters)]
    order = query.get("order")
    if order is None:
        return records
    if order not in _ORDERS:
        raise ApiError(VALIDATION, f"Cannot order by {order}.")
    return sorted(records, key=lambda record: record[order], reverse=query.get("direction") == "desc")


def page_of(
    items: Sequence[Any], query: Mapping[str, str], *, usual: int, most: int
) -> tuple[Sequence[Any], dict[str, int]]:
    """One page and its result_info. Raises ApiError for pages that cannot be."""
    page, size = _whole(query, "page", 1), _whole(query, "per_page", usual)
    if page < 1 or not 1 <= size <= most:
        raise ApiError(VALIDATION, f"page must be at least 1, per_page between 1 and {most}.")
    shown = items[(page - 1) * size : page * size]
    return shown, {
        "page": page,
        "per_page": size,
        "count": len(shown),
        "total_count": len(items),
        "total_pages": -(-len(items) // size),
    }


def _filters(query: Mapping[str, str]) -> Iterable[Filter]:
    for key, wanted in query.items():
        field, _, how = key.partition(".")
        if field in {"name", "content", "comment"}:
            yield _text_filter(field, how, wanted)
        elif key in _OTHER:
            yield partial(_OTHER[key], wanted)


def _text_filter(field: str, how: str, wanted: str) -> Filter:
    if how in {"present", "absent"}:
        return lambda record: bool(record[field]) == (how == "present")
    compare = _TEXT.get(how or "exact")
    if compare is None:
        raise ApiError(VALIDATION, f"Unknown filter {field}.{how}.")
    return lambda record: compare((record[field] or "").lower(), wanted.lower())


def _whole(query: Mapping[str, str], name: str, usual: int) -> int:
    text = query.get(name, str(usual))
    if not text.isdecimal():
        raise ApiError(VALIDATION, f"{name} must be a number.")
    return int(text)
