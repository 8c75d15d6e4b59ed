"""A zone, and the transaction in which its records change."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Literal, NamedTuple

from tests.lab.cloudflare.envelope import VALIDATION, ApiError, Json
from tests.lab.cloudflare.records import shape

Plan = Literal["free", "pro", "business", "enterprise"]
Status = Literal["active", "pending", "initializing", "moved"]

_BATCH = {"free": 200, "pro": 3500, "business": 3500, "enterprise": 3500}
_COMBINED = 8192
_SETTABLE = ("name", "type", "content", "ttl", "proxied", "comment", "tags", "settings", "priority", "data")

_KEPT = {"meta", "created_on", "comment_modified_on", "tags_modified_on"}


class Stored(NamedTuple):
    """A record as it is shown, and what makes another one the same."""

    record: Json
    identity: object


@dataclass
class Zone:
    """A zone and its records by id, in the order in which they were made. Records are replaced, never changed."""

    id: str
    name: str
    account: str
    plan: Plan
    status: Status
    paused: bool
    dnssec: str
    min_ttl: int
    quota: int | None
    created_on: str
    records: dict[str, Stored] = field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def batch_limit(self) -> int:
        """How many operations one batch may hold."""
        return _BATCH[self.plan]


class Clock:
    """Times as Cloudflare writes them, each later than the one before, and ids."""

    def __init__(self) -> None:
        self._last = datetime.now(UTC)
        self._ids = count(1)

    def now(self) -> str:
        """The time, to the microsecond."""
        self._last = max(self._last + timedelta(microseconds=1), datetime.now(UTC))
        return self._last.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def id(self) -> str:
        """A new identifier, 32 hexadecimal digits, the same in every run."""
        return hashlib.md5(str(next(self._ids)).encode(), usedforsecurity=False).hexdigest()


class Draft:
    """A transaction: what is changed here changes the zone when it is committed, or not at all."""

    def __init__(self, zone: Zone, clock: Clock) -> None:
        self._zone, self._clock = zone, clock
        self._records, self._names = dict(zone.records), dict(zone.names)

    def commit(self) -> None:
        """Make it so."""
        self._zone.records, self._zone.names = self._records, self._names

    def post(self, body: Json) -> Json:
        """Make a record. All four raise ApiError."""
        if self._zone.quota is not None and len(self._records) >= self._zone.quota:
            raise ApiError(81045, "The record quota has been exceeded.")
        record, identity = shape(body, self._zone)
        now = self._clock.now()
        return self._put({"id": self._clock.id(), **record, "meta": {}, "created_on": now}, identity, now, body)

    def put(self, body: Json) -> Json:
        """Overwrite a record; what is not said goes back to its default."""
        return self._change(body, body)

    def patch(self, body: Json) -> Json:
        """Change the fields of a record that are said."""
        old = self._find(body).record
        kept: Json = {key: old[key] for key in _SETTABLE if key in old}
        if body.get("type", old["type"]) != old["type"]:
            kept.pop("data", None)
        return self._change(body, kept | body)

    def delete(self, body: Json) -> Json:
        """Remove a record; this is what it was."""
        old = self._find(body).record
        self._drop(old)
        return old

    def _change(self, body: Json, wanted: Json) -> Json:
        old = self._find(body).record
        record, identity = shape(wanted, self._zone)
        if old["name"] != record["name"]:
            self._drop(old)
        now = self._clock.now()
        kept = {key: value for key, value in old.items() if key in _KEPT}
        return self._put({"id": old["id"], **record, **kept}, identity, now, wanted)

    def _find(self, body: Json) -> Stored:
        stored = self._records.get(body.get("id") or "")
        if stored is None:
            raise ApiError(81044, "Record does not exist.", status=404)
        if stored.record["meta"].get("read_only"):
            message = (
                "This record is managed by Email Routing. Disable Email Routing to modify/remove this record."
            )
            raise ApiError(1046, message)
        return stored

    def _put(self, record: Json, identity: object, now: str, body: Json) -> Json:
        """Store a record, among those that it can stand beside."""
        record["modified_on"] = now
        for key in ("comment", "tags"):
            if body.get(key):
                record[f"{key}_modified_on"] = now
        ids = self._names.get(record["name"], ())
        self._check(record, identity, [self._records[one] for one in ids if one != record["id"]])
        self._records[record["id"]] = Stored(record, identity)
        if record["id"] not in ids:
            self._names[record["name"]] = (*ids, record["id"])
        return record

    def _drop(self, record: Json) -> None:
        del self._records[record["id"]]
        left = tuple(one for one in self._names[record["name"]] if one != record["id"])
        if left:
            self._names[record["name"]] = left
        else:
            del self._names[record["name"]]

    def _check(self, record: Json, identity: object, others: list[Stored]) -> None:
        kind, apex = record["type"], record["name"] == self._zone.name
        kinds = {other.record["type"] for other in others}
        same = [other for other in others if other.record["type"] == kind]
        if any(other.identity == identity for other in same):
            raise ApiError(81058, "An identical record already exists.")
        if kind == "CNAME" and kinds & {"A", "AAAA", "CNAME"}:
            raise ApiError(81053, "An A, AAAA, or CNAME record with that host already exists.")
        if "CNAME" in kinds and (kind in {"A", "AAAA"} or not apex):
            raise ApiError(81054, "A CNAME record with that host already exists.")
        if kind == "CNAME" and kinds and not apex:
            raise ApiError(VALIDATION, "A DNS record with that host already exists.")
        if not apex and ((kind == "NS" and kinds - {"NS", "DS"}) or ("NS" in kinds and kind not in {"NS", "DS"})):
            raise ApiError(81056, "NS records with that host already exist.")
        if sum(len(other.record["content"]) for other in same) + len(record["content"]) > _COMBINED:
            message = (
                f"The combined content of records with the same name and type exceeds {_COMBINED} characters."
            )
            raise ApiError(VALIDATION, message)


def batch(zone: Zone, clock: Clock, body: Json) -> Json:
    """One transaction: deletes, patches, puts, posts. The first ApiError undoes all of it."""
    draft = Draft(zone, clock)
    steps: tuple[tuple[str, Callable[[Json], Json]], ...] = (
        ("deletes", draft.delete),
        ("patches", draft.patch),
        ("puts", draft.put),
        ("posts", draft.post),
    )
    wanted = {name: _bodies(body.get(name)) for name, _ in steps}
    if sum(map(len, wanted.values())) > zone.batch_limit:
        raise ApiError(VALIDATION, f"A batch of this zone may hold {zone.batch_limit} operations.")
    done = {name: [step(one) for one in wanted[name]] for name, step in steps}
    draft.commit()
    return done


def _bodies(listed: object) -> list[Json]:
    if listed is None:
        return []
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise ApiError(9207, "Request body is invalid.")
    return listed
