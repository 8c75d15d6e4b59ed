"""What is asked is written down, and moves the progress bar."""

from datetime import date

from mailcheck.model.dns import Absent, Question, Unknown
from mailcheck.model.progress import Silent
from mailcheck.view.locked import Fact, LockFile
from mailcheck.view.recorder import AT_ONCE, Recorder
from tests.lock_world import OutsideWorld

DAY = date(2026, 11, 1)
A = Question("a.example.", "A")


class Watched(Silent):
    def __init__(self) -> None:
        self.steps: list[tuple[str, int]] = []

    def total(self, steps: int, what: str) -> None:
        self.steps.append((what, steps))

    def advance(self, steps: int = 1) -> None:
        self.steps.append(("done", steps))


def test_many_questions_go_in_lots_and_each_is_told() -> None:
    watched = Watched()
    world = OutsideWorld({})
    recorder = Recorder(world, LockFile("x", {}), watched)
    questions = {Question(f"h{n}.example.", "A") for n in range(AT_ONCE + 1)}
    assert recorder.answer(questions).keys() == questions == recorder.facts.keys()
    assert watched.steps == [("asking DNS", AT_ONCE + 1), ("done", AT_ONCE), ("done", 1)]
    assert sorted(world.asked) == sorted(questions)


def test_what_the_view_does_not_ask_is_no_failure_and_keeps_its_old_answer() -> None:
    old = Absent("nodata", source="lock")
    recorder = Recorder(
        OutsideWorld({(A.name, A.type): "not_asked"}), LockFile("x", {A: Fact(old)}, DAY), Silent()
    )
    assert recorder.answer({A}) == {A: old}
    assert recorder.facts == {A: Fact(old, DAY)}
    assert recorder.failed == {}


def test_an_answer_that_is_unusable_is_noted_as_it_is() -> None:
    before = LockFile("x", {A: Fact(Absent("nodata", source="lock"))}, DAY)
    recorder = Recorder(OutsideWorld({(A.name, A.type): "unusable"}), before, Silent())
    unusable = Unknown("unusable", "a.example A")
    assert recorder.answer({A}) == {A: unusable}
    assert recorder.facts == {A: Fact(unusable)}
    assert recorder.failed == {}


def test_a_question_that_the_run_gave_up_keeps_its_old_answer() -> None:
    old = Absent("nodata", source="lock")
    recorder = Recorder(OutsideWorld({(A.name, A.type): "budget"}), LockFile("x", {A: Fact(old)}, DAY), Silent())
    assert recorder.answer({A}) == {A: old}
    assert recorder.facts == {A: Fact(old, DAY)}
    assert recorder.failed == {A: Unknown("budget", "a.example A")}


def test_a_failure_without_an_old_answer_is_told_to_who_asks() -> None:
    recorder = Recorder(OutsideWorld({(A.name, A.type): "timeout"}), LockFile("x", {}), Silent())
    assert recorder.answer({A}) == recorder.failed == {A: Unknown("timeout", "a.example A")}
    assert recorder.facts == {}
