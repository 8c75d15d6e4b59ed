"""`mailcheck init --from-dns`: what DNS holds of a domain, as a zone to begin with."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mailcheck.analysis.dns_survey import Survey, survey
from mailcheck.analysis.survey_draft import GUESSED, survey_draft, survey_notes
from mailcheck.commands.outside import LiveDns
from mailcheck.config.known_senders import known_senders
from mailcheck.errors import NotAnswered, UsageError
from mailcheck.model.dns import Absent, DnsView, Question
from mailcheck.model.draft import Draft
from mailcheck.model.names import parent
from mailcheck.model.progress import Progress


class DnsDraft(NamedTuple):
    """The zone, and whether all that was asked was answered."""

    draft: Draft
    is_complete: bool


def from_dns(domain: str, selectors: Sequence[str], live: LiveDns, progress: Progress) -> DnsDraft:
    """Ask for what mail uses of absolute `domain`, its DKIM keys at the catalogue's selectors and those given.

    Raises UsageError for a name that DNS does not have or that is no zone of its own, and NotAnswered where
    no record was.
    """
    found = _run(domain, [*selectors, *_known_selectors()], live.view, progress)
    if not found.records:
        why = live.trouble.what if live.trouble else survey_notes(found)[0]
        raise NotAnswered(f"no record of {domain.removesuffix('.')} was answered: {why}")
    zone = survey_draft(domain, found, live.resolvers)
    return DnsDraft(Draft((zone,), open=(GUESSED, *survey_notes(found))), not found.unknown and not found.left)


def _known_selectors() -> Iterable[str]:
    return (
        selector for sender in known_senders().values() for selector in sender.selectors if "*" not in selector
    )


def _run(domain: str, selectors: Sequence[str], view: DnsView, progress: Progress) -> Survey:
    apex = Question(domain, "SOA")
    answer = view.answer({apex})[apex]
    if isinstance(answer, Absent):
        _refuse(domain, answer)
    evaluation = survey(domain, selectors, secrets.token_hex(8))
    questions = next(evaluation)
    try:
        while True:
            progress.total(len(questions), "asking DNS")
            answers = view.answer(questions)
            progress.advance(len(questions))
            questions = evaluation.send(answers)
    except StopIteration as stop:
        result: Survey = stop.value
        return result


def _refuse(domain: str, answer: Absent) -> None:
    name = domain.removesuffix(".")
    if answer.kind == "nxdomain":
        raise UsageError(f"DNS has no name {name}")
    raise UsageError(f"{name} is no zone of its own", hint=f"name the zone: {parent(domain).removesuffix('.')}?")
