"""Master files in a folder, one for each zone: for a name server that reads them, and to try `sync` out.

Options: `folder`, or the environment variable ZONEFILE_FOLDER.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailcheck.errors import ProviderError, UsageError
from mailcheck.model.limits import Limits
from mailcheck.model.location import NOWHERE
from mailcheck.model.progress import Progress, Silent
from mailcheck.model.record import TEXT_TYPES, Record
from mailcheck.model.zone import Zone
from mailcheck.sync.from_octodns import records_of
from mailcheck.sync.provider import Preflight, ProviderSettings, RawRecord, Snapshot, Step
from mailcheck.sync.to_octodns import to_octodns
from mailcheck.zonefile.load import load_zones
from mailcheck.zonefile.write import master_text

if TYPE_CHECKING:
    from octodns.provider.plan import Plan as OctodnsPlan
    from octodns.zone import Zone as OctodnsZone

VARIABLE = "ZONEFILE_FOLDER"

_SOA = "ns.invalid. hostmaster.{zone} {serial} 7200 3600 1209600 3600"


def open_provider(settings: ProviderSettings) -> ZoneFiles:
    """The provider for the folder that options or environment name. Raises UsageError where neither does."""
    unknown = set(settings.options) - {"folder"}
    if unknown:
        raise UsageError(f"the provider zonefile has no option {min(unknown)!r}", hint="it takes `folder`")
    folder = settings.options.get("folder") or settings.environment.get(VARIABLE)
    if not isinstance(folder, str) or not folder:
        raise UsageError("the provider zonefile needs a folder", hint=f"set {VARIABLE}, or its option `folder`")
    return ZoneFiles(Path(folder))


class ZoneFiles:
    """One step writes a zone's whole file. The SOA stays as it is there, but for its serial."""

    name = "zonefile"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def preflight(self, zone: str, *, create: bool) -> Preflight:
        if not self._folder.is_dir():
            raise ProviderError(f"{self._folder} is no folder")
        path = self._path(zone)
        if not path.exists() and not create:
            raise ProviderError(f"there is no {path}", hint="--create-zone makes it")
        return Preflight(zone)

    def snapshot(self, zone: str) -> Snapshot:
        found = self._read(zone)
        kept = [record for record in found.records if record.type != "SOA"]
        records = tuple(sorted((_raw(record) for record in kept), key=_key))
        return Snapshot(to_octodns(found).zone, records, _digest(records), self._path(zone).exists())

    def plan(self, desired: OctodnsZone, snapshot: Snapshot) -> OctodnsPlan | None:
        return _target(snapshot).plan(desired)

    def steps(self, plan: OctodnsPlan, snapshot: Snapshot) -> Sequence[Step]:
        touched = {(change.record.fqdn, change.record._type) for change in plan.changes}
        kept = [raw for raw in snapshot.records if (raw["name"], raw["type"]) not in touched]
        new = [_raw(record) for change in plan.changes if change.new for record in records_of(change.new)]
        return self.steps_back([*kept, *new], snapshot)

    def steps_back(self, records: Sequence[RawRecord], snapshot: Snapshot) -> Sequence[Step]:
        wanted = sorted(records, key=_key)
        if snapshot.exists and _digest(wanted) == snapshot.digest:
            return ()
        differing = {_key(raw): raw["name"] for raw in (*wanted, *snapshot.records)}
        same = {_key(raw) for raw in wanted} & {_key(raw) for raw in snapshot.records}
        names = sorted({name for key, name in differing.items() if key not in same})
        return (Step(({"records": wanted, "expected": snapshot.digest},), tuple(names)),)

    def write(self, zone: str, step: Step, progress: Progress) -> None:
        (operation,) = step.operations
        found = self._read(zone)
        if _digest([_raw(record) for record in found.records if record.type != "SOA"]) != operation["expected"]:
            raise ProviderError(f"{self._path(zone)} was changed by somebody else")
        records = [_soa(zone, found), *(_record(raw) for raw in operation["records"])]
        _write(self._path(zone), master_text(zone, records))
        progress.advance()

    def _path(self, zone: str) -> Path:
        return self._folder / f"{zone.removesuffix('.').replace('/', '-')}.zone"

    def _read(self, zone: str) -> Zone:
        path = self._path(zone)
        empty = Zone(zone, str(path), "master", (), NOWHERE)
        if not path.exists():
            return empty
        loaded = load_zones([path], limits=Limits(), include_root=self._folder, progress=Silent())
        if loaded.refused:
            at = loaded.refused[0].at
            raise ProviderError(f"{path} cannot be read: line {at.line}: {loaded.refused[0].message}")
        found = next((each for each in loaded.zones if each.name == zone), None)
        if found is None:
            raise ProviderError(f"{path} does not hold the zone {zone}")
        return found


def _target(snapshot: Snapshot) -> Any:
    """octoDNS's planning, over the snapshot instead of another reading."""
    from logging import getLogger

    from octodns.provider.base import BaseProvider
    from octodns.record import Record as OctodnsRecord

    class Target(BaseProvider):  # type: ignore[misc]
        SUPPORTS = frozenset(name for name in OctodnsRecord.registered_types() if "/" not in name)
        SUPPORTS_GEO = False
        SUPPORTS_DYNAMIC = False
        SUPPORTS_ROOT_NS = True
        SUPPORTS_MULTIVALUE_PTR = True
        log = getLogger("zonefile")

        def populate(self, zone: OctodnsZone, target: bool = False, lenient: bool = False) -> bool:
            for record in snapshot.zone.records:
                zone.add_record(record, lenient=True)
            return snapshot.exists

    return Target("zonefile", strict_supports=False, root_ns_warnings=False)


def _raw(record: Record) -> RawRecord:
    cuts = list(record.cuts) if record.type in TEXT_TYPES else []
    return {"name": record.name, "type": record.type, "ttl": record.ttl, "text": record.text, "cuts": cuts}


def _record(raw: Mapping[str, Any]) -> Record:
    text, cuts = raw["text"], tuple(raw["cuts"])
    return Record(raw["name"], raw["type"], raw["ttl"], text, NOWHERE, NOWHERE, cuts=cuts)


def _soa(zone: str, found: Zone) -> Record:
    for record in found.at_name(zone, "SOA"):
        fields = record.text.split(" ")
        fields[2] = str((int(fields[2]) + 1) % 2**32)
        return Record(zone, "SOA", record.ttl, " ".join(fields), NOWHERE, NOWHERE)
    return Record(zone, "SOA", 3600, _SOA.format(zone=zone, serial=1), NOWHERE, NOWHERE)


def _key(raw: RawRecord) -> str:
    return json.dumps(raw, sort_keys=True)


def _digest(records: Sequence[RawRecord]) -> str:
    return hashlib.sha256("\n".join(sorted(map(_key, records))).encode()).hexdigest()


def _write(path: Path, text: str) -> None:
    """Put the text in the file's place in one step; raises ProviderError where that fails."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        try:
            with draft.open("x", encoding="ascii") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise ProviderError(f"cannot write {path}: {error.strerror}") from None
