"""Which findings have to do with what changed between two states of the zones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from mailcheck.analysis.zone_changes import zone_changes
from mailcheck.lint.known import sort_out
from mailcheck.model.change import Plan
from mailcheck.model.finding import Finding
from mailcheck.model.spec import MailSpec
from mailcheck.model.zone import Zone

ChangedLines = Callable[[str], Sequence[range]]
"""The changed lines of a file, by the path that labels name."""


def pairs(before: Iterable[Zone], after: Iterable[Zone], spec: MailSpec) -> tuple[Plan, ...]:
    """Each zone of `after` with its earlier state.

    A zone that was not there before, or of which either state could not be read in whole, is paired with
    itself: nothing of it is taken for removed.
    """
    earlier = {zone.name: zone for zone in before if not (zone.incomplete or zone.unread)}
    return tuple(
        Plan(zone, zone)
        if zone.incomplete or zone.unread or (was := earlier.get(zone.name)) is None
        else Plan(was, zone, zone_changes(was, zone, spec))
        for zone in after
    )


def touched(
    findings: Sequence[Finding], before: Sequence[Finding], plans: Iterable[Plan], lines: ChangedLines
) -> tuple[Finding, ...]:
    """The findings that were not there `before`, or have a label on a changed line or record set."""
    found = sort_out(findings, ((finding.fingerprint, finding.message) for finding in before))
    new = set(map(id, found.new))
    sets = _lines_of_sets(plans)

    def is_changed(finding: Finding) -> bool:
        return any(
            not sets[label.at.path].isdisjoint(range(label.at.line, label.at.end_line + 1))
            or any(part.start <= label.at.end_line and label.at.line < part.stop for part in lines(label.at.path))
            for label in finding.labels
        )

    return tuple(finding for finding in findings if id(finding) in new or is_changed(finding))


def _lines_of_sets(plans: Iterable[Plan]) -> dict[str, set[int]]:
    """The lines on which changed record sets stand, by path."""
    lines: dict[str, set[int]] = defaultdict(set)
    for plan in plans:
        for change in plan.changes:
            for record in plan.after.at_name(change.name, change.type):
                for at in (record.at, record.owner_at):
                    lines[at.path].update(range(at.line, at.end_line + 1))
    return lines
