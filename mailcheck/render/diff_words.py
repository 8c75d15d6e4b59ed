"""Words that every format of a diff shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mailcheck.model.diff import (
    DmarcDiff,
    DomainDiff,
    KeyDiff,
    MailDiff,
    MxDiff,
    OpenQuestion,
    SpfDiff,
    ValueChange,
)
from mailcheck.model.dns import describe
from mailcheck.model.finding import Severity
from mailcheck.model.text import shorten
from mailcheck.render.summary import number

MOST_LISTED = 100
"""How many networks, terms or exchanges of one kind are listed; JSON has all."""

_GRAVEST = {Severity.ERROR: "an error", Severity.WARNING: "a warning", Severity.INFO: "an info"}
_WHOSE = {"domain": "the domain", "subdomain": "a subdomain", "missing": "a name that does not exist"}
_SETTINGS = {
    "adkim": "DKIM alignment",
    "aspf": "SPF alignment",
    "fo": "failure reports on (fo)",
    "pct": "percentage, for receivers of the older standard (pct)",
    "psd": "public suffix (psd)",
    "rf": "format of failure reports (rf)",
    "ri": "seconds between aggregate reports (ri)",
    "t": "test mode (t)",
    "rua": "aggregate reports to",
    "ruf": "failure reports to",
}


class Line(NamedTuple):
    """One thing that changes, in one sentence, and what belongs to it: `+`, `-` or blank, and a text."""

    severity: Severity
    text: str
    details: tuple[tuple[str, str], ...] = ()


def lines_of(domain: DomainDiff) -> Iterator[Line]:
    """Everything that changes for a domain; nothing of it is escaped yet."""
    if domain.spf:
        yield _spf(domain.spf, unsure=any(entry.side != "before" for entry in domain.open))
    if domain.dmarc:
        yield _dmarc(domain.dmarc)
    for key in domain.dkim:
        yield _key(key)
    if domain.mx:
        yield _mx(domain.mx)
    for match in domain.ptr:
        names = ", ".join(match.names)
        yield Line(match.severity, f"PTR match {match.kind}: {match.address} ({names})")
    for other in domain.other:
        yield Line(other.severity, other.message)


def open_line(entry: OpenQuestion) -> str:
    """What was not determined, and when."""
    when = "before and after" if entry.side == "both" else entry.side
    return f"not determined {when}: {describe(entry.question)} ({entry.why})"


def further_open_lines(diff: MailDiff) -> list[str]:
    """What was not determined for domains of which nothing else is told, each question once."""
    entries = Counter(entry for domain in diff.domains if not domain.severities for entry in domain.open)
    lines = [f"{open_line(entry)}, for {number(count, 'domain')}" for entry, count in sorted(entries.items())]
    more = len(lines) - MOST_LISTED
    return [*lines[:MOST_LISTED], f"{more:,} more are not determined"] if more > 0 else lines


def heading(domain: DomainDiff) -> str:
    """The domain, and whether its zone is declared on one side alone."""
    name = domain.name.removesuffix(".") or "."
    words = {"added": " (a new zone)", "removed": " (the zone is declared no more)", "": ""}
    return f"{shorten(name, 255)}{words[domain.zone]}"


def verdict(diff: MailDiff) -> str:
    """The whole in one line."""
    left = f"; {number(diff.open, 'question')} not determined" if diff.open else ""
    left += f"; {number(len(diff.refused), 'input')} refused" if diff.refused else ""
    gravest = diff.gravest
    if gravest is None:
        said = "it is not determined whether mail changes" if left else "no change to mail"
        return f"verdict: {said} in {number(max(diff.zones), 'zone')}{left}"
    areas = [area for area in _AREAS if any(area in domain.areas for domain in diff.changed)]
    where = number(len(diff.changed), "domain")
    return f"verdict: mail changes for {where}: {', '.join(areas)}; the gravest is {_GRAVEST[gravest]}{left}"


_AREAS = ("SPF", "DMARC", "DKIM", "MX", "PTR", "other")


def _spf(spf: SpfDiff, *, unsure: bool) -> Line:
    told = []
    if spf.gained:
        told.append(f"{number(len(spf.gained), 'network')} may send")
    if spf.lost:
        told.append(f"{number(len(spf.lost), 'network')} may no longer send")
    details = [*_listed("+", spf.terms_gained), *_listed("-", spf.terms_lost)]
    details += [*_listed("+", spf.gained, "may send: "), *_listed("-", spf.lost, "may no longer send: ")]
    if spf.lost and unsure:
        details.append((" ", "what is not determined may let some of these send all the same"))
    details += _listed(" ", [f"{change.what}: {_arrow(change)}" for change in spf.changes])
    details += _listed("+", spf.unbounded_gained, "cannot be enumerated: ")
    details += _listed("-", spf.unbounded_lost, "cannot be enumerated: ")
    details += _listed("+", spf.broken_gained, "error: ")
    details += _listed("-", spf.broken_lost, "error: ")
    details += _listed(" ", spf.depends_on, "what else may change depends on: ")
    details.append((" ", f"lookups: {_counts(spf.lookups)}, void lookups: {_counts(spf.voids)}"))
    return Line(spf.severity, f"SPF: {', '.join(told) or 'other terms'}", tuple(details))


def _dmarc(dmarc: DmarcDiff) -> Line:
    details = [(" ", f"{_WHOSE[policy.what]}: {_arrow(policy)}") for policy in dmarc.policies]
    details += [
        (" ", f"{_SETTINGS.get(setting.what, setting.what)}: {_arrow(setting)}") for setting in dmarc.settings
    ]
    changed = any(policy.before != policy.after for policy in dmarc.policies)
    what = "another policy" if changed else "the policy stays, the record says something else"
    return Line(dmarc.severity, f"DMARC: {what}", tuple(details))


def _key(key: KeyDiff) -> Line:
    states = " -> ".join(state for state in (key.before, key.after) if state)
    return Line(key.severity, f"DKIM key `{shorten(key.selector)}` {key.kind}: {states}")


def _mx(mx: MxDiff) -> Line:
    told = [f"{number(len(mx.added), 'exchange')} added"] if mx.added else []
    told += [f"{number(len(mx.removed), 'exchange')} removed"] if mx.removed else []
    told += ["other preferences"] if mx.moved else []
    told += [] if mx.accepts else ["no exchange is left" if mx.removed else "none takes mail"]
    details = [*_listed("+", mx.added), *_listed("-", mx.removed)]
    details += [(" ", f"{moved.what}: {_arrow(moved)}") for moved in mx.moved]
    return Line(mx.severity, f"MX: {', '.join(told)}", tuple(details))


def _listed(sign: str, values: Sequence[str], what: str = "") -> list[tuple[str, str]]:
    listed = [(sign, what + value) for value in values[:MOST_LISTED]]
    more = len(values) - MOST_LISTED
    return [*listed, (sign, f"{more:,} more, which --format json lists")] if more > 0 else listed


def _arrow(change: ValueChange) -> str:
    return change.before if change.before == change.after else f"{change.before} -> {change.after}"


def _counts(pair: tuple[int, int]) -> str:
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]} -> {pair[1]}"
