"""Names that a wildcard answers for in one state alone, since in the other they exist (RFC 4592 section 2.2.2)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from mailcheck.grammar.spf import is_spf
from mailcheck.model.diff import OtherChange
from mailcheck.model.finding import Severity
from mailcheck.model.names import parent
from mailcheck.model.record import RecordSet
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone
from mailcheck.view.zone_index import ZoneIndex, index_zone

_MOST_LISTED = 6


def wildcard_changes(
    before: Sequence[Zone], after: Sequence[Zone], compared: Collection[str]
) -> Mapping[str, list[OtherChange]]:
    """By wildcard the names that it stops or begins to answer for, without those that are `compared` anyway."""
    found: dict[str, list[OtherChange]] = {}
    old = {zone.name: zone for zone in before}
    for zone in after:
        was = old.get(zone.name)
        for wildcard, said in _newly_existing(was, zone, compared) if was is not None else ():
            lost = OtherChange(Severity.WARNING, f"no longer answers for {said} now")
            found.setdefault(wildcard, []).append(lost)
        for wildcard, said in _newly_existing(zone, was, compared) if was is not None else ():
            found.setdefault(wildcard, []).append(OtherChange(Severity.INFO, f"answers for {said} no longer"))
    return found


def _newly_existing(one: Zone, other: Zone, compared: Collection[str]) -> Iterator[tuple[str, str]]:
    """Wildcards that both have, each with the names it covers in `one` that exist in `other`, in words."""
    mail = _mail_wildcards(one)
    wildcards = mail.keys() & _mail_wildcards(other).keys()
    if not wildcards or one.incomplete or other.incomplete:
        return
    index = index_zone(one)
    covered: dict[str, dict[str, None]] = {}
    for written in other.names:
        name = _topmost_new(written, index)
        if name is None or name.startswith(("_", "*.")) or name in compared or name in one.unread:
            continue
        if index.cut_above(name, "") is None and index.dname_above(name) is None:
            covered.setdefault(f"*.{parent(name)}", {})[name] = None
    for wildcard in sorted(covered.keys() & wildcards):
        names = list(covered[wildcard])
        more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
        listed = ", ".join(map(shown_name, names[:_MOST_LISTED])) + more
        verb = "exists" if len(names) == 1 else "exist"
        yield wildcard, f"the {' and '.join(mail[wildcard])} of {listed}, which {verb}"


def _mail_wildcards(zone: Zone) -> Mapping[str, tuple[str, ...]]:
    """The wildcards that say something of mail, with what it is."""
    found = {name: _mail_kinds(types) for name, types in zone.names.items() if name.startswith("*.")}
    return {name: kinds for name, kinds in found.items() if kinds}


def _mail_kinds(types: Mapping[str, RecordSet]) -> tuple[str, ...]:
    texts = types["TXT"].records if "TXT" in types else ()
    spf = ("SPF",) if any(is_spf(record.text) for record in texts) else ()
    return (*(("MX",) if "MX" in types else ()), *spf)


def _topmost_new(name: str, index: ZoneIndex) -> str | None:
    """The name at or above `name` that is the first not to exist there, None where it exists itself."""
    found = None
    while name not in index.existing and name != ".":
        found, name = name, parent(name)
    return found
