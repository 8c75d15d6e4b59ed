"""What a rule asks, answered: the zone at hand, the world, and DNS in batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, ParamSpec, TypeVar

from mailcheck.analysis.mail_role import mail_roles
from mailcheck.lint.rule import Options
from mailcheck.model.dns import Absent, Answer, Answers, DnsView, Evaluation, Present, Question, Unknown
from mailcheck.model.spec import MailRole
from mailcheck.model.zone import Zone
from mailcheck.view.overlay import Overlay

T = TypeVar("T")
P = ParamSpec("P")

_NO_ROLE = MailRole()
REMEMBERED = 5_000
"""How many results of evaluations are kept; they can be made anew at any time."""


class Suspended(Exception):  # noqa: N818 - a signal to the engine, never an error
    """A rule needs answers that are not there yet; it will be run again when they are."""

    def __init__(self, questions: AbstractSet[Question]) -> None:
        super().__init__()
        self.questions = questions


class World:
    """The declared zones, the answers known so far, and what was computed of them; one per run.

    Declared zones answer at once. What they leave open goes to `outside` (lock, resolver), where
    there is one, in batches: `ask_all` raises Suspended with the open questions, the engine collects
    them from all rules, hands them to `resolve`, and runs those rules again.
    """

    def __init__(self, zones: Sequence[Zone], outside: DnsView | None = None) -> None:
        self.zones = zones
        self._declared = Overlay(zones)
        self._outside = outside
        self._answers: dict[Question, Answer] = {}
        self._results: dict[tuple[object, ...], object] = {}
        self._indexes: dict[Callable[[Sequence[Zone]], object], object] = {}
        self._roles: dict[str, Mapping[str, MailRole]] = {}

    def ask_all(self, questions: AbstractSet[Question]) -> Answers:
        inside = self._declared.answer(questions)
        if self._outside is None:
            return inside
        answers = {}
        open_questions = set()
        for question, answer in inside.items():
            if not (isinstance(answer, Unknown) and answer.reason == "not_asked"):
                answers[question] = answer
            elif (outside := self._answers.get(question)) is not None:
                answers[question] = outside
            else:
                open_questions.add(question)
        if open_questions:
            raise Suspended(open_questions)
        return answers

    def resolve(self, questions: AbstractSet[Question]) -> None:
        """Ask the outside view one batch. Where a declared chain leads out, its end is asked for."""
        assert self._outside is not None
        inside = self._declared.answer(questions)
        ends = {question: _chain_end(question, inside[question]) for question in questions}
        outside = self._outside.answer(frozenset(ends.values()))
        for question, end in ends.items():
            self._answers[question] = _with_chain(inside[question].chain, outside[end])

    def evaluate(self, key: tuple[object, ...], start: Callable[[], Evaluation[T]]) -> T:
        if key not in self._results:
            if len(self._results) > REMEMBERED:
                self._results.clear()
            self._results[key] = self._run(start())
        return self._results[key]  # type: ignore[return-value]

    def _run(self, evaluation: Evaluation[T]) -> T:
        try:
            questions = next(evaluation)
            while True:
                questions = evaluation.send(self.ask_all(questions))
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]

    def once(self, index: Callable[[Sequence[Zone]], T]) -> T:
        if index not in self._indexes:
            self._indexes[index] = index(self.zones)
        return self._indexes[index]  # type: ignore[return-value]

    def role(self, name: str) -> MailRole:
        zone = self._declared.zone_of(name)
        if zone is None:
            return _NO_ROLE
        if zone.name not in self._roles:
            self._roles[zone.name] = mail_roles(zone)
        return self._roles[zone.name].get(name, _NO_ROLE)


def _chain_end(question: Question, answer: Answer) -> Question:
    """The question that a declared chain leaves open, else the question itself."""
    target = answer.target if isinstance(answer, Unknown) else ""
    return Question(target, question.type) if target else question


def _with_chain(chain: tuple[str, ...], answer: Answer) -> Answer:
    if not chain:
        return answer
    whole = chain + answer.chain
    match answer:
        case Present():
            return Present(answer.records, whole, answer.authenticated, answer.source)
        case Absent():
            return Absent(answer.kind, whole, answer.source)
        case Unknown():
            return Unknown(answer.reason, answer.detail, whole, answer.target)


class RuleContext:
    """The Context that one rule sees; the engine turns it from zone to zone and rule to rule."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.zone: Zone
        self.rule_options: Options

    @property
    def zones(self) -> Sequence[Zone]:
        return self._world.zones

    def options(self, kind: type[T]) -> T:
        assert isinstance(self.rule_options, kind)
        return self.rule_options

    def role(self, name: str) -> MailRole:
        return self._world.role(name)

    def ask(self, name: str, rtype: str) -> Answer:
        question = Question(name, rtype)
        return self._world.ask_all({question})[question]

    def ask_all(self, questions: AbstractSet[Question]) -> Answers:
        return self._world.ask_all(questions)

    def evaluate(self, evaluation: Callable[P, Evaluation[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        key: tuple[Any, ...] = (evaluation, args, tuple(sorted(kwargs.items())))
        return self._world.evaluate(key, lambda: evaluation(*args, **kwargs))

    def once(self, index: Callable[[Sequence[Zone]], T]) -> T:
        return self._world.once(index)
