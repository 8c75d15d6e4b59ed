"""What one state of the zones says of a domain's mail, as far as two states are compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mailcheck.analysis.diff_keys import KeyState, key_state
from mailcheck.analysis.dmarc_policy import PolicyRecord, TreeWalk, discover_policy, tree_walk
from mailcheck.analysis.mail_statements import exchanges
from mailcheck.analysis.senders import Senders, senders
from mailcheck.grammar.dmarc import DmarcTree, Request, lowered
from mailcheck.model.diff import NOT_DETERMINED
from mailcheck.model.dns import Answer, Evaluation, Present, Question, Unknown

NO_POLICY = "no policy"
NULL_MX = "."
_ANY_SUBDOMAIN = "_mailcheck."
"""The first label of a subdomain that nobody has: only what stands above it, or a wildcard, answers for it."""
_SETTINGS = ("adkim", "aspf")
_REPORTS = ("rua", "ruf")


class Compared(NamedTuple):
    """A domain, and the owner names of its DKIM keys on either side."""

    name: str
    key_names: tuple[str, ...] = ()


class DmarcState(NamedTuple):
    """The policies for the domain, a subdomain and a name that does not exist; what else the record says.

    `source` is the domain whose record says the first, `inherited` that of the two others; empty for none.
    """

    policies: tuple[str, str, str]
    settings: Mapping[str, str]
    source: str
    inherited: str


class DomainState(NamedTuple):
    """One domain; `exchanges` are preferences by name, None where they are not determined."""

    spf: Senders
    dmarc: DmarcState
    keys: Mapping[str, KeyState]
    exchanges: Mapping[str, str] | None


def domain_state(compared: Compared) -> Evaluation[DomainState]:
    """What the zones say of one domain."""
    name = compared.name
    asked = {owner: Question(owner, "TXT") for owner in compared.key_names}
    mx = Question(name, "MX")
    answers = yield {mx, *asked.values()}
    keys = {owner: key_state(question, answers[question]) for owner, question in asked.items()}
    found = _exchanges(answers[mx])
    spf = yield from senders(name)
    dmarc = yield from _dmarc(name)
    return DomainState(spf, dmarc, keys, found)


def _exchanges(answer: Answer) -> Mapping[str, str] | None:
    if isinstance(answer, Unknown):
        return None
    values = [record.text for record in answer.records] if isinstance(answer, Present) else []
    null = {NULL_MX: "0"} if any(value.endswith(f" {NULL_MX}") for value in values) else {}
    return {name: preference.lstrip("0") or "0" for name, preference in exchanges(values).items()} | null


def _dmarc(name: str) -> Evaluation[DmarcState]:
    policy = yield from discover_policy(name)
    below = yield from tree_walk(_ANY_SUBDOMAIN + name)
    own = NOT_DETERMINED if policy.open else _told(policy.applied)
    source, above = policy.source, below.applicable
    return DmarcState(
        (own, *_inherited(below)),
        _settings(source.tree) if source else {},
        source.domain if source else "",
        above.domain if above else "",
    )


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
    """Alignment, and where reports go, in no order."""
    found = {tag: "strict" if tree.setting(tag) == "s" else "relaxed" for tag in _SETTINGS}
    for tag in _REPORTS:
        uris = tree.first[tag].value.split(",") if tag in tree.first else []
        found[tag] = ", ".join(sorted({uri.strip() for uri in uris} - {""}))
    return found
