"""MTA-STS policies as their hosts serve them now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from ipaddress import ip_address
from time import monotonic
from typing import TYPE_CHECKING

from mailcheck.model.dns import (
    POLICY,
    SERVED_TYPES,
    STS_RECORD,
    Absent,
    Answer,
    Answers,
    DnsView,
    Present,
    Question,
    Unknown,
    describe,
)
from mailcheck.model.location import NOWHERE
from mailcheck.model.names import IPAddress
from mailcheck.model.record import Record

if TYPE_CHECKING:
    from mailcheck.view.policy_fetch import PolicyFetcher

AT_ONCE = 8
"""How many policies are fetched side by side."""
MOST_ADDRESSES = 4
"""How many addresses of one host are tried."""

_HOST = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_ADDRESS_TYPES = ("A", "AAAA")


class Policies:
    """A DnsView that answers POLICY questions, over HTTPS, and STS_RECORD; others are Unknown("not_asked").

    `resolver` answers as everybody sees it, not as declared zones will have it: the addresses of the
    policy hosts and the records at `_mta-sts`. `run_timeout` is in seconds, from the first question on,
    for all policies together. A domain without a policy host, or whose host says 404 or 410, is
    Absent("nodata"); what could not be fetched is Unknown. Each question is asked once.
    """

    def __init__(
        self, resolver: DnsView, fetcher: PolicyFetcher | None = None, run_timeout: float = 120.0
    ) -> None:
        self._resolver = resolver
        self._fetcher = fetcher
        self._run_timeout = run_timeout
        self._ends: float | None = None
        self._answers: dict[Question, Answer] = {}

    def answer(self, questions: AbstractSet[Question]) -> Answers:
        new = questions - self._answers.keys()
        policies = sorted(question for question in new if question.type == POLICY)
        if policies:
            self._answers.update(self._ask(policies))
        records = {question for question in new if question.type == STS_RECORD}
        if records:
            self._answers.update(self._ask_records(records))
        return {
            question: self._answers[question]
            if question.type in SERVED_TYPES
            else Unknown("not_asked", describe(question))
            for question in questions
        }

    def _ask_records(self, questions: AbstractSet[Question]) -> Mapping[Question, Answer]:
        places = {question: Question(f"_mta-sts.{question.name}", "TXT") for question in questions}
        answers = self._resolver.answer(frozenset(places.values()))
        return {question: _of_domain(question, answers[place]) for question, place in places.items()}

    def _ask(self, questions: list[Question]) -> Mapping[Question, Answer]:
        from concurrent.futures import ThreadPoolExecutor

        if self._ends is None:
            self._ends = monotonic() + self._run_timeout
        hosts = {question: f"mta-sts.{question.name.removesuffix('.')}" for question in questions}
        valid = [host for host in hosts.values() if _HOST.fullmatch(host)]
        addresses = self._resolver.answer(
            {Question(f"{host}.", rtype) for host in valid for rtype in _ADDRESS_TYPES}
        )
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return dict(
                zip(
                    questions,
                    pool.map(lambda question: self._answer(question, hosts[question], addresses), questions),
                    strict=True,
                )
            )

    def _answer(self, question: Question, host: str, answers: Answers) -> Answer:
        if not _HOST.fullmatch(host):
            return Unknown("not_asked", f"{describe(question)}, which is no host name")
        found = _addresses(host, answers)
        return found if isinstance(found, (Absent, Unknown)) else self._fetch(question, host, found)

    def _fetch(self, question: Question, host: str, addresses: tuple[IPAddress, ...]) -> Answer:
        from mailcheck.view.policy_fetch import FetchFailedError, PolicyFetcher

        assert self._ends is not None
        remaining = self._ends - monotonic()
        if remaining <= 0:
            return Unknown("timeout", describe(question))
        try:
            text = (self._fetcher or PolicyFetcher()).fetch(host, addresses, remaining)
        except FetchFailedError as failure:
            return Unknown(failure.reason, failure.detail)
        if text is None:
            return Absent("nodata", source="live")
        return Present((Record(question.name, POLICY, 0, text, NOWHERE, NOWHERE),), source="live")


def _of_domain(question: Question, answer: Answer) -> Answer:
    """The answer for `_mta-sts`, under the domain's own name."""
    if isinstance(answer, Present):
        records = [
            Record(question.name, STS_RECORD, found.ttl, found.text, NOWHERE, NOWHERE) for found in answer.records
        ]
        return Present(tuple(records), source=answer.source)
    if isinstance(answer, Unknown):
        return answer._replace(detail=answer.detail or describe(question), chain=(), target="")
    return answer._replace(chain=(), target="")


def _addresses(host: str, answers: Answers) -> tuple[IPAddress, ...] | Absent | Unknown:
    """The host's addresses, IPv4 first; else that it has none, or the question that was not answered."""
    found = [answers[Question(f"{host}.", rtype)] for rtype in _ADDRESS_TYPES]
    records = [record for answer in found if isinstance(answer, Present) for record in answer.records]
    if records:
        return tuple(ip_address(record.text) for record in records[:MOST_ADDRESSES])
    unknown = next((answer for answer in found if isinstance(answer, Unknown)), None)
    if unknown is not None:
        return unknown._replace(detail=unknown.detail or f"{host} A", chain=(), target="")
    return Absent("nodata", source="live")
