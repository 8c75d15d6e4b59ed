"""Whatever the world outside says, by resolver or lock: no rule fails, and none points where no file is."""

from collections.abc import Set as AbstractSet
from datetime import date
from pathlib import Path

import pytest

from mailcheck.lint.placeholders import fill
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.run import RunSettings, run_rules
from mailcheck.model.dns import POLICY, Absent, Answer, Answers, DnsView, Present, Question, Unknown
from mailcheck.model.limits import Limits
from mailcheck.model.location import NOWHERE
from mailcheck.model.progress import Silent
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone
from mailcheck.view.lock_read import read_lock
from mailcheck.view.lock_write import write_lock
from mailcheck.view.locked import Fact, Locked
from mailcheck.zonefile.load import load_zones

USUAL = {
    "A": ["192.0.2.200", "10.0.0.1"],
    "AAAA": ["2001:db8::200"],
    "MX": ["10 mail.outside.example.", "10 mail.outside.example."],
    "TXT": ["v=spf1 include:loop.outside.example a mx ptr ip4:10.0.0.1 +all", "v=DMARC1; p=none; t=y", "v=STSv1; id=1"],
    "PTR": ["a.outside.example.", "dsl-192-0-2-1.outside.example."],
    "CNAME": ["target.outside.example."],
    POLICY: ["version: STSv1\nmode: testing\n"],
}  # fmt: skip
ODD = {
    "A": ["not an address", ""],
    "AAAA": ["192.0.2.1"],
    "MX": ["", ".", "x y", "0 .", "99999 \x1b."],
    "TXT": ["v=spf1 \x00 \xff include: redirect=", "v=DMARC1; p=\x1b", "v=DKIM1; p=!!", "k=rsa; p="],
    "PTR": ["", ".", "\x1b[2J."],
    "CNAME": [""],
    POLICY: ["\x00"],
}


class Everything:
    """Answers every question with the same values, perhaps at the end of a chain."""

    def __init__(self, values: dict[str, list[str]], *, chained: bool) -> None:
        self.values = values
        self.chained = chained
        self.facts: dict[Question, Fact] = {}

    def answer(self, questions: AbstractSet[Question]) -> Answers:
        return {question: self._answer(question) for question in questions}

    def _answer(self, question: Question) -> Answer:
        name = "end.outside.example." if self.chained else question.name
        chain = (question.name, "by.outside.example.") if self.chained else ()
        values = self.values.get(question.type, ["0 x"])
        records = tuple(Record(name, question.type, 60, value, NOWHERE, NOWHERE) for value in values)
        present = Present(records, chain, source="live")
        self.facts[question] = Fact(present)
        return present


class Nothing:
    def __init__(self, answer: Answer) -> None:
        self.said = answer

    def answer(self, questions: AbstractSet[Question]) -> Answers:
        return dict.fromkeys(questions, self.said)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Zone, ...]]:
    """The zones of every bad case of every rule: findings are what may carry a label."""
    found = []
    for rule in installed_rules().values():
        for number, case in enumerate(rule.bad):
            folder = tmp_path_factory.mktemp(f"{rule.id}-{number}")
            for path, text in case.files.items():
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(fill(path, text), encoding="utf-8", newline="")
            found.append(_zones(folder))
    return found


def _zones(folder: Path) -> tuple[Zone, ...]:
    return load_zones([folder], limits=Limits(), include_root=folder, progress=Silent()).zones


SETTINGS = RunSettings(select=("*",))


def _labels(zones: tuple[Zone, ...], outside: DnsView) -> set[str]:
    report = run_rules(zones, (), SETTINGS, installed_rules(), outside=outside)
    return {label.at.path for finding in report.findings for label in finding.labels}


@pytest.mark.slow
@pytest.mark.parametrize("values", [USUAL, ODD], ids=["usual", "odd"])
@pytest.mark.parametrize("chained", [False, True])
def test_no_label_points_where_no_file_is(
    values: dict[str, list[str]], chained: bool, worlds: list[tuple[Zone, ...]]
) -> None:
    for zones in worlds:
        outside = Everything(values, chained=chained)
        assert "" not in _labels(zones, outside)
        text = write_lock(
            {q: f for q, f in outside.facts.items() if q.type not in ("A", "AAAA") or values is USUAL},
            date(2026, 1, 1),
            [],
        )
        lock = read_lock(text, "mailcheck.lock")
        assert lock.refused == ()
        assert "" not in _labels(zones, Locked(lock))


@pytest.mark.slow
@pytest.mark.parametrize("answer", [Absent("nxdomain"), Unknown("servfail", "x")])
def test_silence_makes_no_rule_fail(answer: Answer, worlds: list[tuple[Zone, ...]]) -> None:
    for zones in worlds:
        assert "" not in _labels(zones, Nothing(answer))
