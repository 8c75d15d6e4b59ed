"""Two states of the declared zones compared by what they do to mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple, TypeVar

from mailcheck.analysis.diff_dane import dane_changes
from mailcheck.analysis.diff_dmarc import dmarc_diff
from mailcheck.analysis.diff_elsewhere import MovedCuts, cut_above, elsewhere, end_of, moved_cuts
from mailcheck.analysis.diff_hosts import mail_host_changes
from mailcheck.analysis.diff_keys import key_diff
from mailcheck.analysis.diff_macros import macro_changes
from mailcheck.analysis.diff_open import open_questions, why_open
from mailcheck.analysis.diff_other import other_changes
from mailcheck.analysis.diff_parts import mx_diff, ptr_diff
from mailcheck.analysis.diff_policies import policy_changes
from mailcheck.analysis.diff_spf import spf_diff
from mailcheck.analysis.diff_state import Compared, DomainState, domain_state
from mailcheck.analysis.diff_subjects import compared_addresses, compared_domains, is_include_only, zone_state
from mailcheck.analysis.diff_transport import transport_changes
from mailcheck.analysis.diff_wildcards import wildcard_changes
from mailcheck.analysis.fcrdns import ReverseDns, reverse_dns
from mailcheck.analysis.lock_changes import value_set
from mailcheck.analysis.together import Ask, Outcome, answered, together
from mailcheck.analysis.trace import NEVER_ASKED
from mailcheck.model.diff import NOT_DETERMINED, DomainDiff, OpenQuestion, OtherChange, PtrDiff
from mailcheck.model.dns import Answer, Answers, Evaluation, Question, Unknown
from mailcheck.model.finding import Severity
from mailcheck.model.names import IPAddress
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone

T = TypeVar("T")


class Side(NamedTuple):
    """One state: its zones, who answers for it, and the zones that it may declare in what could not be read."""

    zones: Sequence[Zone]
    ask: Ask
    unread: frozenset[str] = frozenset()


class Comparison(NamedTuple):
    """What was found; `unanswered` tells whether any question was asked in vain."""

    domains: tuple[DomainDiff, ...]
    unanswered: bool


class _Pair(NamedTuple):
    """The states of one subject on both sides, and what only one side could answer."""

    before: Outcome[DomainState]
    after: Outcome[DomainState]
    hidden: Mapping[Question, OpenQuestion]


class _Reverse(NamedTuple):
    """Reverse DNS of the addresses on both sides, and the zone that each of them belongs to."""

    homes: Mapping[IPAddress, str]
    before: Outcome[Mapping[IPAddress, ReverseDns]]
    after: Outcome[Mapping[IPAddress, ReverseDns]]


class _Matches(NamedTuple):
    diffs: list[PtrDiff]
    open: list[OpenQuestion]


_NO_MATCHES = _Matches([], [])
_ZONES = "zones"


def compare(before: Side, after: Side) -> Comparison:
    """What turns from `before` to `after`, domain by domain, in the order of their names.

    What only one side can answer although both ask the same is held against nothing: it is taken to be open
    on both, and named.
    """
    subjects = compared_domains(before.zones, after.zones)
    old = _run({name: domain_state(subject) for name, subject in subjects.items()}, before.ask)
    cuts = moved_cuts(before.zones, after.zones)
    again = _changed(old, after.ask, cuts)
    new = _run({name: domain_state(subjects[name]) for name in again}, after.ask)
    pairs = {name: _pair(subjects[name], old[name], new[name], before, after) for name in again}
    reverse = _reverse_pairs(before, after)
    ptr = _matches(reverse, cuts)
    other = other_changes(before.zones, after.zones)
    hosts = mail_host_changes(before.zones, after.zones, (before.ask, after.ask))
    dane = dane_changes(before.zones, after.zones, (before.ask, after.ask))
    policies = policy_changes(before.zones, after.zones, (before.ask, after.ask))
    wildcards = wildcard_changes(before.zones, after.zones, subjects.keys())
    macros = macro_changes(before.zones, after.zones)
    further = (hosts, dane, policies, wildcards, macros, other)
    found: dict[str, DomainDiff] = {}
    for name in sorted({*pairs, *ptr}.union(*further)):
        diff = _domain(name, pairs, cuts)
        matches = ptr.get(name, _NO_MATCHES)
        diff = diff._replace(ptr=tuple(matches.diffs), open=(*diff.open, *matches.open))
        state = "" if name in before.unread | after.unread else zone_state(name, before.zones, after.zones)
        told_here = (told for part in further for told in part.get(name, ()))
        found[name] = diff._replace(other=(*diff.other, *told_here), zone=state)
    askers = _askers(pairs)
    sides = (before.zones, after.zones)
    included = {name for name in found.keys() & askers.keys() if is_include_only(subjects[name], *sides)}
    found |= {name: _as_included(found[name], pairs[name]) for name in included}
    told = {name: diff for name, diff in found.items() if diff.severities or diff.open}
    shown = [
        diff for name, diff in told.items() if name not in included or not _told_elsewhere(name, askers, told)
    ]
    answers = [outcome.answers for outcome in (*old.values(), *new.values())]
    answers += [reverse.before.answers, reverse.after.answers]
    return Comparison(tuple(shown), any(_in_vain(each) for each in answers))


def _in_vain(answers: Mapping[Question, Answer]) -> bool:
    return any([isinstance(answer, Unknown) and answer.reason not in NEVER_ASKED for answer in answers.values()])


def _run(evaluations: Mapping[str, Evaluation[T]], ask: Ask) -> Mapping[str, Outcome[T]]:
    return answered(together(evaluations), ask)


def _changed(old: Mapping[str, Outcome[DomainState]], ask: Ask, cuts: MovedCuts) -> list[str]:
    """The subjects of which any answer is another one now, or stands elsewhere: only these can change."""
    questions = frozenset().union(*(outcome.answers for outcome in old.values()))
    new = ask(questions)
    other = {
        question
        for outcome in old.values()
        for question, answer in outcome.answers.items()
        if not _alike(answer, new[question]) or cut_above(end_of(question, answer), cuts)
    }
    return [name for name, outcome in old.items() if not other.isdisjoint(outcome.answers)]


def _alike(before: Answer, after: Answer) -> bool:
    return value_set(before) == value_set(after)


def _pair(
    subject: Compared, old: Outcome[DomainState], new: Outcome[DomainState], before: Side, after: Side
) -> _Pair:
    """Both states, evaluated again as long as only one side can answer something that both ask."""
    hidden: dict[Question, OpenQuestion] = {}
    while more := dict(_one_sided(old.answers, new.answers)):
        hidden |= more
        old = _without(hidden, domain_state(subject), subject.name, before.ask)
        new = _without(hidden, domain_state(subject), subject.name, after.ask)
    return _Pair(old, new, hidden)


def _without(
    hidden: Mapping[Question, OpenQuestion], evaluation: Evaluation[DomainState], name: str, ask: Ask
) -> Outcome[DomainState]:
    def partly(questions: AbstractSet[Question]) -> Answers:
        open_answers = {
            question: Unknown("not_asked", hidden[question].why) for question in questions & hidden.keys()
        }
        return {**ask(questions - hidden.keys()), **open_answers}

    return _run({name: evaluation}, partly)[name]


def _one_sided(before: Answers, after: Answers) -> Iterator[tuple[Question, OpenQuestion]]:
    for question in before.keys() & after.keys():
        old, new = before[question], after[question]
        if _is_left_to_others(old, new) or _is_left_to_others(new, old):
            continue
        if isinstance(old, Unknown) != isinstance(new, Unknown) and end_of(question, old) == end_of(question, new):
            if isinstance(old, Unknown):
                yield question, OpenQuestion(question, "before", why_open(old))
            elif isinstance(new, Unknown):
                yield question, OpenQuestion(question, "after", why_open(new))


def _is_left_to_others(one: Answer, other: Answer) -> bool:
    """Whether the declared zones answer on one side and on the other leave it to those whom they delegate to."""
    held = not isinstance(one, Unknown) and one.source == _ZONES
    return held and isinstance(other, Unknown) and other.reason in NEVER_ASKED - {"unread"}


def _domain(name: str, pairs: Mapping[str, _Pair], cuts: MovedCuts) -> DomainDiff:
    pair = pairs.get(name)
    if pair is None:
        return DomainDiff(name)
    old, new = pair.before.result, pair.after.result
    dmarc = dmarc_diff(old.dmarc, new.dmarc, pairs.keys() - {name})
    found = {owner: key_diff(owner, old.keys[owner], new.keys[owner]) for owner in old.keys}
    keys = {owner: key for owner, key in found.items() if key is not None}
    spf = spf_diff(pair.before, pair.after)
    shared = {question for question, _ in new.spf.open} if spf else set()
    if dmarc and any(NOT_DETERMINED in (policy.before, policy.after) for policy in dmarc.policies):
        shared |= old.dmarc.open | new.dmarc.open
    return DomainDiff(
        name,
        spf=spf,
        dmarc=dmarc,
        dkim=tuple(keys.values()),
        mx=mx_diff(old.exchanges, new.exchanges),
        other=(*_left_open(name, old, new), *transport_changes(name, old.transport, new.transport)),
        open=open_questions(
            pair.before, pair.after, pair.hidden.values(), cuts, shared, {Question(owner, "TXT") for owner in keys}
        ),
    )


def _left_open(name: str, old: DomainState, new: DomainState) -> Iterator[OtherChange]:
    if old.exchanges and new.exchanges is None:
        yield OtherChange(Severity.WARNING, f"where mail to {shown_name(name)} goes is not determined any more")


def _askers(pairs: Mapping[str, _Pair]) -> Mapping[str, frozenset[str]]:
    """By name of a compared domain the others whose SPF records lead to its own, on either side."""
    found: dict[str, set[str]] = {}
    for other, pair in pairs.items():
        for question in pair.before.answers.keys() | pair.after.answers.keys():
            if question.type == "TXT" and question.name in pairs and question.name != other:
                found.setdefault(question.name, set()).add(other)
    return {name: frozenset(others) for name, others in found.items()}


def _as_included(diff: DomainDiff, pair: _Pair) -> DomainDiff:
    """Of a name that is there to be included only its SPF record can be open."""
    asked = {question for outcome in (pair.before, pair.after) for question, _ in outcome.result.spf.open}
    return diff._replace(open=tuple(entry for entry in diff.open if entry.question in asked))


def _told_elsewhere(name: str, askers: Mapping[str, AbstractSet[str]], told: Mapping[str, DomainDiff]) -> bool:
    """Whether all that is told of this name is its SPF record, and one of those who include it tells that."""
    diff = told[name]
    return diff.areas in ((), ("SPF",)) and any(
        other in told and (diff.spf is None or told[other].spf is not None) and name not in askers.get(other, ())
        for other in askers[name]
    )


def _reverse_pairs(before: Side, after: Side) -> _Reverse:
    homes = compared_addresses(before.zones, after.zones)
    old, new = (answered(together({"ptr": reverse_dns(*homes)}), side.ask)["ptr"] for side in (before, after))
    return _Reverse(homes, old, new)


def _matches(reverse: _Reverse, cuts: MovedCuts) -> Mapping[str, _Matches]:
    """By the zone that each address belongs to what changes, and what is open on one side or elsewhere now."""
    found: dict[str, _Matches] = {}
    for address, home in reverse.homes.items():
        old, new = reverse.before.result[address], reverse.after.result[address]
        diff = ptr_diff(old, new)
        if diff is not None:
            found.setdefault(home, _Matches([], [])).diffs.append(diff)
        elif left := _left_by_reverse(old, new, cuts):
            found.setdefault(home, _Matches([], [])).open.append(left)
    return found


def _left_by_reverse(before: ReverseDns, after: ReverseDns, cuts: MovedCuts) -> OpenQuestion | None:
    if before.open and after.open:
        (question, old), (asked, new) = before.open, after.open
        where = elsewhere(question, old, new, cuts) if question == asked else ""
        return OpenQuestion(question, "both", f"{why_open(new)}, {where}") if where else None
    if before.open:
        return OpenQuestion(before.open[0], "before", why_open(before.open[1]))
    return OpenQuestion(after.open[0], "after", why_open(after.open[1])) if after.open else None
