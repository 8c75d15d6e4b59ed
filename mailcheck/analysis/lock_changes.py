"""What changed in the DNS of others between two locks, told as what it means for mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from mailcheck.analysis.dmarc_records import POLICY_LABEL
from mailcheck.analysis.mx_records import mx_sets
from mailcheck.analysis.sender_changes import listed, told_changes
from mailcheck.analysis.senders import Senders
from mailcheck.analysis.spf_gather import LEADING
from mailcheck.analysis.spf_names import target_of
from mailcheck.analysis.spf_records import spf_records, terms_in_effect
from mailcheck.grammar.dmarc import is_dmarc
from mailcheck.grammar.spf import Directive
from mailcheck.model.dns import POLICY, Absent, Answer, Present, Question, Unknown
from mailcheck.model.names import address_of_reverse
from mailcheck.model.text import shorten, shown_name
from mailcheck.model.zone import Zone

_REPORT = "._report._dmarc."
_SELECTORS = "._domainkey."
_ADDRESSES = ("A", "AAAA")


class Side(NamedTuple):
    """One state of the outside: its answers, and what SPF records authorise under the declared zones and it."""

    answers: Mapping[Question, Answer]
    senders: Callable[[str], Senders]


def lock_changes(zones: Sequence[Zone], before: Side, after: Side) -> Iterator[str]:
    """One sentence for each change, includes and redirects first.

    Questions that only one side holds are told where they come with the change of an include, and
    counted at the end otherwise.
    """
    changed = {
        question
        for question in before.answers.keys() & after.answers.keys()
        if value_set(before.answers[question]) != value_set(after.answers[question])
    }
    single = before.answers.keys() ^ after.answers.keys()
    if not changed and not single:
        return
    told: set[Question] = set()
    quiet: set[Question] = set()
    for words, target in sorted(_leading(zones)):
        old, new = before.senders(target), after.senders(target)
        below = old.questions | new.questions
        if below.isdisjoint(changed) and below.isdisjoint(single):
            continue
        text = told_changes(old, new)
        if text:
            yield f"{words} {text}"
            told |= below
        quiet |= below
    exchanges = _exchanges(zones)
    rest = {question for question in changed if question not in told or question.name in exchanges}
    yield from _told_by_name(rest, quiet, exchanges, before.answers, after.answers)
    yield from _told_counts(before.answers, after.answers, told)


def value_set(answer: Answer) -> object:
    """What of an answer is held against another one: neither order nor TTL, nor case of the names in chains."""
    chain = tuple(name.lower() for name in answer.chain)
    if isinstance(answer, Absent):
        return answer.kind, chain, answer.target.lower()
    if isinstance(answer, Unknown):
        return answer.reason, chain, answer.detail
    return frozenset(_values(answer)), answer.records[0].name.lower(), chain


def _values(answer: Answer | None) -> set[str]:
    if not isinstance(answer, Present):
        return set()
    folded = answer.records[0].type in ("MX", "PTR", "NS", "CNAME")
    return {record.text.lower() if folded else record.text for record in answer.records}


def _leading(zones: Sequence[Zone]) -> set[tuple[str, str]]:
    """The includes and redirects of the declared records: as they are told, and the names they lead to."""
    found = set()
    for zone in zones:
        for spf in spf_records(zone):
            for term in terms_in_effect(spf.tree):
                kind = term.mechanism if isinstance(term, Directive) else term.name
                target = target_of(term, spf.name) if kind in LEADING else None
                if target is not None:
                    sign = ":" if kind == "include" else "="
                    found.add((f"{kind}{sign}{shown_name(target)}", target))
    return found


def _exchanges(zones: Sequence[Zone]) -> AbstractSet[str]:
    return {exchange.name for zone in zones for mx in mx_sets(zone) for exchange in mx.exchanges}


def _told_by_name(
    changed: AbstractSet[Question],
    quiet: AbstractSet[Question],
    exchanges: AbstractSet[str],
    before: Mapping[Question, Answer],
    after: Mapping[Question, Answer],
) -> Iterator[str]:
    for question in sorted(changed):
        answer = after[question]
        if isinstance(answer, Unknown):
            role = "the MX target " if question.name in exchanges else ""
            what = f"{role}{shown_name(question.name)} {question.type}"
            yield f"{what} has no usable answer any more: {shorten(answer.detail)}"
    changed = {question for question in changed if not isinstance(after[question], Unknown)}
    gone = {
        question.name
        for question in changed
        if _is_nxdomain(after[question]) and not _is_nxdomain(before[question]) and not _has_words(question)
    }
    for name in sorted(gone):
        role = "the MX target " if name in exchanges else ""
        yield f"{role}{shown_name(name)} no longer exists (NXDOMAIN)"
    for name in sorted({question.name for question in changed if question.type in _ADDRESSES} - gone):
        role = "the MX target" if name in exchanges else "the host"
        questions = [Question(name, rtype) for rtype in _ADDRESSES]
        old = {value for question in questions for value in _values(before.get(question))}
        new = {value for question in questions for value in _values(after.get(question))}
        yield f"{role} {shown_name(name)} {_gained_and_lost(old, new) or 'is found by another way'}"
    for question in sorted(changed):
        if question.name not in gone and question.type not in _ADDRESSES:
            yield _told(question, question in quiet, before[question], after[question])


def _is_nxdomain(answer: Answer) -> bool:
    return isinstance(answer, Absent) and answer.kind == "nxdomain"


def _has_words(question: Question) -> bool:
    """Whether there are words of its own for the end of such a record."""
    name, rtype = question
    if rtype == "TXT":
        return _REPORT in name or _SELECTORS in name or name.startswith(POLICY_LABEL)
    return rtype in ("PTR", POLICY)


def _told(question: Question, quiet: bool, before: Answer, after: Answer) -> str:
    name, rtype = question
    old, new = _values(before), _values(after)
    if rtype == "PTR":
        what = address_of_reverse(name) or shown_name(name)
        return f"the PTR record of {what} {_gained_and_lost(old, new) or 'is found by another way'}"
    if rtype == POLICY:
        return f"the MTA-STS policy of {shown_name(name)} {_replaced(old, new)}"
    if rtype == "TXT" and _REPORT in name:
        domain, _, host = name.partition(_REPORT)
        verb = "now accepts" if _consents(new) else "no longer accepts"
        if _consents(old) == _consents(new):
            verb = "changed its record for"
        return f"{shown_name(host)} {verb} DMARC reports about {shorten(domain)}"
    if rtype == "TXT" and name.startswith(POLICY_LABEL):
        return f"the DMARC record of {shown_name(name.removeprefix(POLICY_LABEL))} {_replaced(old, new)}"
    if rtype == "TXT" and _SELECTORS in name:
        return f"the DKIM key at {shown_name(name)} {_replaced(old, new)}"
    changes = _gained_and_lost(old, new) or "is found by another way"
    if quiet and rtype == "TXT":
        changes += " (no change in who may send)"
    return f"{shown_name(name)} {rtype} {changes}"


def _consents(values: AbstractSet[str]) -> bool:
    return any(is_dmarc(value) for value in values)


def _replaced(old: AbstractSet[str], new: AbstractSet[str]) -> str:
    if not new:
        return "is gone"
    if not old:
        return f"has appeared: {', '.join(listed(sorted(new)))}"
    return f"changed: {_gained_and_lost(old, new) or 'it is found by another way'}"


def _gained_and_lost(old: AbstractSet[str], new: AbstractSet[str]) -> str:
    gained, lost = listed(sorted(new - old)), listed(sorted(old - new))
    parts = [f"gained {', '.join(gained)}"] if gained else []
    parts += [f"lost {', '.join(lost)}"] if lost else []
    return " and ".join(parts)


def _told_counts(
    before: Mapping[Question, Answer], after: Mapping[Question, Answer], told: AbstractSet[Question]
) -> Iterator[str]:
    new = after.keys() - before.keys() - told
    old = before.keys() - after.keys() - told
    if new:
        yield f"the zones ask for {_facts(new)} that the lock does not hold: {_names(new)}"
    if old:
        yield f"the lock holds {_facts(old)} that nothing asks for any more: {_names(old)}"


def _facts(questions: AbstractSet[Question]) -> str:
    return "1 fact" if len(questions) == 1 else f"{len(questions)} facts"


def _names(questions: AbstractSet[Question]) -> str:
    return ", ".join(listed(f"{shown_name(name)} {rtype}" for name, rtype in sorted(questions)))
