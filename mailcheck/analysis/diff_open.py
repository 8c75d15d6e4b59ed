"""What two states of a domain leave open, as readers know it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from mailcheck.analysis.diff_dmarc import ANY_SUBDOMAIN
from mailcheck.analysis.diff_elsewhere import MovedCuts, elsewhere
from mailcheck.analysis.diff_state import DomainState
from mailcheck.analysis.dmarc_records import POLICY_LABEL, REPORT_LABELS
from mailcheck.analysis.together import Outcome
from mailcheck.model.diff import OpenQuestion
from mailcheck.model.dns import Answer, Question, Unknown

_PROBE = POLICY_LABEL + ANY_SUBDOMAIN
_Unanswered = Mapping[Question, Unknown]


def open_questions(
    before: Outcome[DomainState],
    after: Outcome[DomainState],
    hidden: Iterable[OpenQuestion],
    cuts: MovedCuts,
    shared: Collection[Question],
    told: Collection[Question],
) -> tuple[OpenQuestion, ...]:
    """What was left open on one side alone, and on both what is answered elsewhere now, unless that is `told`.

    Of the rest that is open on both sides it names what is in `shared`. `hidden` are those that only one side
    could answer, so that they count as open on both.
    """
    hidden = tuple(hidden)
    old, new = _unanswered(before), _unanswered(after)
    known = {entry.question for entry in hidden}
    found = {*hidden, *_on_one_side(old, new, before, after, known)}
    found.update(_on_both_sides(old, new, cuts, shared, known.union(told)))
    shown = {entry for entry in found if not entry.question.name.startswith((_PROBE, ANY_SUBDOMAIN))}
    for entry in found - shown:
        if entry.question.name.startswith(ANY_SUBDOMAIN):
            any_name = "*." + entry.question.name.removeprefix(ANY_SUBDOMAIN)
            shown.add(entry._replace(question=entry.question._replace(name=any_name)))
            continue
        domain = entry.question.name.removeprefix(_PROBE)
        own = entry._replace(question=Question(POLICY_LABEL + domain, "TXT"))
        if own not in shown:
            name = _wildcard_end(entry, before.answers, after.answers) or f"*.{domain}"
            shown.add(entry._replace(question=Question(name, "TXT")))
    return tuple(sorted(shown))


def _unanswered(outcome: Outcome[DomainState]) -> _Unanswered:
    return {question: answer for question, answer in outcome.answers.items() if isinstance(answer, Unknown)}


def _on_one_side(
    old: _Unanswered,
    new: _Unanswered,
    before: Outcome[DomainState],
    after: Outcome[DomainState],
    known: Collection[Question],
) -> Iterator[OpenQuestion]:
    for question in old.keys() ^ new.keys():
        if question in known:
            continue
        if REPORT_LABELS in question.name and not (question in before.answers and question in after.answers):
            continue  # asked because the record names another host now, which is told
        if question in old:
            yield OpenQuestion(question, "before", why_open(old[question]))
        else:
            yield OpenQuestion(question, "after", why_open(new[question]))


def _on_both_sides(
    old: _Unanswered,
    new: _Unanswered,
    cuts: MovedCuts,
    shared: Collection[Question],
    known: Collection[Question],
) -> Iterator[OpenQuestion]:
    for question in old.keys() & new.keys():
        why = why_open(new[question])
        where = elsewhere(question, old[question], new[question], cuts) if question not in known else ""
        if where:
            yield OpenQuestion(question, "both", f"{why}, {where}")
        elif question in shared and question not in known:
            yield OpenQuestion(question, "both", why)


def _wildcard_end(entry: OpenQuestion, before: Mapping[Question, Answer], after: Mapping[Question, Answer]) -> str:
    """The one name that an alias for all subdomains leads to, empty where there is none or not one."""
    sides = {"before": (before,), "after": (after,), "both": (before, after)}[entry.side]
    answers = [answers.get(entry.question) for answers in sides]
    ends = {answer.target for answer in answers if isinstance(answer, Unknown) and answer.chain}
    return ends.pop() if len(ends) == 1 else ""


def why_open(answer: Unknown) -> str:
    """Why there is no answer, in a word or two."""
    words = {"not_asked": "not asked", "limit": "over a limit", "unread": "not readable in its zone file"}
    return words.get(answer.reason, answer.reason)
