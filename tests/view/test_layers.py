"""Views over one another: who is asked, for what, and what becomes of chains."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from mailcheck.model.dns import Absent, Answer, Answers, Present, Question, Unknown
from mailcheck.model.location import NOWHERE
from mailcheck.model.record import Record
from mailcheck.view.layers import Layers

A = Question("a.example.", "A")
B = Question("b.example.", "A")
C = Question("c.example.", "A")


class Said:
    def __init__(self, answers: Mapping[Question, Answer]) -> None:
        self.answers = answers
        self.asked: list[AbstractSet[Question]] = []

    def answer(self, questions: AbstractSet[Question]) -> Answers:
        self.asked.append(questions)
        return {question: self.answers.get(question, Unknown("not_asked", "said")) for question in questions}


def present(name: str, *chain: str) -> Present:
    return Present((Record(name, "A", 0, "192.0.2.1", NOWHERE, NOWHERE),), chain, source="test")


def test_the_next_view_is_asked_only_for_what_the_first_leaves_open() -> None:
    first, second = Said({A: Absent("nodata")}), Said({A: Absent("nxdomain"), B: Absent("nxdomain")})
    answers = Layers(first, second).answer({A, B})
    assert answers == {A: Absent("nodata"), B: Absent("nxdomain")}
    assert second.asked == [{B}]


def test_where_nothing_is_open_no_further_view_is_asked() -> None:
    second = Said({})
    assert Layers(Said({A: Absent("nodata")}), second).answer({A})[A] == Absent("nodata")
    assert second.asked == []


def test_a_failure_of_one_view_is_not_papered_over_by_the_next() -> None:
    failed = Unknown("servfail", "a.example A")
    assert Layers(Said({A: failed}), Said({A: Absent("nxdomain")})).answer({A})[A] == failed


def test_what_no_view_holds_stays_not_asked() -> None:
    assert Layers(Said({}), Said({})).answer({A})[A] == Unknown("not_asked", "said")
    assert Layers().answer({A})[A] == Unknown("not_asked")


def test_the_end_of_a_chain_is_what_the_next_view_is_asked_for() -> None:
    first = Said({A: Unknown("not_asked", "b.example A", ("a.example.",), "b.example.")})
    second = Said({B: present("c.example.", "b.example.")})
    answer = Layers(first, second).answer({A})[A]
    assert second.asked == [{B}]
    assert answer == second.answers[B]._replace(chain=("a.example.", "b.example."))


def test_a_chain_that_ends_in_no_view_names_its_end() -> None:
    first = Said({A: Unknown("not_asked", "b.example A", ("a.example.",), "b.example.")})
    second = Said({B: Unknown("not_asked", "c.example A", ("b.example.",), "c.example.")})
    third = Said({})
    answer = Layers(first, second, third).answer({A})[A]
    assert third.asked == [{C}]
    assert answer == Unknown("not_asked", "said", ("a.example.", "b.example."), "c.example.")


def test_two_questions_with_one_end_are_one_question_to_the_next_view() -> None:
    first = Said({A: Unknown("not_asked", "", ("a.example.",), "b.example.")})
    second = Said({B: Absent("nxdomain")})
    answers = Layers(first, second).answer({A, B})
    assert second.asked == [{B}]
    assert answers == {A: Absent("nxdomain", ("a.example.",), target="b.example."), B: Absent("nxdomain")}
