"""What else changes for mail beside who may send, policy, keys and exchanges, told as plans tell it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mailcheck.analysis.change_meaning import meaning
from mailcheck.analysis.mail_statements import statement
from mailcheck.analysis.transport import STS_LABEL, TLS_RPT_LABEL
from mailcheck.analysis.zone_changes import record_changes
from mailcheck.model.change import Change
from mailcheck.model.diff import OtherChange
from mailcheck.model.finding import Severity
from mailcheck.model.spec import NO_SPEC
from mailcheck.model.text import shown_name
from mailcheck.model.zone import PolicyFile, Zone

_TYPES = frozenset({"A", "AAAA", "TLSA"})


def other_changes(before: Sequence[Zone], after: Sequence[Zone]) -> Mapping[str, list[OtherChange]]:
    """By the domain that it is about: MTA-STS, TLS reporting, DANE, the addresses of mail hosts."""
    found: dict[str, list[OtherChange]] = {}
    old = {zone.name: zone for zone in before}
    for zone in after:
        was = old.get(zone.name)
        for domain, change in _of_zone(was, zone) if was is not None else ():
            found.setdefault(domain, []).append(change)
    return found


def _of_zone(before: Zone, after: Zone) -> Iterator[tuple[str, OtherChange]]:
    for change in record_changes(before, after):
        unsure = before.may_hold_more(change.name) or after.may_hold_more(change.name)
        same = _spelling(change.before) == _spelling(change.after)
        domain = "" if unsure or same else _domain(change, after)
        sentence = meaning(change, before, after, NO_SPEC) if domain else ""
        if sentence:
            severity = Severity.INFO if change.after else Severity.WARNING
            yield domain, OtherChange(severity, sentence)
    for domain in sorted({*before.policies, *after.policies}):
        if _lines(before.policies.get(domain)) != _lines(after.policies.get(domain)):
            sentence = f"the MTA-STS policy of {shown_name(domain)}: changed"
            yield domain, OtherChange(Severity.INFO if domain in after.policies else Severity.WARNING, sentence)


def _spelling(values: Sequence[str]) -> list[str]:
    """The values without white space and without the semicolon that may end a list of tags."""
    return ["".join(value.split()).rstrip(";") for value in values]


def _domain(change: Change, zone: Zone) -> str:
    """The domain that a change is told under, empty where it is none of these."""
    if change.type in _TYPES:
        return zone.name
    if not change.name.startswith((STS_LABEL, TLS_RPT_LABEL)):
        return ""
    said = (statement(change.name, change.type, value) for value in (*change.before, *change.after))
    return next((found.domain for found in said if found is not None), "")


def _lines(policy: PolicyFile | None) -> list[str]:
    return [] if policy is None else sorted(filter(None, (line.strip() for line in policy.text.splitlines())))
