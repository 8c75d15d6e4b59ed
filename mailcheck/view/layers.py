"""Several views as one: what the first leaves open is asked of the next."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from mailcheck.model.dns import Answer, Answers, DnsView, Question, Unknown, led_to


class Layers:
    """A DnsView over views, asked in their order.

    Only what a view was not asked for goes on (`Unknown("not_asked")`): a failure of one view is not
    papered over by the next. Where a chain led to another name (`Unknown.target`), that name is what the
    next view is asked for, and the chains are joined.
    """

    def __init__(self, *views: DnsView) -> None:
        self._views = views

    def answer(self, questions: AbstractSet[Question]) -> Answers:
        answers: dict[Question, Answer] = {question: Unknown("not_asked") for question in questions}
        ends = {question: question for question in questions}
        for view in self._views:
            if not ends:
                break
            said = view.answer(frozenset(ends.values()))
            for question, end in ends.items():
                answers[question] = led_to(answers[question].chain, end.name, said[end])
            ends = {
                question: _end(question, answers[question]) for question in ends if _is_open(answers[question])
            }
        return answers


def _is_open(answer: Answer) -> bool:
    return isinstance(answer, Unknown) and answer.reason == "not_asked"


def _end(question: Question, answer: Answer) -> Question:
    target = answer.target if isinstance(answer, Unknown) else ""
    return Question(target, question.type) if target else question
