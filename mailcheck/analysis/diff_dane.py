"""What changes of the certificates to which senders hold the hosts that take mail (DANE, RFC 7672)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from mailcheck.analysis.change_meaning import what_dane_becomes
from mailcheck.analysis.mail_statements import exchange_names
from mailcheck.analysis.together import Ask
from mailcheck.analysis.transport import SMTP_LABEL
from mailcheck.grammar.tlsa import usable
from mailcheck.model.diff import OtherChange
from mailcheck.model.dns import Answer, Present, Question, Unknown
from mailcheck.model.finding import Severity
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone, zone_of

_ALL_PORTS = "*._tcp."
_NOT_READ = "unread"


def dane_changes(
    before: Sequence[Zone], after: Sequence[Zone], asks: tuple[Ask, Ask]
) -> Mapping[str, list[OtherChange]]:
    """By the zone of each host what its name for port 25 answers on one side and on the other (section 2.2.2).

    A host to which no mail goes any more is left out.
    """
    homes = _homes(before, after)
    questions = {host: Question(SMTP_LABEL + host, "TLSA") for host in homes}
    old, new = (ask(frozenset(questions.values())) for ask in asks)
    found: dict[str, list[OtherChange]] = {}
    for host, question in questions.items():
        change = _change(shown_name(host), old[question], new[question])
        if change is not None:
            found.setdefault(homes[host], []).append(change)
    return found


def _homes(before: Sequence[Zone], after: Sequence[Zone]) -> Mapping[str, str]:
    """The zone of each host: those that an MX record names, and those of which only TLSA records are declared."""
    every = (*before, *after)
    used, in_use = ({name for zone in side for name in exchange_names(zone)} for side in (before, after))
    hosts = in_use.union(host for zone in every for host in _holding(zone)) - (used - in_use)
    zones = {zone.name: zone for zone in every}
    homes = ((host, zone_of(SMTP_LABEL + host, zones)) for host in sorted(hosts))
    return {host: home.name for host, home in homes if home is not None}


def _holding(zone: Zone) -> Iterator[str]:
    """The hosts for which the zone has TLSA records, or an alias to some."""
    for rtype in ("TLSA", "CNAME"):
        for found in zone.record_sets(rtype):
            for label in (SMTP_LABEL, _ALL_PORTS):
                if found.name.startswith(label):
                    yield found.name.removeprefix(label)


def _change(host: str, before: Answer, after: Answer) -> OtherChange | None:
    if isinstance(before, Unknown):
        if isinstance(after, Unknown) and after.target not in ("", before.target):
            return _elsewhere(host, after)
        return None
    held = _usable(before)
    if not isinstance(after, Unknown):
        told = what_dane_becomes(host, held, found := _usable(after))
        return OtherChange(Severity.INFO if found else Severity.WARNING, told) if told else None
    if after.reason == _NOT_READ:
        return None
    if held:
        told = f"whether senders hold {host} to a certificate (DANE) is not determined any more"
        return OtherChange(Severity.WARNING, told)
    return _elsewhere(host, after) if after.target else None


def _elsewhere(host: str, answer: Unknown) -> OtherChange:
    place = f"stand elsewhere now: {shown_name(answer.target)}"
    return OtherChange(Severity.INFO, f"the certificates that senders hold {host} to (DANE), if any, {place}")


def _usable(answer: Answer) -> Collection[object]:
    return usable(record.text for record in answer.records) if isinstance(answer, Present) else frozenset()
