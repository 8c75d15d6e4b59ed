"""Journals read back: what an apply set out to do, and how far it came."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from mailcheck.errors import InputRefused, UsageError
from mailcheck.model.zone import Zone
from mailcheck.sync.journal import SUFFIX, VERSION
from mailcheck.sync.provider import RawRecord
from mailcheck.sync.saved import restored_zone

StepOutcome = Literal["applied", "failed", "unknown", "pending"]

MAX_SIZE = 256_000_000


class NotedStep(NamedTuple):
    """One step of an apply and what became of it: `unknown` where no end was noted."""

    names: tuple[str, ...]
    outcome: StepOutcome


class Noted(NamedTuple):
    """What a journal says.

    - `before`: the zone as it was before the first write, `records` the same raw; `existed` whether it was there.
    - `desired`: what the apply was to bring about, `back_to` the raw records where it was a rollback.
    - `changes`: each as `saved_change` gives it.
    - `outcome`: how it ended, empty where it did not come to an end.
    """

    path: Path
    provider: str
    zone: str
    before: Zone
    records: tuple[RawRecord, ...]
    existed: bool
    desired: Zone
    back_to: tuple[RawRecord, ...] | None
    changes: tuple[Mapping[str, Any], ...]
    steps: tuple[NotedStep, ...]
    outcome: str

    @property
    def is_finished(self) -> bool:
        """Whether nothing of it is left to do."""
        return self.outcome in ("applied", "resumed", "unchanged")


def read_journal(path: Path) -> Noted:
    """Read a journal; a last line cut off by a crash counts for nothing.

    Raises UsageError where there is none, InputRefused where it is none of ours.
    """
    try:
        if path.stat().st_size > MAX_SIZE:
            raise _refuse(path, 1, f"is over {MAX_SIZE} octets")
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    events = []
    for number, line in enumerate(lines[:-1], 1):
        try:
            event = json.loads(line)
            events.append((event["event"], event))
        except (ValueError, TypeError, KeyError, RecursionError):
            raise _refuse(path, number, "is no line of a journal") from None
    try:
        return _noted(path, events)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise _refuse(path, 1, "is no journal that this version reads") from None


def latest_unfinished(folder: Path) -> Path:
    """The newest journal whose apply did not come to an end. Raises UsageError where there is none."""
    files = [path for path in folder.glob(f"*{SUFFIX}") if path.is_file()]
    found = sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    for path in found:
        if _is_begun(path) and not read_journal(path).is_finished:
            return path
    raise UsageError(f"no unfinished journal in {folder}", hint="name the journal, or the folder with --journal")


def _is_begun(path: Path) -> bool:
    """Whether its first line is whole: nothing is written to a provider before that."""
    with path.open("rb") as file:
        return file.readline(MAX_SIZE).endswith(b"\n")


def _noted(path: Path, events: list[tuple[str, Mapping[str, Any]]]) -> Noted:
    kind, begin = events[0]
    if kind != "begin" or begin["version"] != VERSION:
        raise ValueError(kind)
    zone = begin["zone"]
    _check(begin)
    outcomes: list[StepOutcome] = ["pending"] * len(begin["steps"])
    ended = ""
    for event, data in events[1:]:
        if event == "step":
            outcomes[data["step"]] = "unknown"
        elif event == "done":
            outcomes[data["step"]] = data["outcome"]
        elif event == "end":
            ended = data["outcome"]
    if not {*outcomes} <= {*get_args(StepOutcome)} or not isinstance(ended, str):
        raise ValueError("no outcome")
    back_to = begin["back_to"]
    names = (tuple(step["names"]) for step in begin["steps"])
    return Noted(
        path,
        begin["provider"],
        zone,
        restored_zone(zone, begin["before"]["zone"], str(path)),
        tuple(begin["before"]["records"]),
        begin["before"]["exists"],
        restored_zone(zone, begin["desired"], str(path)),
        None if back_to is None else tuple(back_to),
        tuple(begin["changes"]),
        tuple(NotedStep(*pair) for pair in zip(names, outcomes, strict=True)),
        ended,
    )


def _check(begin: Mapping[str, Any]) -> None:
    """Raise ValueError where what a provider or octoDNS would be given is not of the right type."""
    before, back_to = begin["before"], begin["back_to"]
    records = [*before["zone"], *begin["desired"]]
    texts = [
        begin["zone"],
        begin["provider"],
        *(record[key] for record in records for key in ("name", "type", "text")),
    ]
    raws = [*before["records"], *(back_to or ()), *begin["changes"]]
    fits = (
        all([isinstance(text, str) for text in texts])
        and all([type(record["ttl"]) is int for record in records])
        and all([isinstance(record["extra"], dict | None) for record in records])
        and all([isinstance(raw, dict) for raw in raws])
        and isinstance(before["exists"], bool)
    )
    if not fits or begin["zone"] != begin["zone"].lower() or not begin["zone"].endswith("."):
        raise ValueError("not a journal")


def _refuse(path: Path, line: int, message: str) -> InputRefused:
    return InputRefused("journal-unreadable", message, path=str(path), line=line)
