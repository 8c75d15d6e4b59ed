"""A provider that keeps its zones in memory, and does at each step what its script says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

from mailcheck_providers.zonefile import _target

from mailcheck.errors import OutcomeUnknown, ProviderError
from mailcheck.model.location import NOWHERE
from mailcheck.model.progress import Progress
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone
from mailcheck.sync.from_octodns import records_of
from mailcheck.sync.provider import Preflight, RawRecord, Snapshot, Step
from mailcheck.sync.to_octodns import to_octodns


class Killed(BaseException):
    """The process is gone at this point."""


class Memory:
    """Raw records have an id and a comment, which octoDNS never sees. `script` says by number of the write:

    `fail`, `lost before`, `lost after`, `kill before`, `kill after`, or a function to call before it.
    """

    name = "memory"

    def __init__(self, zones: Mapping[str, Sequence[RawRecord]] | None = None, *, transaction: int = 2) -> None:
        self.zones: dict[str, list[dict[str, Any]]] = {
            name: [dict(raw) for raw in records] for name, records in (zones or {}).items()
        }
        self.transaction = transaction
        self.script: dict[int, str | Callable[[], None]] = {}
        self.writes = 0
        self.reads = 0
        self._ids = count(1000)

    def preflight(self, zone: str, *, create: bool) -> Preflight:
        if zone not in self.zones and not create:
            raise ProviderError(f"memory has no zone {zone}", hint="--create-zone makes it")
        return Preflight(zone, self.transaction)

    def snapshot(self, zone: str) -> Snapshot:
        self.reads += 1
        raws = self.zones.get(zone, [])
        records = tuple(
            Record(raw["name"], raw["type"], raw["ttl"], raw["text"], NOWHERE, NOWHERE) for raw in raws
        )
        read = to_octodns(Zone(zone, "memory", "octodns", records, NOWHERE))
        assert not read.refused
        return Snapshot(read.zone, tuple(dict(raw) for raw in raws), digest(raws), zone in self.zones)

    def plan(self, desired: Any, snapshot: Snapshot) -> Any:
        return _target(snapshot).plan(desired)

    def steps(self, plan: Any, snapshot: Snapshot) -> Sequence[Step]:
        operations = []
        for change in plan.changes:
            key = (change.record.fqdn, change.record._type)
            old = [raw for raw in snapshot.records if (raw["name"], raw["type"]) == key]
            operations += [{"name": key[0], "delete": raw["id"]} for raw in old]
            comment = old[0]["comment"] if old else ""
            for record in records_of(change.new) if change.new else ():
                raw = {"name": key[0], "type": key[1], "ttl": record.ttl, "text": record.text, "comment": comment}
                operations.append({"name": key[0], "create": raw})
        return self._packed(operations, create=not snapshot.exists)

    def steps_back(self, records: Sequence[RawRecord], snapshot: Snapshot) -> Sequence[Step]:
        wanted = [plain(raw) for raw in records]
        here = [plain(raw) for raw in snapshot.records]
        gone = [raw for raw in snapshot.records if plain(raw) not in wanted]
        missing = [raw for raw in wanted if raw not in here]
        operations = [{"name": raw["name"], "delete": raw["id"]} for raw in gone]
        return self._packed(
            [*operations, *({"name": raw["name"], "create": raw} for raw in missing)], create=False
        )

    def _packed(self, operations: Sequence[dict[str, Any]], *, create: bool) -> Sequence[Step]:
        by_name: dict[str, list[dict[str, Any]]] = {}
        for operation in operations:
            by_name.setdefault(operation["name"], []).append(operation)
        steps: list[list[dict[str, Any]]] = [[]] if create else []
        for group in by_name.values():
            if not steps or len(steps[-1]) + len(group) > self.transaction:
                steps.append([])
            steps[-1] += group
        return [Step(tuple(step), tuple(dict.fromkeys(each["name"] for each in step))) for step in steps]

    def write(self, zone: str, step: Step, progress: Progress) -> None:
        action = self.script.get(self.writes, "")
        self.writes += 1
        if callable(action):
            action()
        if action == "fail":
            raise ProviderError("memory says no")
        if action == "lost before":
            raise OutcomeUnknown("no answer")
        if action == "kill before":
            raise Killed
        raws = self.zones.setdefault(zone, [])
        for operation in step.operations:
            if "delete" in operation:
                raws[:] = [raw for raw in raws if raw["id"] != operation["delete"]]
            else:
                raws.append({**operation["create"], "id": next(self._ids)})
            progress.advance()
        if action == "lost after":
            raise OutcomeUnknown("no answer")
        if action == "kill after":
            raise Killed

    def content(self, zone: str) -> list[dict[str, Any]]:
        """All that a rollback must bring back."""
        return sorted((plain(raw) for raw in self.zones.get(zone, [])), key=str)


def plain(raw: RawRecord) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key != "id"}


def digest(raws: Sequence[RawRecord]) -> str:
    return hashlib.sha256(json.dumps(sorted(raws, key=str), sort_keys=True).encode()).hexdigest()


def raws_of(zone: Zone) -> list[dict[str, Any]]:
    """The zone's records as Memory holds them."""
    return [
        {
            "id": number,
            "name": record.name,
            "type": record.type,
            "ttl": record.ttl,
            "text": record.text,
            "comment": f"by hand {number}",
        }
        for number, record in enumerate(zone.records)
    ]
