"""What a rule asks, answered: the zone at hand, the world, and DNS in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple, ParamSpec, TypeVar

from mailcheck.analysis.mail_role import mail_roles
from mailcheck.analysis.spec_homes import promises_by_zone
from mailcheck.lint.selection import ActiveRule
from mailcheck.model.dns import Answer, Answers, DnsView, Evaluation, Present, Question, Unknown, led_to
from mailcheck.model.index import Index
from mailcheck.model.spec import NO_SPEC, HostSpec, MailRole, MailSpec, Promises
from mailcheck.model.zone import REMEMBERED_ZONES, Zone, forget_zones
from mailcheck.view.locked import Locked
from mailcheck.view.overlay import Overlay

T = TypeVar("T")
P = ParamSpec("P")

_NO_ROLE = MailRole()
_NEW = object()
_NO_PROMISES = Promises()
REMEMBERED = 1_000
"""How many results of evaluations are kept; they can be made anew at any time."""


class Suspended(Exception):  # noqa: N818 - a signal to the engine, never an error
    """A rule needs answers that are not there yet; it will be run again when they are."""

    def __init__(self, questions: AbstractSet[Question]) -> None:
        super().__init__()
        self.questions = questions


class _Paused(NamedTuple):
    """An evaluation that goes on with the answers to `questions`, once those that it waits for are there.

    Most rules about one record want the same evaluation: to begin it anew for each of them, and after
    each batch, took most of a live run's time.
    """

    evaluation: Evaluation[Any]
    questions: AbstractSet[Question]
    waits_for: AbstractSet[Question]


class World:
    """The declared zones, the answers known so far, and what was computed of them; one per run.

    Declared zones answer at once, and so does a lock. What they leave open goes to any other `outside`
    (resolver) in batches: `ask_all` raises Suspended with the open questions, the engine collects
    them from all rules, hands them to `resolve`, and runs those rules again.

    `answers_at_once` says that no question has to wait for others.
    """

    def __init__(self, zones: Sequence[Zone], outside: DnsView | None = None, spec: MailSpec = NO_SPEC) -> None:
        self.zones = zones
        self.spec = spec
        self._promises = promises_by_zone(spec, zones)
        self._declared = Overlay(zones)
        self._outside = outside
        self.answers_at_once = outside is None or isinstance(outside, Locked)
        self._answers: dict[Question, Answer] = {}
        self._results: dict[tuple[object, ...], object] = {}
        self._paused: dict[object, _Paused] = {}
        self._indexes: dict[Callable[[Sequence[Zone]], object], object] = {}

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
        if not open_questions:
            return answers
        if not self.answers_at_once:
            raise Suspended(open_questions)
        self.resolve(open_questions)
        return answers | {question: self._answers[question] for question in open_questions}

    def resolve(self, questions: AbstractSet[Question]) -> None:
        """Ask the outside view one batch. Where a declared chain leads out, its end is asked for.

        Where a chain outside leads back into the declared zones, they answer: what anybody else says of
        a declared name counts for nothing.
        """
        assert self._outside is not None
        inside = self._declared.answer(questions)
        ends = {question: _chain_end(question, inside[question]) for question in questions}
        outside = self._outside.answer(frozenset(ends.values()))
        for question, end in ends.items():
            answer = self._back_inside(end, outside[end])
            self._answers[question] = led_to(inside[question].chain, end.name, answer)

    def _back_inside(self, question: Question, answer: Answer) -> Answer:
        if not answer.chain:
            return answer
        names = (*answer.chain[1:], *_known_end(answer))
        for at, name in enumerate(names, 1):
            end = Question(name, question.type)
            declared = self._declared.answer({end})[end]
            if not (isinstance(declared, Unknown) and declared.reason == "not_asked"):
                return led_to((question.name, *names)[:at], name, declared)
        return answer

    def evaluate(self, evaluation: Callable[P, Evaluation[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        results = self._results
        key = (evaluation, args, tuple(sorted(kwargs.items())) if kwargs else ())
        result = results.get(key, _NEW)
        if result is _NEW:
            if len(results) > REMEMBERED:
                results.clear()
            paused = self._paused.get(key)
            if paused is None:
                result = self._run(key, evaluation(*args, **kwargs))
            elif paused.waits_for <= self._answers.keys():
                del self._paused[key]
                result = self._run(key, paused.evaluation, paused.questions)
            else:
                raise Suspended(paused.waits_for)
            results[key] = result
        return result  # type: ignore[return-value]

    def _run(self, key: object, evaluation: Evaluation[T], questions: AbstractSet[Question] | None = None) -> T:
        """Run to the end, from the start or from where it waits for `questions`."""
        try:
            if questions is None:
                questions = next(evaluation)
            while True:
                questions = evaluation.send(self.ask_all(questions))
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        except Suspended as signal:
            assert questions is not None
            self._paused[key] = _Paused(evaluation, questions, signal.questions)
            raise

    def join(self, index: Index[Any, Any], parts: Iterable[Any]) -> None:
        """Make an index of what each zone says for it; `once` makes those that nobody made before."""
        self._indexes[index] = index.join(self.zones, parts)

    def once(self, index: Callable[[Sequence[Zone]], T]) -> T:
        found = self._indexes.get(index, _NEW)
        if found is _NEW:
            found = self._indexes[index] = index(self.zones)
            if len(self.zones) > REMEMBERED_ZONES:
                forget_zones()
        return found  # type: ignore[return-value]

    def role(self, name: str) -> MailRole:
        if (promised := self.spec.domains.get(name)) is not None:
            return promised.role
        zone = self._declared.zone_of(name)
        return mail_roles(zone).get(name, _NO_ROLE) if zone else _NO_ROLE


def _chain_end(question: Question, answer: Answer) -> Question:
    """The question that a declared chain leaves open, else the question itself."""
    target = answer.target if isinstance(answer, Unknown) else ""
    return Question(target, question.type) if target else question


def _known_end(answer: Answer) -> tuple[str, ...]:
    """The name that the answer's chain leads to, where the answer tells it."""
    if isinstance(answer, Present):
        return tuple([record.name for record in answer.records[:1]])
    return (answer.target,) if answer.target else ()


class RuleContext(World):
    """The Context that one rule sees; the engine turns it from zone to zone and rule to rule."""

    zone: Zone
    active: ActiveRule
    host: HostSpec | None = None

    @property
    def promises(self) -> Promises:
        return self._promises.get(self.zone.name, _NO_PROMISES)

    def options(self, kind: type[T]) -> T:
        options = self.active.options
        assert isinstance(options, kind)
        return options

    def ask(self, name: str, rtype: str) -> Answer:
        if self._outside is None:
            return self._declared.resolve(name, rtype)
        question = Question(name, rtype)
        return self.ask_all({question})[question]
