"""Runs an evaluation to its end, over declared zones or over answers that a test wrote down."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TypeVar

from mailcheck.model.dns import Answer, Answers, DnsView, Evaluation, Question, Unknown

T = TypeVar("T")


class Scripted:
    """A view that knows what it was given and counts the batches it was asked."""

    def __init__(self, answers: Mapping[tuple[str, str], Answer]) -> None:
        self._answers = {Question(*key): answer for key, answer in answers.items()}
        self.batches = 0

    def answer(self, questions: AbstractSet[Question]) -> Answers:
        self.batches += 1
        return {question: self._answers.get(question, Unknown("not_asked")) for question in questions}


def run(evaluation: Evaluation[T], view: DnsView) -> T:
    """What the evaluation returns."""
    try:
        questions = next(evaluation)
        while True:
            questions = evaluation.send(view.answer(questions))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
