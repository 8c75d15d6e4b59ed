"""What two states of a domain leave open, as readers know it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailcheck.analysis.diff_dmarc import ANY_SUBDOMAIN
from mailcheck.analysis.diff_state import DomainState
from mailcheck.analysis.dmarc_records import POLICY_LABEL, REPORT_LABELS
from mailcheck.analysis.together import Outcome
from mailcheck.model.diff import OpenQuestion
from mailcheck.model.dns import Question, Unknown

_PROBE = POLICY_LABEL + ANY_SUBDOMAIN


def open_questions(
    before: Outcome[DomainState], after: Outcome[DomainState], hidden: Iterable[OpenQuestion], *, both: bool
) -> tuple[OpenQuestion, ...]:
    """What was left open on one side alone, and under a change of who may send (`both`) what was on both.

    `hidden` are those that only one side could answer, so that they count as open on both.
    """
    hidden = tuple(hidden)
    found = {*hidden, *_open({entry.question for entry in hidden}, before, after, both=both)}
    told = {entry for entry in found if not entry.question.name.startswith(_PROBE)}
    for entry in found - told:
        domain = entry.question.name.removeprefix(_PROBE)
        answers = before.answers if entry.side == "before" else after.answers
        answer = answers.get(entry.question)
        target = answer.target if isinstance(answer, Unknown) and answer.chain else ""
        own = entry._replace(question=Question(POLICY_LABEL + domain, "TXT"))
        if own not in told:
            told.add(entry._replace(question=Question(target or f"*.{domain}", "TXT")))
    return tuple(sorted(told))


def _open(
    hidden: set[Question], before: Outcome[DomainState], after: Outcome[DomainState], *, both: bool
) -> Iterator[OpenQuestion]:
    old = {question: answer for question, answer in before.answers.items() if isinstance(answer, Unknown)}
    new = {question: answer for question, answer in after.answers.items() if isinstance(answer, Unknown)}
    for question in (old.keys() | new.keys()) - hidden:
        if REPORT_LABELS in question.name and not (question in before.answers and question in after.answers):
            continue  # asked because the record names another host now, which is told
        if question not in new:
            yield OpenQuestion(question, "before", why_open(old[question]))
        elif question not in old:
            yield OpenQuestion(question, "after", why_open(new[question]))
    if both:
        shared = dict(before.result.spf.open).keys() & dict(after.result.spf.open).keys()
        for question in shared - hidden:
            yield OpenQuestion(question, "both", why_open(new[question]))


def why_open(answer: Unknown) -> str:
    """Why there is no answer, in a word or two."""
    words = {"not_asked": "not asked", "limit": "over a limit", "unread": "not readable in its zone file"}
    return words.get(answer.reason, answer.reason)
