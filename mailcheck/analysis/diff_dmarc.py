"""What the DMARC records that apply to a domain say, and what changes of it between two states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from mailcheck.analysis.dmarc_policy import Policy, PolicyRecord, TreeWalk, discover_policy, tree_walk
from mailcheck.analysis.dmarc_records import DmarcRecord
from mailcheck.analysis.dmarc_reports import MOST_HOSTS, Destination, report_destinations
from mailcheck.grammar.dmarc import DmarcTree, Request, lowered, parse_dmarc
from mailcheck.grammar.report_uri import ReportUri
from mailcheck.model.diff import NOT_DETERMINED, DmarcDiff, ValueChange
from mailcheck.model.dns import Absent, Evaluation, Question, Unknown
from mailcheck.model.finding import Severity
from mailcheck.model.text import shown_name

NO_POLICY = "no policy"
ANY_SUBDOMAIN = "_mailcheck."
"""The first label of a subdomain that nobody has: only what stands above it, or a wildcard, answers for it."""
REPORTS_TO = "reports to"
_NOBODY = "nobody"
_ACCEPTED, _REFUSED = "accepted", "refused"
_CONSENTS = {"inside": _ACCEPTED, "consents": _ACCEPTED, "open": NOT_DETERMINED}
_ALIGNMENT = ("adkim", "aspf")
_REPORTS = ("rua", "ruf")
_HIGHEST_PCT = 100
_REMOVED_DEFAULTS = {"rf": "afrf", "ri": "86400"}
_POLICIES = (NO_POLICY, "none", "quarantine", "reject")
_WHOSE = ("domain", "subdomain", "missing")


class DmarcState(NamedTuple):
    """The policies for the domain, a subdomain and a name that does not exist; what else the record says.

    `source` is the domain whose record says the first, `inherited` that of the two others; empty for none.
    `open` are the questions that policies which are not determined wait for.
    """

    policies: tuple[str, str, str]
    settings: Mapping[str, str]
    source: str
    inherited: str
    open: frozenset[Question]


def dmarc_state(name: str) -> Evaluation[DmarcState]:
    """What receivers find for a domain (RFC 9989 section 4.10.1)."""
    policy = yield from discover_policy(name)
    below = yield from tree_walk(ANY_SUBDOMAIN + name)
    subdomain, missing = _inherited(below)
    waits = set(_waits_for(policy, below))
    if subdomain != missing:
        probe = Question(ANY_SUBDOMAIN + name, "MX")
        answer = (yield {probe})[probe]
        if isinstance(answer, Unknown):
            missing = NOT_DETERMINED
            waits.add(probe)
        elif not (isinstance(answer, Absent) and answer.kind == "nxdomain"):
            missing = subdomain  # a wildcard: there is no name that does not exist
    own = NOT_DETERMINED if policy.open else _told(policy.applied)
    source, above = policy.source, below.applicable
    applies = source if policy.open is None else None
    settings = _settings(applies.tree) if applies else {}
    consents = (yield from _consents(applies)) if applies else {}
    return DmarcState(
        (own, subdomain, missing),
        {**settings, **consents},
        source.domain if source else "",
        above.domain if above else "",
        frozenset(waits),
    )


def _waits_for(policy: Policy, below: TreeWalk) -> Iterator[Question]:
    if policy.open:
        yield policy.open[0]
    if below.source_open:
        yield below.source_open.question


def _inherited(walk: TreeWalk) -> tuple[str, str]:
    """The policy for a subdomain without a record of its own, and for one that does not exist (section 4.10.1)."""
    if walk.source_open is not None:
        return NOT_DETERMINED, NOT_DETERMINED
    source = walk.applicable
    if source is None:
        return NO_POLICY, NO_POLICY
    if source.domain == walk.domain:  # a wildcard: every name has a record of its own
        policy = _applied(source, source.tree.effective_request("p"))
        return policy, policy
    tree = source.tree
    return _applied(source, tree.effective_request("sp")), _applied(source, tree.effective_request("np"))


def _applied(source: PolicyRecord, request: Request | None) -> str:
    return _told(lowered(request) if request and source.tree.testing else request)


def _told(request: Request | None) -> str:
    return request or NO_POLICY


def _settings(tree: DmarcTree) -> Mapping[str, str]:
    """What the other tags say to receivers of either standard (RFC 9989, RFC 7489 section 6.3)."""
    found = {tag: "strict" if tree.setting(tag) == "s" else "relaxed" for tag in _ALIGNMENT}
    found |= {tag: _listed(tree.setting(tag).split(":"), ":") for tag in ("fo", "psd", "t")}
    found["pct"] = _number(tree, "pct", str(_HIGHEST_PCT), most=_HIGHEST_PCT)
    found["rf"] = _listed(_value(tree, "rf").lower().split(":"), ":") or _REMOVED_DEFAULTS["rf"]
    found["ri"] = _number(tree, "ri", _REMOVED_DEFAULTS["ri"], most=2**32 - 1)
    found["rua"] = _listed(map(_address, tree.rua), ", ") or _NOBODY
    found["ruf"] = _listed(map(_address, tree.ruf), ", ") or _NOBODY
    return found


def _consents(source: PolicyRecord) -> Evaluation[Mapping[str, str]]:
    """Whether the hosts that reports go to take them (RFC 9990 section 4)."""
    hosts = tuple(DmarcRecord(source.record).hosts_beside(source.domain))[:MOST_HOSTS]
    destinations = (yield from report_destinations(source.domain, hosts)) if hosts else {}
    return {
        f"{REPORTS_TO} {shown_name(host)}": _CONSENTS.get(found.kind, _REFUSED) + _instead(found)
        for host, found in destinations.items()
    }


def _instead(destination: Destination) -> str:
    """The addresses at the host that its own record names in the place of the policy's (RFC 9990 section 4)."""
    uris = [uri for record in destination.records for uri in parse_dmarc(record.text).rua]
    listed = _listed((_address(uri) for uri in uris if uri.host == destination.host), ", ")
    return f" at {listed}" if listed else ""


