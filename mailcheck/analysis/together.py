"""Many evaluations at once: what they ask is asked as one batch, round by round."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Generic, NamedTuple, TypeVar

from mailcheck.model.dns import Answer, Evaluation, Question

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


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
