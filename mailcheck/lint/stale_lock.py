"""The finding about a lock that is too old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mailcheck.lint.own_findings import OWN_RULES
from mailcheck.model.finding import Finding, Label, Subject
from mailcheck.view.locked import LockFile

STALE = "lock-stale"


def stale_lock(lock: LockFile, today: date, max_age: int) -> Iterator[Finding]:
    """A finding where a fact of the lock was last verified more than `max_age` days before `today`."""
    oldest = lock.oldest
    if oldest is None or (age := (today - oldest).days) <= max_age:
        return
    where = lock.verified_at
    for fact in lock.facts.values():
        if fact.kept == oldest:
            where = fact.at
            break
    days = "1 day" if age == 1 else f"{age} days"
    allowed = "1 day" if max_age == 1 else f"{max_age} days"
    yield Finding(
        STALE,
        OWN_RULES[STALE].severity,
        f"this was last verified on {oldest}, {days} ago, and {allowed} are allowed",
        (Label(where),),
        Subject("", "", ""),
        help="run `mailcheck lock`, look at what it reports as changed, and commit the file",
    )
