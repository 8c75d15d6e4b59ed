"""A pair of states of one zone, whoever made it, and what would change from the one to the other."""

from __future__ import annotations

from typing import Literal, NamedTuple

from mailcheck.model.location import Location
from mailcheck.model.zone import Zone


class Change(NamedTuple):
    """One record set that is created, updated or deleted; values as `Record.text` holds them, sorted.

    - `at`: the line of the zone file that asks for it, the zone's own start for a deletion.
    - `meaning`: one sentence on what it does to mail, empty where it does nothing.
    - `details`: what changes beside values and TTL, such as `cloudflare proxied: false to true`.
    """

    kind: Literal["create", "update", "delete"]
    name: str
    type: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    ttl_before: int | None
    ttl_after: int | None
    at: Location
    meaning: str = ""
    details: tuple[str, ...] = ()


class Plan(NamedTuple):
    """What is (`before`) and what is wanted (`after`): provider and zones, or a revision and the working tree.

    The digests are over all that an apply could overwrite, so that a plan gone stale is known.
    """

    before: Zone
    after: Zone
    changes: tuple[Change, ...] = ()
    base_digest: str = ""
    desired_digest: str = ""

    @property
    def name(self) -> str:
        """The zone's name."""
        return self.after.name

    @property
    def type(self) -> str:
        """Empty: a plan is about a zone as a whole."""
        return ""
