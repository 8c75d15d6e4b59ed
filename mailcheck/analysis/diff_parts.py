"""What changes between two states of one domain, each part graded by what it does to mail.

An error loses mail or protection, a warning takes something away, everything else is told only.
"""

from __future__ import annotations

from collections.abc import Mapping

from mailcheck.analysis.diff_state import NULL_MX
from mailcheck.analysis.fcrdns import ReverseDns
from mailcheck.model.diff import MxDiff, PtrDiff, ValueChange
from mailcheck.model.finding import Severity
from mailcheck.model.text import shown_name


def mx_diff(before: Mapping[str, str] | None, after: Mapping[str, str] | None) -> MxDiff | None:
    """The exchanges that come, go, and get another preference; nothing where they are not determined."""
    if before is None or after is None or _in_order(before) == _in_order(after):
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
    fewer = bool(before.keys() - after.keys() - {NULL_MX}) or (bool(removed) and not accepts)
    unclear = NULL_MX in after and accepts and NULL_MX not in before
    severity = Severity.ERROR if stops or unclear else Severity.WARNING if fewer else Severity.INFO
    return MxDiff(severity, added, removed, moved, accepts)


def _in_order(preferences: Mapping[str, str]) -> list[set[str]]:
    """The exchanges by preference: how far apart they are is nothing to anybody."""
    ranks = sorted(set(preferences.values()), key=int)
    return [{name for name, preference in preferences.items() if preference == rank} for rank in ranks]


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
