"""What `mailcheck sync` is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from mailcheck.model.limits import Limits
from mailcheck.sync.journal import DEFAULT_FOLDER

LATEST = "latest"
"""Stands for the newest journal that did not come to its end."""


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """What the command line asks for; empty and None leave it to `mailcheck.yaml`.

    `allow` are the rules that the user consents to, `plan` a saved plan that must still hold, `rollback` a
    journal to go back behind, `resume` one to go on with (`latest`: the newest unfinished), `host_facts` bundles
    of hosts that depend on the zones.
    """

    provider: str | None = None
    paths: tuple[Path, ...] = ()
    zones: tuple[str, ...] = ()
    config: Path | None = None
    include_root: Path | None = None
    limits: Limits = field(default_factory=Limits)
    allow: tuple[str, ...] = ()
    create_zone: bool = False
    lint: bool = True
    max_wait: float = 300.0
    plan: Path | None = None
    journal: Path = DEFAULT_FOLDER
    rollback: Path | None = None
    resume: str | None = None
    host_facts: tuple[Path, ...] = ()
    today: date = field(default_factory=date.today)
