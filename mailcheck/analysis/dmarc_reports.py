"""Whether the hosts that a policy sends reports to take them (RFC 9990 section 4, RFC 9991 section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from mailcheck.analysis.addresses import ADDRESS_TYPES, Open
from mailcheck.analysis.dmarc_alignment import RELAXED, read_alignment
from mailcheck.analysis.dmarc_policy import TreeWalk, read_walk, walk_questions
from mailcheck.analysis.dmarc_records import REPORT_LABELS, distinct
from mailcheck.grammar.dmarc_look_alike import misspelling
from mailcheck.model.dns import Absent, Answer, Answers, Evaluation, Present, Question, Unknown
from mailcheck.model.names import is_at_or_below
from mailcheck.model.record import Record

MOST_HOSTS = 10
"""How many hosts of one record are looked at."""

_LONGEST_NAME = 254
_NULL_EXCHANGE = " ."


Place = Literal["inside", "outside"] | Open
Reception = Literal["mail", "null", "nothing"] | Open
"""Whether a host receives mail, has a null MX (RFC 7505), or nothing at all; or what was not answered."""


class Destination(NamedTuple):
    """One host that a record of `domain` sends reports to.

    - `inside`: of the same organizational domain, no consent needed.
    - `consents`: `records` hold the DMARC records at `consent_name`.
    - `refuses`: there is none. `misspelt`: only one that receivers ignore, in a declared zone.
    - `too-long`: `consent_name` would pass the limit of DNS.
    - `open`: `unanswered` says what was not answered.
    """

    host: str
    kind: Literal["inside", "consents", "refuses", "misspelt", "too-long", "open"]
    consent_name: str
    records: tuple[Record, ...] = ()
    declared: bool = False
    unanswered: tuple[Question, Unknown] | None = None


def report_destinations(domain: str, hosts: tuple[str, ...]) -> Evaluation[Mapping[str, Destination]]:
    """What becomes of each host (absolute names) for the policy found at absolute `domain`."""
    walked = yield walk_questions(domain)
    walk = read_walk(domain, walked)
    near = {host for host in hosts if host != domain and is_at_or_below(host, walk.organizational_domain)}
    answers = yield {question for host in near for question in walk_questions(host)}
    places = {host: _place(walk, host, {**walked, **answers}) for host in hosts}
    outside = (_consent(domain, host) for host, place in places.items() if place == "outside")
    answers = yield {question for question in outside if len(question.name) <= _LONGEST_NAME}
    return {host: _destination(domain, host, place, answers) for host, place in places.items()}


def mail_receivers(hosts: tuple[str, ...]) -> Evaluation[Mapping[str, Reception]]:
    """Whether mail to each host (absolute names) can arrive (RFC 5321 section 5.1)."""
    exchanges = yield {Question(host, "MX") for host in hosts}
    bare = [host for host in hosts if isinstance(exchanges[Question(host, "MX")], Absent)]
    addresses = yield {Question(host, rtype) for host in bare for rtype in ADDRESS_TYPES}
    return {host: _reception(host, {**exchanges, **addresses}) for host in hosts}


def _reception(host: str, answers: Answers) -> Reception:
    question = Question(host, "MX")
    exchanges = answers[question]
    if isinstance(exchanges, Unknown):
        return question, exchanges
    if isinstance(exchanges, Present):
        return "null" if all(record.text.endswith(_NULL_EXCHANGE) for record in exchanges.records) else "mail"
    addresses = [(question, answers[question]) for question in (Question(host, rtype) for rtype in ADDRESS_TYPES)]
    if any(isinstance(answer, Present) for _, answer in addresses):
        return "mail"
    for question, answer in addresses:
        if isinstance(answer, Unknown):
            return question, answer
    return "nothing"


def _place(walk: TreeWalk, host: str, answers: Answers) -> Place:
    """Whether the host is of the organization that the walk found, or what leaves it open."""
    if host != walk.domain and not is_at_or_below(host, walk.organizational_domain):
        return _first_open(walk, host) or "outside"
    alignment = read_alignment(host, walk.domain, RELAXED, answers)
    if alignment.open is not None:
        return alignment.open
    return "inside" if alignment.aligned else "outside"


def _first_open(walk: TreeWalk, host: str) -> Open | None:
    """An unanswered name above both, which might be the organizational domain of both."""
    for name in walk.open:
        if is_at_or_below(host, name.domain) and name.may_hold_policy:
            return name.question, name.answer
    return None


def _consent(domain: str, host: str) -> Question:
    return Question(domain.removesuffix(".") + REPORT_LABELS + host, "TXT")


def _destination(domain: str, host: str, place: Place, answers: Answers) -> Destination:
    question = _consent(domain, host)
    if isinstance(place, tuple):
        return Destination(host, "open", question.name, unanswered=place)
    if place == "inside":
        return Destination(host, "inside", question.name)
    if len(question.name) > _LONGEST_NAME:
        return Destination(host, "too-long", question.name)
    return _consented(host, question, answers[question])


def _consented(host: str, question: Question, answer: Answer) -> Destination:
    if isinstance(answer, Unknown):
        return Destination(host, "open", question.name, unanswered=(question, answer))
    if isinstance(answer, Present):
        declared = answer.source == "zones"
        if records := distinct(answer.records):
            return Destination(host, "consents", question.name, records, declared)
        if declared and any(misspelling(record.text) for record in answer.records):
            return Destination(host, "misspelt", question.name)
    return Destination(host, "refuses", question.name)
