"""Everything that the fake knows: zones with their records, and tokens."""

from __future__ import annotations

from typing import Any

from tests.lab.cloudflare.access import ALL, Scope, Token, TokenStatus
from tests.lab.cloudflare.envelope import Json
from tests.lab.cloudflare.zone import Clock, Draft, Plan, Status, Stored, Zone

ACCOUNT = "a" * 32
"""The account of zones that are not said to be another's."""
_KEPT = ("id", "created_on", "modified_on", "meta")


class World:
    """Zones by id and tokens by what is sent of them."""

    account = ACCOUNT

    def __init__(self) -> None:
        self.clock = Clock()
        self.zones: dict[str, Zone] = {}
        self.tokens: dict[str, Token] = {}

    def zone(
        self,
        name: str,
        *,
        plan: Plan = "free",
        status: Status = "active",
        paused: bool = False,
        dnssec: str = "disabled",
        account: str = ACCOUNT,
        min_ttl: int | None = None,
        quota: int | None = None,
    ) -> Zone:
        """A new, empty zone, its name without final dot; `quota` is how many records it may hold."""
        least = min_ttl if min_ttl is not None else 30 if plan == "enterprise" else 60
        made = Zone(self.clock.id(), name, account, plan, status, paused, dnssec, least, quota, self.clock.now())
        self.zones[made.id] = made
        return made

    def seed(self, zone: Zone, *bodies: Json) -> list[Json]:
        """Make records as if by POST, `id`, `meta` and times as given. Raises ApiError."""
        draft = Draft(zone, self.clock)
        made = [draft.post(body) for body in bodies]
        draft.commit()
        return [
            self.overwrite(zone, record["id"], **{key: body[key] for key in _KEPT if key in body})
            for record, body in zip(made, bodies, strict=True)
        ]

    def overwrite(self, zone: Zone, record_id: str, **fields: Any) -> Json:
        """Set fields of a stored record as they are, unchecked, its times too: a record from another age."""
        stored = zone.records[record_id]
        record = {**stored.record, **fields}
        if record["id"] == record_id:
            zone.records[record_id] = Stored(record, stored.identity)
            return record
        zone.records = {
            record["id"] if key == record_id else key: Stored(record, stored.identity)
            if key == record_id
            else kept
            for key, kept in zone.records.items()
        }
        ids = zone.names[record["name"]]
        zone.names[record["name"]] = tuple(record["id"] if one == record_id else one for one in ids)
        return record

    def edit(self, zone: Zone, record_id: str, **fields: Any) -> Json:
        """Change a record as somebody else would, at the dashboard. Raises ApiError."""
        draft = Draft(zone, self.clock)
        record = draft.patch({**fields, "id": record_id})
        draft.commit()
        return record

    def remove(self, zone: Zone, record_id: str) -> None:
        """Remove a record as somebody else would. Raises ApiError."""
        draft = Draft(zone, self.clock)
        draft.delete({"id": record_id})
        draft.commit()

    def token(
        self,
        *scopes: Scope,
        value: str | None = None,
        account: str | None = None,
        status: TokenStatus = "active",
        zones: tuple[Zone, ...] | None = None,
        permissions: tuple[str, ...] | None = None,
    ) -> str:
        """A new token, as it is sent; all scopes but those of page rules and zone creation where none is given.

        `permissions` is what zones say that it may, where that is not the truth.
        """
        token_id = self.clock.id()
        sent = value or f"fake-token-{token_id[:29]}"
        granted = frozenset(scopes or ALL_OF_SYNC)
        reached = None if zones is None else frozenset(zone.id for zone in zones)
        self.tokens[sent] = Token(token_id, granted, status, account, reached, permissions)
        return sent


ALL_OF_SYNC: tuple[Scope, ...] = tuple(scope for scope in ALL if scope not in {"zone:create", "page_rules"})