def _value(tree: DmarcTree, tag: str) -> str:
    return tree.first[tag].value if tag in tree.first else ""


def _number(tree: DmarcTree, tag: str, default: str, *, most: int) -> str:
    value = _value(tree, tag)
    usable = value.isascii() and value.isdigit() and len(value) <= len(str(most)) and int(value) <= most
    return str(int(value)) if usable else default


def _listed(parts: Iterable[str], separator: str) -> str:
    return separator.join(sorted({part.strip() for part in parts} - {""}))


def _address(uri: ReportUri) -> str:
    """The URI with what has no case in lower case, its scheme and its host; reporters ignore its size limit."""
    at, end = uri.host_start - uri.start, uri.host_end - uri.start
    text = uri.text[:at] + uri.text[at:end].lower() + uri.text[end:]
    return uri.scheme + text[len(uri.scheme) :]


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
        ValueChange(tag, before.settings[tag], after.settings[tag])
        for tag in sorted(tags)
        if before.settings[tag] != after.settings[tag]
    )
    if not (changed or settings):
        return None
    if any(_rank(policy.after) < _rank(policy.before) for policy in changed):
        return DmarcDiff(Severity.ERROR, policies, settings)
    enforced = any(_rank(policy) > _rank("none") for policy in after.policies)
    less = any(policy.after == NOT_DETERMINED for policy in changed)
    less = less or any(_takes_away(setting, enforced=enforced) for setting in settings)
    return DmarcDiff(Severity.WARNING if less else Severity.INFO, policies, settings)


def _takes_away(setting: ValueChange, *, enforced: bool) -> bool:
    """Whether mail that passed is caught now, less is caught, or someone gets no more reports."""
    if setting.what in _ALIGNMENT:
        return enforced or setting.after == "relaxed"
    if setting.what == "psd":
        return setting.after == "y"
    if setting.what == "pct":
        return enforced and int(setting.after) < int(setting.before)
    if setting.what in _REPORTS:
        return not set(setting.before.split(", ")) - {_NOBODY} <= set(setting.after.split(", "))
    return setting.before.startswith(_ACCEPTED)


def _rank(policy: str) -> float:
    """Where a policy stands; one that is not determined is neither better nor worse than any."""
    return _POLICIES.index(policy) if policy in _POLICIES else float("nan")
