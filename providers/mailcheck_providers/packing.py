"""Operations on record sets, and how they are shared out to steps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from mailcheck.sync.provider import RawRecord, Step

Operation = Mapping[str, Any]
"""One record set: `name` (absolute, lower case), `type`, its raw records `before` and `after`, None for none."""

SERVER_KEEPS = frozenset(
    ("SOA", "RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "DNSKEY", "CDS", "CDNSKEY", "ZONEMD", "TYPE65534")
)
"""Types that a server writes by itself: no step touches them, and their changes make no plan stale."""


def key(raw: RawRecord) -> tuple[str, str]:
    """What a raw record is found by: owner name and type."""
    return raw["name"], raw["type"]


def digest(records: Iterable[RawRecord]) -> str:
    """A digest over raw records in the order given, as hexadecimal text."""
    text = json.dumps(list(records), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def operation(name: str, rdtype: str, before: RawRecord | None, after: RawRecord | None) -> Operation:
    return {"name": name, "type": rdtype, "before": before, "after": after}


def operations_back(earlier: Sequence[RawRecord], now: Sequence[RawRecord]) -> list[Operation]:
    """What makes `now` into `earlier`, the record sets that a server keeps itself left out."""
    was, is_now = {key(raw): raw for raw in earlier}, {key(raw): raw for raw in now}
    return [
        operation(*found, is_now.get(found), was.get(found))
        for found in sorted(was.keys() | is_now.keys())
        if found[1] not in SERVER_KEEPS and was.get(found) != is_now.get(found)
    ]


def packed(
    operations: Iterable[Operation],
    transaction: int | None,
    size: Callable[[Operation], int],
    largest: int,
) -> tuple[Step, ...]:
    """Steps of at most `transaction` operations and `largest` in `size`; without `transaction` one for each name.

    All of one name are in one step, whatever the limits. Names that get addresses come first: BIND refuses
    an MX or SRV whose target has none. Names that only lose records come last: what replaces them is there
    before they go.
    """
    by_name: dict[str, list[Operation]] = {}
    for each in operations:
        by_name.setdefault(each["name"], []).append(each)
    groups = sorted(by_name.items(), key=lambda group: _turn(group[1]))
    steps: list[Step] = []
    room, space = 0, 0
    for name, group in groups:
        takes = sum(map(size, group))
        if steps and transaction is not None and len(group) <= room and takes <= space:
            steps[-1] = Step((*steps[-1].operations, *group), (*steps[-1].names, name))
        else:
            steps.append(Step(tuple(group), (name,)))
            room, space = transaction or 0, largest
        room, space = room - len(group), space - takes
    return tuple(steps)


def _turn(group: Sequence[Operation]) -> int:
    kept = [each["type"] for each in group if each["after"] is not None]
    return 0 if "A" in kept or "AAAA" in kept else 1 if kept else 2
