"""What reading one YAML file may use up: events, aliases, memory."""

from __future__ import annotations

from typing import Any

from mailcheck.grammar.yaml_nodes import point
from mailcheck.model.finding import Refused
from mailcheck.model.limits import Limits
from mailcheck.model.location import Location

_ENTRY_SHARE = 8
_EXPANSION_SHARE = 100


class Stop(Exception):  # noqa: N818
    """A limit is passed: the rest of the file is not read."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.message)
        self.refused = refused


class Allowance:
    """What one file, with all that it includes, may still use up."""

    __slots__ = ("aliases", "depth", "entry", "entry_start", "events", "expansion", "floor", "kept")

    def __init__(self, limits: Limits) -> None:
        self.depth = limits.depth
        self.aliases = limits.yaml_aliases
        self.events = limits.yaml_events
        self.expansion = limits.yaml_events // _EXPANSION_SHARE
        self.entry = self.kept = limits.yaml_events // _ENTRY_SHARE
        self.entry_start = self.events
        self.floor = 0

    def start_entry(self, event: Any) -> None:
        """A new top-level entry begins with `event`: it may use up an eighth of all events."""
        self.entry_start = self.events
        self.floor = max(0, self.events - self.entry)
        self.spend(2, event)

    def spend(self, events: int, event: Any) -> None:
        """Count events, the last of which is `event`; raises `Stop` where they are too many."""
        self.events -= events
        if self.events < self.floor:
            raise self.exhausted(event)

    def exhausted(self, event: Any) -> Stop:
        """The error for the event that is one too many."""
        what = "this entry" if self.floor else "this file"
        message = f"{what} is too large: the limit of YAML events is reached, the rest is not read"
        return Stop(Refused("yaml-event-limit", point(event.start_mark), message, "split it into several"))

    def keep(self, size: int, at: Location) -> None:
        """Nodes of `size` events stay in memory; raises `Stop` where they are too many."""
        self.kept -= size
        if self.kept < 0:
            raise Stop(Refused("yaml-event-limit", at, "too much is kept for anchors and merge keys"))
