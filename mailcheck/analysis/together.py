"""Evaluations run to their ends; of many at once, what they ask is asked as one batch, round by round."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from collections.abc import Set as AbstractSet
from typing import Generic, NamedTuple, TypeVar

from mailcheck.model.dns import Answer, Answers, Evaluation, Question

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
Ask = Callable[[AbstractSet[Question]], Answers]
"""Answers a batch of questions: `answer` of a DnsView."""


class Outcome(NamedTuple, Generic[T]):
    """The result of one evaluation, and all that it was answered."""

    result: T
    answers: Mapping[Question, Answer]


def together(evaluations: Mapping[K, Evaluation[T]]) -> Evaluation[Mapping[K, Outcome[T]]]:
    """Run all of them to their ends."""
    outcomes: dict[K, Outcome[T]] = {}
    known: dict[K, dict[Question, Answer]] = {key: {} for key in evaluations}
    waiting: dict[K, frozenset[Question]] = {}

    def go_on(key: K, *, started: bool) -> None:
        evaluation = evaluations[key]
        try:
            asked = evaluation.send(known[key]) if started else next(evaluation)
            waiting[key] = frozenset(asked)
        except StopIteration as end:
            waiting.pop(key, None)
            outcomes[key] = Outcome(end.value, known[key])

    for key in evaluations:
        go_on(key, started=False)
    while waiting:
        answers = yield frozenset().union(*waiting.values())
        for key, asked in list(waiting.items()):
            known[key].update({question: answers[question] for question in asked})
            go_on(key, started=True)
    return outcomes


def answered(evaluation: Evaluation[T], ask: Ask) -> T:
    """Run an evaluation to its end."""
    try:
        questions = next(evaluation)
        while True:
            questions = evaluation.send(ask(questions))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
