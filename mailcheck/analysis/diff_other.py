"""What else the files of zones change for mail: logos, aliases of whole trees, reports taken for others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from mailcheck.analysis.dmarc_records import REPORT_LABELS
from mailcheck.analysis.zone_changes import record_changes
from mailcheck.grammar.dmarc import is_dmarc
from mailcheck.model.change import Change
from mailcheck.model.diff import OtherChange
from mailcheck.model.finding import Severity
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone, zone_of

_BIMI = "._bimi."
_KEYS = "_domainkey."
_TAKES = {
    (False, True): "takes",
    (True, False): "no longer takes",
    (True, True): "takes otherwise than before",
}


def other_changes(before: Sequence[Zone], after: Sequence[Zone]) -> Mapping[str, list[OtherChange]]:
    """By the zone that it is in."""
    found: dict[str, list[OtherChange]] = {}
    old = {zone.name: zone for zone in before}
    declared = {zone.name for zones in (before, after) for zone in zones}
    for zone in after:
        was = old.get(zone.name)
        for change in _of_zone(was, zone, declared) if was is not None else ():
            found.setdefault(zone.name, []).append(change)
    return found


def _of_zone(before: Zone, after: Zone, declared: Collection[str]) -> Iterator[OtherChange]:
    for change in map(_as_read, record_changes(before, after)):
        unsure = before.may_hold_more(change.name) or after.may_hold_more(change.name)
        if unsure or _spelling(change.before) == _spelling(change.after):
            continue
        sentence = _sentence(change, before, after, declared)
        if sentence:
            yield OtherChange(Severity.INFO if change.after else Severity.WARNING, sentence)


def _as_read(change: Change) -> Change:
    """Of the records by which a host takes reports, those that reporters read (RFC 9990 section 4)."""
    if change.type != "TXT" or REPORT_LABELS not in change.name:
        return change
    before, after = (tuple(filter(is_dmarc, values)) for values in (change.before, change.after))
    return change._replace(before=before, after=after)


def _sentence(change: Change, before: Zone, after: Zone, declared: Collection[str]) -> str:
    name = shown_name(change.name)
    if change.type == "DNAME":
        targets = ", ".join(shown_name(value) for value in change.after or change.before)
        return f"names below {name} {'lead' if change.after else 'no longer lead'} to those below {targets}"
    if change.type == "NS":
        return _delegated_keys(change) if change.name.startswith(_KEYS) else ""
    if change.type not in ("TXT", "CNAME"):
        return ""
    domain, is_consent, host = change.name.partition(REPORT_LABELS)
    if is_consent and zone_of(f"{domain}.", dict.fromkeys(declared, after)) is None:
        verb = _TAKES[bool(change.before), bool(change.after)]
        subject = "any domain" if domain == "*" else shown_name(domain)
        return f"{shown_name(host)} {verb} DMARC reports on {subject}"
    if _BIMI in change.name:
        verb = "changes" if change.before and change.after else "publishes" if change.after else "removes"
        return f"{verb} the BIMI record {name}"
    return ""


def _delegated_keys(change: Change) -> str:
    """Selectors below a delegation are seen by nobody who reads the zone; any server that stays has the same."""
    domain = shown_name(change.name.removeprefix(_KEYS))
    old, new = (sorted(set(map(str.lower, values))) for values in (change.before, change.after))
    servers = ", ".join(map(shown_name, new or old))
    if not new:
        return f"the DKIM keys of {domain} are no longer delegated to {servers}"
    return f"the DKIM keys of {domain} are delegated to {servers}" if set(old).isdisjoint(new) else ""


def _spelling(values: Sequence[str]) -> list[str]:
    """The values without white space, case, and the semicolon that may end a list of tags."""
    return sorted("".join(value.split()).rstrip(";").upper() for value in values)
