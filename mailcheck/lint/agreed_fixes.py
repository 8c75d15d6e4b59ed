"""Fixes that all who share a text agree on: two zones that include one file, values behind a YAML alias."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from mailcheck.model.finding import Edit, Finding
from mailcheck.model.location import Location
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone

_Place = tuple[str, tuple[int, int]]
_Owner = tuple[str, str, Location]
_Change = tuple[str, _Place, int, int, str]


def with_agreed_fixes(findings: Sequence[Finding], zones: Sequence[Zone]) -> tuple[Finding, ...]:
    """The findings; a fix is left out where its text belongs to another record that is not to be fixed alike."""
    if not any(finding.fix for finding in findings):
        return tuple(findings)
    fixed: dict[_Change, set[_Owner]] = defaultdict(set)
    for finding in findings:
        for change, owner in _changes(finding):
            fixed[change].add(owner)
    users = _users(zones, {place for _, place, *_ in fixed})
    agreed = {change for change, owners in fixed.items() if users[change[1]] <= owners}
    return tuple(
        finding if all(change in agreed for change, _ in _changes(finding)) else finding._replace(fix=None)
        for finding in findings
    )


def _changes(finding: Finding) -> Iterator[tuple[_Change, _Owner]]:
    """What the finding's fix changes of which record: alike for records that stand in the same text."""
    for edit in finding.fix.edits if finding.fix else ():
        yield (finding.rule, _place(edit), edit.start, edit.end, edit.replacement), _owner(edit.record)


def _place(edit: Edit) -> _Place:
    return edit.record.at.path, edit.record.at.position(edit.start)


def _owner(record: Record) -> _Owner:
    return record.name, record.type, record.at


def _users(zones: Sequence[Zone], places: set[_Place]) -> dict[_Place, set[_Owner]]:
    """The records in whose text each of the places lies."""
    columns: dict[tuple[str, int], list[_Place]] = defaultdict(list)
    for place in places:
        path, (line, _) = place
        columns[path, line].append(place)
    paths = {path for path, _ in places}
    users: dict[_Place, set[_Owner]] = defaultdict(set)
    for zone in zones:
        for record in zone.records:
            at = record.at
            if at.path not in paths:
                continue
            for line in range(at.line, at.end_line + 1):
                for place in columns.get((at.path, line), ()):
                    if (at.line, at.column) <= place[1] <= (at.end_line, at.end_column):
                        users[place].add(_owner(record))
    return users
