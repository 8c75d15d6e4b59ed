"""What two states of one SPF record authorise, compared by meaning and told in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mailcheck.analysis.senders import Senders
from mailcheck.model.text import shorten

MOST_TOLD = 8
"""How many networks or terms are told one by one."""

_STATES = {
    "found": "holds an SPF record",
    "none": "holds no SPF record",
    "several": "holds several SPF records",
}


def told_changes(before: Senders, after: Senders) -> str:
    """`gained 198.51.100.0/24 and one lookup; lost 192.0.2.0/24`, empty where the meaning is the same.

    What was not answered on either side is no change of state.
    """
    parts = []
    if before.state != after.state and "unknown" not in (before.state, after.state):
        parts.append(f"now {_STATES[after.state]}")
    gained = [
        *listed(str(network) for network in after.addresses.without(before.addresses).networks()),
        *_counted(after.lookups - before.lookups, "lookup"),
        *_counted(after.voids - before.voids, "void lookup"),
    ]
    lost = [
        *listed(str(network) for network in before.addresses.without(after.addresses).networks()),
        *_counted(before.lookups - after.lookups, "lookup"),
        *_counted(before.voids - after.voids, "void lookup"),
    ]
    parts += [f"gained {_enumerated(gained)}"] if gained else []
    parts += [f"lost {_enumerated(lost)}"] if lost else []
    for what, old, new in (
        ("terms that cannot be enumerated", before.unbounded, after.unbounded),
        ("errors", before.broken, after.broken),
    ):
        parts += [f"gained {what}: {_enumerated(more)}"] if (more := listed(_only(new, old))) else []
        parts += [f"lost {what}: {_enumerated(less)}"] if (less := listed(_only(old, new))) else []
    return "; ".join(parts)


def listed(values: Iterable[str]) -> list[str]:
    """The values, shortened; of many the first and how many more there are."""
    found = [shorten(value) for value in values]
    return found if len(found) <= MOST_TOLD else [*found[:MOST_TOLD], f"{len(found) - MOST_TOLD} more"]


def _only(these: Sequence[str], those: Sequence[str]) -> list[str]:
    return [value for value in these if value not in those]


def _counted(count: int, what: str) -> list[str]:
    if count <= 0:
        return []
    return [f"one {what}" if count == 1 else f"{count} {what}s"]


def _enumerated(parts: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)
