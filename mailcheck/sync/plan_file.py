"""A saved plan, read back: what it was made for must still be so when it is applied."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mailcheck.errors import ChangeRefused, InputRefused, UsageError
from mailcheck.model.text import shown_name
from mailcheck.sync.plan import ZonePlan

MAX_SIZE = 256_000_000


class SavedPlan(NamedTuple):
    """The provider, and by zone the digests of what was there and of what is wanted."""

    path: Path
    provider: str
    digests: Mapping[str, tuple[str, str]]


def read_plan(path: Path) -> SavedPlan:
    """A plan as `--plan-out` writes it. Raises UsageError where there is none, or no zone in it.

    Raises InputRefused for what is no plan.
    """
    try:
        with path.open("rb") as file:
            octets = file.read(MAX_SIZE + 1)
        data = json.loads(octets)
        zones = {zone["zone"]: (zone["base_digest"], zone["desired_digest"]) for zone in data["zones"]}
        texts = [data["provider"], *zones, *(digest for digests in zones.values() for digest in digests)]
        if data["version"] != 1 or not all([isinstance(text, str) for text in texts]):
            raise ValueError("not a plan")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except (ValueError, TypeError, KeyError, RecursionError):
        raise InputRefused("plan-unreadable", "is no plan of `sync --plan-out`", path=str(path)) from None
    if not zones:
        raise UsageError(f"the plan {path} holds no zone", hint="plan again")
    return SavedPlan(path, data["provider"], zones)


def refuse_stale(saved: SavedPlan, planned: ZonePlan) -> None:
    """Raise ChangeRefused where the zone, at the provider or in its file, is not what the plan was made for."""
    base, desired = saved.digests[planned.name]
    if base != planned.plan.base_digest:
        what = "has changed at the provider"
    elif desired != planned.plan.desired_digest:
        what = "has changed in its file"
    else:
        return
    raise ChangeRefused(
        f"the plan {saved.path} is stale: {shown_name(planned.name)} {what} since",
        hint="nothing was written; plan again",
    )
