"""Rules meet zones: from zones and selected rules to findings."""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Literal, NamedTuple

from mailcheck.analysis.occlusion import occluded_names
from mailcheck.lint.context import RuleContext, Suspended
from mailcheck.lint.repeats import without_repeats, without_yielding
from mailcheck.lint.rule import Problem, Skip, Some, SubjectLike
from mailcheck.lint.selection import ActiveRule
from mailcheck.model.dns import DnsView, Question
from mailcheck.model.finding import Finding, Label, Skipped, Subject
from mailcheck.model.index import Index
from mailcheck.model.progress import Progress, Silent
from mailcheck.model.spec import NO_SPEC, HostSpec, MailSpec
from mailcheck.model.zone import REMEMBERED_ZONES, Zone, forget_zones
from mailcheck.processes import in_two_rounds, processes_for

Over = Callable[[Zone], Iterable[SubjectLike]]
_Checks = tuple[tuple[ActiveRule, Callable[[Any, Any], Iterable[Problem | Skip]]], ...]
"""Rules, each with its check at hand."""
_Chosen = tuple[Callable[[Any], object] | None, _Checks]
"""Rules, and which subjects they want; None for all."""
Parts = list[bytes]
"""For each index what some zones say, pickled: of 10,000 zones no more than one chunk's is unpacked at once."""


class Plan:
    """The rules for one or many zones, grouped by what they look over, so that each list is made once.

    `indexes` are those that any of them asks for.
    """

    def __init__(self, rules: Iterable[ActiveRule], stage: Literal["zone", "host", "plan"] = "zone") -> None:
        groups: dict[Over, list[ActiveRule]] = {}
        indexes: dict[Index[Any, Any], None] = {}
        for active in rules:
            if active.rule.stage == stage:
                groups.setdefault(active.rule.over, []).append(active)
                indexes |= dict.fromkeys(active.rule.indexes)
        self.groups: tuple[tuple[Over, tuple[ActiveRule, ...]], ...] = tuple(
            (over, tuple(members)) for over, members in groups.items()
        )
        self.indexes = tuple(indexes)

    @cached_property
    def by_subject(self) -> tuple[tuple[Over, tuple[_Chosen, ...]], ...]:
        """The groups whose subjects are all, or some, of the same ones.

        All rules look at one subject before any looks at the next: what they compute of it is still remembered.
        """
        chosen: dict[Over, list[_Chosen]] = {}
        for over, members in self.groups:
            base, wanted = (over.over, over.wanted) if isinstance(over, Some) else (over, None)
            chosen.setdefault(base, []).append((wanted, _with_checks(members)))
        return tuple((over, tuple(parts)) for over, parts in chosen.items())


OF_THE_FILE = "zone-"
"""What the ids of rules about the file itself begin with; others speak of what servers answer."""

Task = tuple[Zone, SubjectLike, ActiveRule]
"""One rule on one subject of one zone; no class of its own, since a run has some 200 for every zone."""


def _with_checks(rules: Iterable[ActiveRule]) -> _Checks:
    return tuple([(active, active.rule.check) for active in rules])


class Outcome(NamedTuple):
    """What the rules said, before suppressions; not yet in order."""

    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]


