"""The DNS tree walk, the organizational domain and the policy that applies (RFC 9989 section 4.10)."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple

from mailcheck.analysis.dmarc_records import POLICY_LABEL, distinct
from mailcheck.analysis.public_suffix import is_public_suffix
from mailcheck.grammar.dmarc import DmarcTree, Request, lowered, parse_dmarc
from mailcheck.grammar.dmarc_look_alike import misspelling
from mailcheck.model.dns import Absent, Answers, Evaluation, Present, Question, Unknown
from mailcheck.model.names import split_labels
from mailcheck.model.record import Record

MOST_LABELS = 7
"""How many labels the walk keeps of a longer name after its first query, so that it asks eight times at most."""

_LONGEST_NAME = 254


class PolicyRecord(NamedTuple):
    """The one DMARC record of `domain`."""

    domain: str
    record: Record

    @property
    def tree(self) -> DmarcTree:
        return parse_dmarc(self.record.text)

    @property
    def psd(self) -> str:
        """`y`, `n` or `u`: whether the domain is a public suffix."""
        return self.tree.setting("psd")


class OpenName(NamedTuple):
    """A name of the walk for which there was no answer."""

    domain: str
    question: Question
    answer: Unknown

    @property
    def may_hold_policy(self) -> bool:
        """False for a public suffix that nobody asked for: a registry's record is no organization's own."""
        return self.answer.reason != "not_asked" or not is_public_suffix(self.domain)


class TreeWalk(NamedTuple):
    """What a walk from `domain` up found, the longest names first; it ends at a record with psd=y or psd=n.

    - `found`: the names with exactly one DMARC record.
    - `discarded`: domains where several records, or one misspelt, count as none.
    - `open`: the names for which there was no answer.
    """

    domain: str
    found: tuple[PolicyRecord, ...]
    discarded: tuple[str, ...]
    open: tuple[OpenName, ...]

    @property
    def own(self) -> PolicyRecord | None:
        """The record of the domain itself."""
        return self.found[0] if self.found and self.found[0].domain == self.domain else None

    @property
    def organizational_domain(self) -> str:
        """By section 4.10.2, taking open names to hold no record: see `undetermined`."""
        return organization(self.domain, {record.domain: record.psd for record in self.found})

    @property
    def applicable(self) -> PolicyRecord | None:
        """The record of the domain, else of its organizational domain, else of its public suffix (4.10.1)."""
        if self.own or not self.found:
            return self.own
        organization = self.organizational_domain
        return next((record for record in self.found if record.domain == organization), self.found[-1])

    def undetermined(self) -> OpenName | None:
        """The first open name whose answer could change the walk, if any."""
        return next((name for name in self.open if name.may_hold_policy), None)

    @property
    def source_open(self) -> OpenName | None:
        """The first open name whose answer could change which record applies."""
        return self.undetermined() if self.own is None else None


class Policy(NamedTuple):
    """What receivers apply to mail with the author domain `domain` (section 4.10.1).

    - `source`: the record that says so, None where there is none.
    - `requested`: None where receivers apply no DMARC; an `sp` or `np` already taken into account.
    - `open`: what was not answered and could change the outcome.
    """

    domain: str
    walk: TreeWalk
    source: PolicyRecord | None
    requested: Request | None
    open: tuple[Question, Unknown] | None

    @property
    def applied(self) -> Request | None:
        """The request as test mode leaves it: one level lower under `t=y`."""
        if self.requested is None or self.source is None or not self.source.tree.testing:
            return self.requested
        return lowered(self.requested)


def walk_names(domain: str) -> tuple[str, ...]:
    """The domains whose records a walk from absolute `domain` looks at, in order; at most eight."""
    rest = split_labels(domain)[1:][-MOST_LABELS:]
    return (domain, *[".".join(rest[at:]) + "." for at in range(len(rest))])


def walk_questions(domain: str) -> AbstractSet[Question]:
    """All questions of a walk: they are known in advance."""
    return {question for _, question in _walk(domain)}


def read_walk(domain: str, answers: Answers) -> TreeWalk:
    """The walk from `domain` over the answers to walk_questions()."""
    found: list[PolicyRecord] = []
    discarded: list[str] = []
    open_names: list[OpenName] = []
    for name, question in _walk(domain):
        answer = answers[question]
        if isinstance(answer, Unknown):
            open_names.append(OpenName(name, question, answer))
        elif isinstance(answer, Present):
            records = distinct(answer.records)
            if len(records) == 1:
                found.append(PolicyRecord(name, records[0]))
                if found[-1].psd != "u":
                    break
            elif records or any(misspelling(record.text) for record in answer.records):
                discarded.append(name)
    return TreeWalk(domain, tuple(found), tuple(discarded), tuple(open_names))


def organization(domain: str, psd: Mapping[str, str]) -> str:
    """The organizational domain of `domain` (section 4.10.2).

    `psd` holds the tag's value for those names of the walk that have a DMARC record.
    """
    shortest = domain
    for name in walk_names(domain):
        flag = psd.get(name)
        if flag == "n" or (flag == "y" and name == domain):
            return name
        if flag == "y":
            return _one_below(name, domain)
        if flag is not None:
            shortest = name
    return shortest


def tree_walk(domain: str) -> Evaluation[TreeWalk]:
    """Walk up from absolute `domain` (RFC 9989 section 4.10)."""
    answers = yield walk_questions(domain)
    return read_walk(domain, answers)


def discover_policy(domain: str) -> Evaluation[Policy]:
    """The policy for mail from absolute `domain` (RFC 9989 section 4.10.1)."""
    walk = yield from tree_walk(domain)
    source = walk.applicable
    open_name = walk.source_open
    blocked = (open_name.question, open_name.answer) if open_name else None
    if source is None:
        return Policy(domain, walk, None, None, blocked)
    if source.domain == domain:
        return Policy(domain, walk, source, source.tree.effective_request("p"), blocked)
    existing, missing = source.tree.effective_request("sp"), source.tree.effective_request("np")
    if existing == missing:
        return Policy(domain, walk, source, existing, blocked)
    question = Question(domain, "MX")
    answer = (yield {question})[question]
    if isinstance(answer, Unknown):
        return Policy(domain, walk, source, existing, blocked or (question, answer))
    exists = not (isinstance(answer, Absent) and answer.kind == "nxdomain")
    return Policy(domain, walk, source, existing if exists else missing, blocked)


@lru_cache(maxsize=1024)
def _walk(domain: str) -> tuple[tuple[str, Question], ...]:
    """The domains of the walk, each with its question, but for those whose policy name no name can hold."""
    asked = [(name, Question(POLICY_LABEL + name, "TXT")) for name in walk_names(domain)]
    return tuple([(name, question) for name, question in asked if len(question.name) <= _LONGEST_NAME])


def _one_below(suffix: str, domain: str) -> str:
    """The name one label below `suffix` on the way to `domain`."""
    kept = len(split_labels(suffix)) + 1
    return ".".join(split_labels(domain)[-kept:]) + "."
