"""What rules ask of all zones together is made in one pass, and is the same however many zones there are."""

import inspect
import re
import sys
from collections.abc import Iterator, Sequence

import pytest

from mailcheck.lint import engine
from mailcheck.lint.engine import Engine, Plan
from mailcheck.lint.registry import AnyRule, installed_rules
from mailcheck.lint.rule import Context, Problem, Rule, Severity
from mailcheck.lint.selection import ActiveRule
from mailcheck.model.index import Index, all_names
from mailcheck.model.zone import Zone, per_zone
from tests.build import zone

COUNT = 7


def declared(count: int = COUNT) -> list[Zone]:
    return [zone(f"z{n}.example", f"@ TXT to z{n + 1}.example.") for n in range(count)]


class Asked:
    """Counts how often each zone is read for an index, where nothing is read twice that is remembered."""

    def __init__(self) -> None:
        self.reads: list[str] = []
        self.order: list[str] = []
        self.targets = per_zone(self._targets)

    def _targets(self, zone: Zone) -> tuple[str, ...]:
        self.reads.append(zone.name)
        return tuple(record.text.removeprefix("to ") for record in zone.records)

    def index(self, name: str) -> Index[tuple[str, ...], frozenset[str]]:
        def of_zone(zone: Zone) -> tuple[str, ...]:
            self.order.append(f"{name} {zone.name}")
            return self.targets(zone)

        return Index(of_zone, all_names)


def whole(zone: Zone) -> Sequence[Zone]:
    return [zone]


def rule(*asked: Index[tuple[str, ...], frozenset[str]], told: bool = True) -> ActiveRule:
    def check(subject: Zone, ask: Context) -> Iterator[Problem]:
        if all(subject.name in ask.once(index) for index in asked):
            yield Problem(f"{subject.name} is led to", subject.at)

    made = Rule(
        "mailcheck_rules.zone.led_to",
        "",
        over=whole,
        check=check,
        severity=Severity.ERROR,
        standard="",
        good=(),
        bad=(),
        indexes=asked if told else (),
    )
    return ActiveRule(made, Severity.ERROR, None)


def found(active: ActiveRule, zones: Sequence[Zone]) -> list[str]:
    plan = Plan([active])
    return [finding.message for finding in Engine(zones).run(lambda _: plan).findings]


EXPECTED = [f"z{n}.example. is led to" for n in range(1, COUNT)]


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were more zones than are remembered."""
    monkeypatch.setattr(engine, "REMEMBERED_ZONES", COUNT - 1)


def test_all_indexes_are_made_while_a_zone_is_at_hand(many: None) -> None:
    asked = Asked()
    assert found(rule(asked.index("a"), asked.index("b")), declared()) == EXPECTED
    assert asked.order[:4] == ["a z0.example.", "b z0.example.", "a z1.example.", "b z1.example."]
    assert len(asked.order) == 2 * COUNT
    assert asked.reads == [zone.name for zone in declared()]


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("processes", [1, 2])
def test_findings_are_the_same_whoever_makes_the_indexes(
    told: bool, processes: int, many: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "processes_for", lambda _: processes)
    monkeypatch.setattr("mailcheck.processes.CHUNK", 2)
    assert found(rule(Asked().index("a"), told=told), declared()) == EXPECTED


ASKED = re.compile(r"ask\.once\((\w+)\)")


@pytest.mark.parametrize("built_in", installed_rules().values(), ids=lambda built_in: built_in.id)
def test_every_rule_declares_the_indexes_that_it_asks_for(built_in: AnyRule) -> None:
    module = sys.modules[built_in.module]
    asked = {vars(module)[name] for name in ASKED.findall(inspect.getsource(module))}
    assert {index for index in asked if isinstance(index, Index)} == set(built_in.indexes)
