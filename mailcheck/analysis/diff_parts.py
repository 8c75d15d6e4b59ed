"""What changes between two states of one domain, each part graded by what it does to mail.

An error loses mail or protection, a warning takes something away, everything else is told only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from mailcheck.analysis.diff_state import NO_POLICY, NULL_MX, DmarcState
from mailcheck.analysis.fcrdns import ReverseDns
from mailcheck.model.diff import NOT_DETERMINED, DmarcDiff, MxDiff, PtrDiff, ValueChange
from mailcheck.model.finding import Severity
from mailcheck.model.text import shown_name

_POLICIES = (NO_POLICY, "none", "quarantine", "reject")
_WHOSE = ("domain", "subdomain", "missing")


def dmarc_diff(before: DmarcState, after: DmarcState, elsewhere: AbstractSet[str]) -> DmarcDiff | None:
    """The policies that receivers apply, and what else of the record counts.

    What the record of another domain says on both sides is told under that one, if it is `elsewhere`.
    """
    policies = tuple(map(ValueChange, _WHOSE, before.policies, after.policies))
    own = not {before.source, after.source} <= elsewhere
    inherited = not {before.inherited, after.inherited} <= elsewhere
    changed = [
        policy
        for policy, is_told in zip(policies, (own, inherited, inherited), strict=True)
        if is_told and policy.before != policy.after
    ]
    tags = before.settings.keys() & after.settings.keys() if own else ()
    settings = tuple(
        ValueChange(tag, before.settings[tag] or "nobody", after.settings[tag] or "nobody")
        for tag in sorted(tags)
        if before.settings[tag] != after.settings[tag]
    )
    if not (changed or settings):
        return None
    if any(_rank(_POLICIES, policy.after) < _rank(_POLICIES, policy.before) for policy in changed):
        return DmarcDiff(Severity.ERROR, policies, settings)
    unsure = any(policy.after == NOT_DETERMINED for policy in changed)
    return DmarcDiff(Severity.WARNING if unsure else Severity.INFO, policies, settings)


def mx_diff(before: Mapping[str, str] | None, after: Mapping[str, str] | None) -> MxDiff | None:
    """The exchanges that come, go, and get another preference; nothing where they are not determined."""
    if before is None or after is None or before == after:
        return None
    added = tuple(_exchange(name, after) for name in sorted(after.keys() - before.keys()))
    removed = tuple(_exchange(name, before) for name in sorted(before.keys() - after.keys()))
    moved = tuple(
        ValueChange(shown_name(name), before[name], after[name])
        for name in sorted(before.keys() & after.keys())
        if before[name] != after[name]
    )
    accepts = bool(after.keys() - {NULL_MX})
    stops = not accepts and bool(before.keys() - {NULL_MX})
    severity = Severity.ERROR if stops else Severity.WARNING if removed else Severity.INFO
    return MxDiff(severity, added, removed, moved, accepts)


def _exchange(name: str, preferences: Mapping[str, str]) -> str:
    return "null MX" if name == NULL_MX else f"{preferences[name]} {shown_name(name)}"


def ptr_diff(before: ReverseDns, after: ReverseDns) -> PtrDiff | None:
    """Whether the address is led back to from its names on one side alone."""
    old, new = before.confirming, after.confirming
    if bool(old) == bool(new) or before.open or after.open:
        return None
    names = tuple(name.shown for name in old or new)
    if new:
        return PtrDiff(Severity.INFO, "gained", str(before.address), names)
    return PtrDiff(Severity.WARNING, "lost", str(before.address), names)


def _rank(order: Sequence[str], value: str) -> float:
    """Where a value stands; one that is not determined is neither better nor worse than any."""
    return order.index(value) if value in order else float("nan")