class Engine:
    """Runs rules on zones, each subject by itself, and asks open questions of all rules as one batch."""

    def __init__(
        self,
        zones: Sequence[Zone],
        outside: DnsView | None = None,
        spec: MailSpec = NO_SPEC,
        host: HostSpec | None = None,
    ) -> None:
        self._context = RuleContext(zones, outside, spec)
        self._context.host = host

    def run(self, plan_for: Callable[[Zone], Plan], progress: Progress | None = None) -> Outcome:
        """Check every zone with the rules that `plan_for` gives it.

        Many zones are shared out among processes, unless there is an outside view other than a lock:
        its answers are asked for once, for all zones together.
        """
        watch = progress or Silent()
        context = self._context
        zones = context.zones
        plans = dict.fromkeys(plan_for(zone) for zone in zones)
        indexes = tuple(dict.fromkeys(index for plan in plans for index in plan.indexes))
        watch.total(len(zones), "checking zones")

        def say(some: Sequence[Zone]) -> Parts:
            """What the zones say for each index: all of it at once, while what is read of a zone is at hand."""
            if len(zones) > REMEMBERED_ZONES:
                forget_zones()
            said = [[index.of_zone(zone) for index in indexes] for zone in some]
            return [pickle.dumps(parts, pickle.HIGHEST_PROTOCOL) for parts in zip(*said, strict=True)]

        def join(said: Sequence[Parts]) -> None:
            for number, index in enumerate(indexes):
                context.join(index, _unpacked(said, number))

        def check(some: Sequence[Zone]) -> Outcome:
            if len(zones) > REMEMBERED_ZONES:
                forget_zones()
            return self._check(some, plan_for)

        processes = processes_for(len(zones)) if context.answers_at_once else 1
        outcomes = []
        if processes == 1:
            join([say(zones)])
            outcomes.append(check(zones))
            watch.advance(len(zones))
        else:
            for chunk, outcome in in_two_rounds(say, join, check, zones, processes):
                outcomes.append(outcome)
                watch.advance(len(chunk))
        findings = (finding for outcome in outcomes for finding in outcome.findings)
        skipped = dict.fromkeys(skip for outcome in outcomes for skip in outcome.skipped)
        return Outcome(tuple(without_repeats(findings)), tuple(skipped))

    def check_one(self, zone: Zone, plan: Plan) -> Outcome:
        """Check one thing that stands in the place of a zone, in this process."""
        findings, skipped = self._check([zone], lambda _: plan)
        return Outcome(tuple(without_repeats(findings)), skipped)

    def _check(self, zones: Sequence[Zone], plan_for: Callable[[Zone], Plan]) -> Outcome:
        """Check `zones` in this process.

        Answers are only ever added, so each round of suspended rules asks for more and the rounds end.
        """
        said = _Said()
        waiting = _Waiting()
        for zone in zones:
            for over, chosen in plan_for(zone).by_subject:
                for subject in over(zone):
                    self._try(zone, subject, chosen, said, waiting)
        while waiting.tasks:
            self._context.resolve(waiting.questions)
            again, waiting = waiting, _Waiting()
            for zone, subject, active in again.tasks:
                self._try(zone, subject, ((None, _with_checks((active,))),), said, waiting)
        return said.outcome()

    def _try(
        self, zone: Zone, subject: SubjectLike, chosen: Iterable[_Chosen], said: _Said, waiting: _Waiting
    ) -> None:
        """Run the rules that want the subject; nothing counts of those that go to `waiting`.

        This is the innermost loop of a run, some 200 turns for every zone, most of which find nothing.
        """
        context = self._context
        context.zone = zone
        for wanted, rules in chosen:
            if wanted is not None and not wanted(subject):
                continue
            for active, check in rules:
                context.active = active
                items: list[Problem | Skip] | None = None
                try:
                    for item in check(subject, context):
                        if items is None:
                            items = []
                        items.append(item)
                except Suspended as signal:
                    waiting.tasks.append((zone, subject, active))
                    waiting.questions |= signal.questions
                else:
                    if items is not None:
                        said.add(zone, subject, active, items)


def _unpacked(said: Sequence[Parts], number: int) -> Iterator[Any]:
    """What each zone says for one index; each chunk is dropped as soon as it is read."""
    for some in said:
        packed, some[number] = some[number], b""
        yield from pickle.loads(packed)


class _Waiting:
    """Rules that must be run again, and the questions that they wait for."""

    def __init__(self) -> None:
        self.tasks: list[Task] = []
        self.questions: set[Question] = set()


class _Said:
    """What rules said so far, by zone."""

    def __init__(self) -> None:
        self._findings: dict[str, list[Finding]] = defaultdict(list)
        self._yields: dict[str, tuple[str, ...]] = {}
        self._skipped: dict[Skipped, None] = {}

    def add(self, zone: Zone, subject: SubjectLike, active: ActiveRule, items: Iterable[Problem | Skip]) -> None:
        rule = active.rule
        of_dns = rule.stage == "zone" and not rule.id.startswith(OF_THE_FILE)
        unserved = occluded_names(zone) if of_dns else frozenset()
        for item in items:
            if isinstance(item, Problem):
                if (subject.name if item.name is None else item.name) in unserved:
                    continue
                self._yields[rule.id] = rule.yields_to
                self._findings[zone.name].append(_finding(zone, subject, active, item))
            else:
                self._skipped[Skipped(rule.id, subject.name, *item)] = None

    def outcome(self) -> Outcome:
        kept = (finding for found in self._findings.values() for finding in without_yielding(found, self._yields))
        return Outcome(tuple(kept), tuple(self._skipped))


def _finding(zone: Zone, subject: SubjectLike, active: ActiveRule, problem: Problem) -> Finding:
    rule = active.rule
    name = subject.name if problem.name is None else problem.name
    rtype = subject.type if problem.type is None else problem.type
    return Finding(
        rule.id,
        active.severity,
        problem.message,
        (Label(problem.at), *problem.related),
        Subject(zone.name, name, rtype),
        problem.help,
        problem.fix,
        problem.token,
        rule.standard,
        tells=problem.tells,
    )
