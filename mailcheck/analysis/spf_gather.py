"""All that DNS says below one SPF record, asked for level by level, as far as it is known beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple

from mailcheck.analysis.spf_names import target_of
from mailcheck.analysis.spf_records import terms_in_effect
from mailcheck.grammar.spf import Directive, Modifier, SpfTree, is_spf, parse_spf
from mailcheck.model.dns import Answer, Evaluation, Present, Question, Unknown, describe
from mailcheck.model.names import absolute
from mailcheck.model.record import Record

MAX_QUESTIONS = 250
"""Questions of one evaluation; 213 is the most that a record within its own limits was seen to need."""
MAX_LEVELS = 40
"""Levels of includes that are followed; receivers stop at ten."""
MAX_TERMS = 1_000
"""Terms that ask DNS after which no further record is read; of one record no more are looked at either."""
MAX_EXCHANGES = 10
"""Exchanges of one `mx` term that receivers look at (RFC 7208 section 4.6.4)."""

ASKING = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})
"""The terms that count against the limit of ten (RFC 7208 section 4.6.4)."""
LEADING = frozenset({"include", "redirect"})
"""The terms that lead to another record."""


class Reference(NamedTuple):
    """A term that asks DNS, its mechanism or `redirect`, and the name that it asks for.

    `target` is None where that depends on the message, or is no name.
    """

    term: Directive | Modifier
    kind: str
    target: str | None


class Held(NamedTuple):
    """What the name of an SPF record holds: the SPF records, and of a single one its tree and its questions."""

    answer: Answer
    records: tuple[Record, ...] = ()
    tree: SpfTree | None = None
    references: tuple[Reference, ...] = ()

    @property
    def declared(self) -> bool:
        """Whether a declared zone holds the answer."""
        return isinstance(self.answer, Present) and self.answer.source == "zones"


class Gathered:
    """Every answer that was needed, and every name that a record was looked for at.

    `exchanges`, best first, of the names that have MX records; empty where it is the null MX alone.
    """

    __slots__ = ("answers", "exchanges", "held", "terms")

    def __init__(self) -> None:
        self.answers: dict[Question, Answer] = {}
        self.held: dict[str, Held] = {}
        self.exchanges: dict[str, tuple[str, ...]] = {}
        self.terms = 0


def gather(domain: str) -> Evaluation[Gathered]:
    """Everything below the record of absolute `domain`: TXT of includes and redirects, addresses, exchanges.

    What goes over a bound is not asked and stays Unknown (`limit`).
    """
    found = Gathered()
    wanted = {Question(domain, "TXT")}
    for _ in range(MAX_LEVELS):
        asked = _within_bounds(wanted, found.answers)
        if not asked:
            break
        answers = yield asked
        for question in asked:
            found.answers[question] = answers[question]
        wanted = set()
        leading = [question for question in asked if question.type in _LEADING_TYPES]
        for answered in sorted(leading) if len(leading) > 1 else leading:
            wanted.update(_next_questions(answered, found))
        wanted.difference_update(found.answers)
    else:
        found.answers.update({question: _over("levels of includes", MAX_LEVELS, question) for question in wanted})
    for name in [name for name, rtype in found.answers if rtype == "TXT" and name not in found.held]:
        found.held[name] = Held(found.answers[Question(name, "TXT")])
    return found


def _within_bounds(wanted: set[Question], answers: dict[Question, Answer]) -> AbstractSet[Question]:
    if len(wanted) + len(answers) <= MAX_QUESTIONS:
        return wanted
    room = MAX_QUESTIONS - sum(1 for answer in answers.values() if not _is_limit(answer))
    if len(wanted) <= room:
        return wanted
    records_first = sorted(wanted, key=lambda question: (question.type != "TXT", question))
    for question in records_first[room:]:
        answers[question] = _over("DNS questions", MAX_QUESTIONS, question)
    return set(records_first[:room])


def _is_limit(answer: Answer) -> bool:
    return isinstance(answer, Unknown) and answer.reason == "limit"


def _over(what: str, bound: int, question: Question) -> Unknown:
    return Unknown("limit", f"{describe(question)} (more than {bound} {what})")


def _next_questions(answered: Question, found: Gathered) -> list[Question]:
    """The questions that an answer about MX or TXT gives rise to."""
    answer = found.answers[answered]
    if answered.type == "MX":
        if not isinstance(answer, Present):
            return []
        exchanges = found.exchanges[answered.name] = exchanges_of(answer)
        return [Question(exchange, rtype) for exchange in exchanges[:MAX_EXCHANGES] for rtype in ("A", "AAAA")]
    if found.terms > MAX_TERMS:
        answer = _over("terms", MAX_TERMS, answered)
    held = found.held[answered.name] = hold(answered.name, answer)
    found.terms += len(held.references)
    return [
        Question(reference.target, rtype)
        for reference in held.references
        if reference.target is not None
        for rtype in _TYPES[reference.kind]
    ]


def hold(name: str, answer: Answer) -> Held:
    """The SPF records that a TXT answer holds (RFC 7208 section 4.5), and what the only one asks for."""
    if not isinstance(answer, Present):
        return Held(answer)
    records = tuple([record for record in answer.records if is_spf(record.text)])
    if len(records) != 1:
        return Held(answer, records)
    tree = parse_spf(records[0].text)
    return Held(answer, records, tree, _references(tree, name))


def _references(tree: SpfTree, name: str) -> tuple[Reference, ...]:
    if tree.kinds.isdisjoint(ASKING):
        return ()
    asking = [
        (term, kind)
        for term in terms_in_effect(tree)
        if (kind := term.mechanism if isinstance(term, Directive) else term.name) in ASKING
    ][: MAX_TERMS + 1]
    return tuple([Reference(term, kind, target_of(term, name)) for term, kind in asking])


_LEADING_TYPES = ("TXT", "MX")
_TYPES: Mapping[str, tuple[str, ...]] = {
    "include": ("TXT",),
    "redirect": ("TXT",),
    "a": ("A", "AAAA"),
    "mx": ("MX",),
    "exists": ("A",),
    "ptr": (),
}


def exchanges_of(answer: Present) -> tuple[str, ...]:
    """The exchanges of an MX answer in the order of their preference, without the null MX (RFC 7505)."""
    return _exchanges_of(tuple([record.text for record in answer.records]))


@lru_cache(maxsize=1024)
def _exchanges_of(texts: tuple[str, ...]) -> tuple[str, ...]:
    split = [text.partition(" ") for text in texts]
    pairs = sorted(
        [(_preference(preference), absolute(exchange)) for preference, _, exchange in split if exchange]
    )
    return tuple([exchange for _, exchange in pairs if exchange != "."])


def _preference(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 65_536
