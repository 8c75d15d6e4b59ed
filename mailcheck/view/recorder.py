"""A view that writes down what it was asked and what was answered: so the lock holds what rules ask."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from mailcheck.model.dns import Answer, Answers, DnsView, Question, Unknown
from mailcheck.model.progress import Progress
from mailcheck.view.locked import Fact, LockFile

AT_ONCE = 500
"""Questions that are handed on together; between two such lots the progress bar moves."""


class Recorder:
    """A DnsView over a live one.

    An answer that came and is unusable is one that others get too: it is noted as it is. Where a
    question fails, the answer of the lock before stands in, so that what hangs below it is asked for all
    the same. `facts` are what the next lock holds, `failed` what was not answered.
    """

    def __init__(self, live: DnsView, before: LockFile, progress: Progress) -> None:
        self._live = live
        self._before = before
        self._progress = progress
        self.facts: dict[Question, Fact] = {}
        self.failed: dict[Question, Unknown] = {}

    def answer(self, questions: AbstractSet[Question]) -> Answers:
        self._progress.total(len(questions), "asking DNS")
        answers: dict[Question, Answer] = {}
        ordered = sorted(questions)
        for lot in (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE)):
            for question, answer in self._live.answer(frozenset(lot)).items():
                answers[question] = self._noted(question, answer)
            self._progress.advance(len(lot))
        return answers

    def _noted(self, question: Question, answer: Answer) -> Answer:
        if not isinstance(answer, Unknown) or answer.reason == "unusable":
            self.facts[question] = Fact(answer)
            return answer
        if answer.reason != "not_asked":
            self.failed[question] = answer
        old = self._before.facts.get(question)
        verified = None if old is None else old.kept or self._before.verified
        if old is None or verified is None:
            return answer
        self.facts[question] = old._replace(kept=verified)
        return old.answer
