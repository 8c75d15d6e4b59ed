"""Whether zones that were read again say what an edit intended, and nothing else has changed in them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from mailcheck.model.finding import Edit, Refused
from mailcheck.model.location import Location
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone
from mailcheck.zonefile.edit import edited
from mailcheck.zonefile.load import Loaded

_Key = tuple[str, str, str, Location]
_Wanted = dict[_Key, set[Edit]]


def says_what_was_intended(before: Loaded, after: Loaded, edits: Iterable[Edit]) -> bool:
    """Whether each edited record has the text that its edits make, and every other is what it was.

    Places and, of an edited record, the seams of its strings may differ; nothing more may be refused or
    remarked upon than before.
    """
    wanted: _Wanted = defaultdict(set)
    for edit in edits:
        wanted[_key(edit.record)].add(edit)
    if len(before.zones) != len(after.zones) or _refusals(after.refused) - _refusals(before.refused):
        return False
    return all(_matches(old, new, wanted) for old, new in zip(before.zones, after.zones, strict=True))


def _matches(old: Zone, new: Zone, wanted: _Wanted) -> bool:
    return (
        (old.name, old.path, old.unread, old.incomplete) == (new.name, new.path, new.unread, new.incomplete)
        and len(old.suppressions) == len(new.suppressions)
        and not _remarks(new) - _remarks(old)
        and _texts(old.records, wanted) == _texts(new.records, {}, like=_edited(old.records, wanted))
    )


def _edited(records: Sequence[Record], wanted: _Wanted) -> tuple[bool, ...]:
    return tuple(_key(record) in wanted for record in records)


def _texts(
    records: Sequence[Record],
    wanted: _Wanted,
    like: tuple[bool, ...] | None = None,
) -> list[tuple[object, ...]]:
    """What the records say after the edits; without cuts for those that are edited."""
    free = _edited(records, wanted) if like is None else like
    if len(free) != len(records):
        return []
    return [
        (
            _owner(record, wanted),
            record.type,
            record.ttl,
            _text(record, wanted),
            None if is_free else record.cuts,
            record.extra,
        )
        for record, is_free in zip(records, free, strict=True)
    ]


def _owner(record: Record, wanted: _Wanted) -> str:
    return next((edit.owner for edit in wanted.get(_key(record), ()) if edit.owner), record.name)


def _text(record: Record, wanted: _Wanted) -> str:
    edits = wanted.get(_key(record), ())
    return edited(record.text, {(edit.start, edit.end, edit.replacement) for edit in edits if not edit.owner})


def _key(record: Record) -> _Key:
    return record.name, record.type, record.text, record.at


def _refusals(refused: Iterable[Refused]) -> Counter[tuple[str, str]]:
    return Counter((entry.code, entry.at.path) for entry in refused)


def _remarks(zone: Zone) -> Counter[tuple[str, str, str]]:
    return Counter((remark.kind, remark.name, remark.type) for remark in zone.remarks)
