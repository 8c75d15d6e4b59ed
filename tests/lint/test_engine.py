"""The engine: each subject by itself, questions in batches, no fault told twice."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import NamedTuple

import pytest

from mailcheck.lint.engine import Engine, Plan
from mailcheck.lint.rule import Context, Problem, Rule, Skip, master, only, unanswered
from mailcheck.lint.selection import ActiveRule
from mailcheck.model.dns import Absent, Answer, Answers, Evaluation, Present, Question, Unknown
from mailcheck.model.finding import Finding, Severity
from mailcheck.model.location import NOWHERE
from mailcheck.model.record import Record, RecordSet
from mailcheck.model.zone import Zone
from mailcheck.view.locked import Fact, Locked, LockFile
from tests.build import zone

PAGE = "Something is wrong\n\n## What it checks\nThings."


def texts(zone: Zone) -> tuple[RecordSet, ...]:
    return tuple(zone.record_sets("TXT"))


def rule(name: str, check: object, **more: object) -> ActiveRule:
    case = (master("@ TXT x"),)
    made = Rule(
        f"plugin.test.{name}",
        PAGE,
        over=texts,
        check=check,  # type: ignore[arg-type]
        severity=Severity.ERROR,
        standard="RFC 1035",
        good=case,
        bad=case,
        **more,  # type: ignore[arg-type]
    )
    return ActiveRule(made, made.severity, made.options())


class Outside:
    """A DnsView that keeps count of its batches."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers
        self.batches: list[AbstractSet[Question]] = []

    def answer(self, questions: AbstractSet[Question]) -> Answers:
        self.batches.append(questions)
        return {question: self.answers.get(question.name, Absent("nxdomain")) for question in questions}


def run(zones: Sequence[Zone], *rules: ActiveRule, outside: Outside | None = None) -> list[Finding]:
    return list(Engine(zones, outside).run(lambda _: Plan(rules)).findings)


def complain(subject: RecordSet, ask: Context) -> Iterator[Problem]:
    for record in subject.records:
        if "bad" in record.text:
            yield Problem(f"{record.text} is bad", record.at, token=record.text)


def test_a_problem_becomes_a_finding_with_rule_subject_and_place() -> None:
    (finding,) = run([zone("example.com", "www TXT bad")], rule("first", complain))
    assert (finding.rule, finding.severity, finding.standard) == ("test-first", Severity.ERROR, "RFC 1035")
    assert (finding.subject.zone, finding.subject.name, finding.subject.type) == (
        "example.com.",
        "www.example.com.",
        "TXT",
    )
    assert (finding.at.line, finding.at.column) == (1, 9)


def test_a_finding_yields_on_the_same_subject_and_only_there() -> None:
    second = rule("second", complain, yields_to=("test-first",))

    def only_www(subject: RecordSet, ask: Context) -> Iterator[Problem]:
        if subject.name.startswith("www"):
            yield Problem("www is worse", subject.at)

    said = run([zone("example.com", "www TXT bad", "ftp TXT bad")], rule("first", only_www), second)
    assert [(finding.rule, finding.subject.name) for finding in said] == [
        ("test-first", "www.example.com."),
        ("test-second", "ftp.example.com."),
    ]


def test_tokens_keep_two_faults_of_one_subject_apart() -> None:
    def one(subject: RecordSet, ask: Context) -> Iterator[Problem]:
        yield Problem("bad1", subject.at, token="bad1")

    second = rule("second", complain, yields_to=("test-first",))
    said = run([zone("example.com", "@ TXT bad1", "@ TXT bad2")], rule("first", one), second)
    assert [finding.token for finding in said] == ["bad1", "bad2"]


def test_the_same_thing_said_twice_is_one_finding() -> None:
    def twice(subject: RecordSet, ask: Context) -> Iterator[Problem]:
        yield Problem("again", subject.at)
        yield Problem("again", subject.at)

    assert len(run([zone("example.com", "@ TXT x")], rule("twice", twice))) == 1


def test_a_file_that_two_zones_include_is_judged_once() -> None:
    first = zone("example.com", "@ TXT bad")
    second = replace(first, name="example.net.")
    assert len(run([first, second], rule("first", complain))) == 1


def needs_target(subject: RecordSet, ask: Context) -> Iterator[Problem | Skip]:
    name = subject.records[0].text
    answer = ask.ask(name, "A")
    match answer:
        case Unknown():
            yield unanswered(Question(name, "A"), answer)
        case Absent():
            yield Problem(f"{name} does not exist", subject.at)


def test_without_an_outside_view_what_the_zones_do_not_hold_is_skipped() -> None:
    outcome = Engine([zone("example.com", "@ TXT host.example.net.")]).run(
        lambda _: Plan([rule("t", needs_target)])
    )
    assert not outcome.findings
    (skip,) = outcome.skipped
    assert (skip.rule, skip.name, skip.why, skip.asked) == (
        "test-t",
        "example.com.",
        "not asked: host.example.net A",
        False,
    )


def test_all_suspended_rules_are_asked_for_in_one_batch() -> None:
    outside = Outside({})
    zones = [zone(f"z{n}.example", f"@ TXT host{n}.example.net.") for n in range(5)]
    said = run(zones, rule("t", needs_target), rule("u", needs_target), outside=outside)
    assert len(said) == 10
    assert [len(batch) for batch in outside.batches] == [5]


def test_an_outside_answer_that_never_came_is_inconclusive() -> None:
    outside = Outside({"host.example.net.": Unknown("timeout", "host.example.net A")})
    outcome = Engine([zone("example.com", "@ TXT host.example.net.")], outside).run(
        lambda _: Plan([rule("t", needs_target)])
    )
    assert [(skip.why, skip.asked) for skip in outcome.skipped] == [("timeout: host.example.net A", True)]


@pytest.mark.parametrize(
    ("end", "chain"),
    [
        (Present((), ("a.example.net.",)), ("alias.example.com.", "a.example.net.")),
        (Absent("nodata"), ("alias.example.com.",)),
        (Unknown("servfail"), ("alias.example.com.",)),
    ],
)
def test_a_declared_cname_is_followed_outside_with_its_chain(end: Answer, chain: tuple[str, ...]) -> None:
    outside = Outside({"out.example.net.": end})
    seen: list[Answer] = []

    def look(subject: RecordSet, ask: Context) -> Iterator[Problem]:
        seen.append(ask.ask("alias.example.com.", "A"))
        return iter(())

    run([zone("example.com", "@ TXT x", "alias CNAME out.example.net.")], rule("t", look), outside=outside)
    assert outside.batches == [{Question("out.example.net.", "A")}]
    assert [answer.chain for answer in seen] == [chain]
    assert type(seen[0]) is type(end)


def walk(names: tuple[str, ...]) -> Evaluation[int]:
    count = 0
    for name in names:
        answers = yield {Question(name, "A")}
        count += isinstance(answers[Question(name, "A")], Absent)
    return count


def test_an_evaluation_is_run_over_the_rounds_and_remembered() -> None:
    outside = Outside({})
    results = []

    def evaluate(subject: RecordSet, ask: Context) -> Iterator[Problem]:
        results.append(ask.evaluate(walk, ("a.example.net.", "b.example.net.", "no.example.com.")))
        return iter(())

    world = [zone("example.com", "@ TXT x", "www TXT y")]
    run(world, rule("t", evaluate), outside=outside)
    assert results == [3, 3]
    assert len(outside.batches) == 2


class Strictness(NamedTuple):
    word: str = "bad"


def test_a_rule_sees_its_options_zones_and_roles() -> None:
    def look(subject: RecordSet, ask: Context) -> Iterator[Problem]:
        total = ask.once(count_records)
        role = ask.role("example.com.")
        word = ask.options(Strictness).word
        yield Problem(f"{word} {total} {len(ask.zones)} {role.receives} {ask.zone.name}", subject.at)

    active = rule("t", look)._replace(options=Strictness("worse"))
    (finding,) = run([zone("example.com", "@ TXT x", "@ MX 10 mail.example.com.")], active)
    assert finding.message == "worse 2 1 True example.com."
    assert count_records.__name__


def count_records(zones: Sequence[Zone]) -> int:
    return sum(len(zone.records) for zone in zones)


def test_a_name_outside_every_zone_has_no_role() -> None:
    def look(subject: RecordSet, ask: Context) -> Iterator[Problem]:
        yield Problem(str(ask.role("example.org.")), subject.at)

    (finding,) = run([zone("example.com", "@ TXT x")], rule("t", look))
    assert "sends=False, receives=False, parked=False" in finding.message


def locked(**answers: Answer) -> Locked:
    facts = {
        Question(f"{name}.example.net.", "A"): Fact(answer)
        for name, answer in answers.items()
        if not isinstance(answer, Unknown)
    }
    return Locked(LockFile("mailcheck.lock", facts))


def test_a_lock_answers_at_once_so_no_rule_is_run_twice() -> None:
    runs: list[str] = []

    def counting(subject: RecordSet, ask: Context) -> Iterator[Problem | Skip]:
        runs.append(subject.name)
        yield from needs_target(subject, ask)

    lock = locked(host=Absent("nxdomain"))
    outcome = Engine([zone("example.com", "@ TXT host.example.net.", "x TXT other.example.net.")], lock).run(
        lambda _: Plan([rule("t", counting)])
    )
    assert runs == ["example.com.", "x.example.com."]
    assert [finding.subject.name for finding in outcome.findings] == ["example.com."]
    assert [skip.why for skip in outcome.skipped] == ["not asked: other.example.net A"]


def test_many_zones_over_a_lock_are_shared_out_and_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    zones = [zone(f"z{n}.example", f"@ TXT host{n % 2}.example.net.") for n in range(300)]
    lock = locked(host0=Absent("nxdomain"))
    plan = Plan([rule("t", needs_target)])
    together = Engine(zones, lock).run(lambda _: plan)
    monkeypatch.setattr("mailcheck.lint.engine.processes_for", lambda _: 1)
    alone = Engine(zones, lock).run(lambda _: plan)
    assert len(together.findings) == 150
    assert [finding.subject for finding in together.findings] == [finding.subject for finding in alone.findings]
    assert together.skipped == alone.skipped


def test_an_evaluation_that_waits_for_answers_goes_on_where_it_stopped() -> None:
    begun: list[str] = []

    def follow(name: str) -> Evaluation[str]:
        begun.append(name)
        for link in ("a.example.net.", "b.example.net.", "c.example.net."):
            yield {Question(link, "A")}
        return "followed"

    def look(subject: RecordSet, ask: Context) -> Iterator[Problem]:
        yield Problem(ask.evaluate(follow, subject.name), subject.records[0].at)

    outside = Outside({})
    said = run([zone("example.com", "@ TXT x")], rule("t", look), rule("u", look), outside=outside)
    assert begun == ["example.com."]
    assert len(outside.batches) == 3
    assert len(said) == 2


def test_what_others_say_of_a_declared_name_counts_for_nothing() -> None:
    declared = zone("example.com", "@ TXT host.example.net.", "here A 192.0.2.1")
    seen: list[Answer] = []

    def look(subject: RecordSet, ask: Context) -> Iterator[Problem]:
        seen.append(ask.ask(subject.records[0].text, "A"))
        return iter(())

    forged = Present((address_of("gone.example.com."),), ("host.example.net.", "by.example.net."), source="lock")
    for lock in (locked(host=forged), Outside({"host.example.net.": forged})):
        Engine([declared], lock).run(lambda _: Plan([rule("t", look)]))
        assert seen.pop() == Absent(
            "nxdomain", ("host.example.net.", "by.example.net."), target="gone.example.com."
        )
    failed = Unknown("servfail", "gone.example.com A", ("host.example.net.",), "gone.example.com.")
    Engine([declared], Outside({"host.example.net.": failed})).run(lambda _: Plan([rule("t", look)]))
    assert seen.pop() == Absent("nxdomain", ("host.example.net.",), target="gone.example.com.")
    for source in ("lock", "live"):
        absent = Absent("nxdomain", ("host.example.net.",), source, "here.example.com.")
        view = locked(host=absent) if source == "lock" else Outside({"host.example.net.": absent})
        Engine([declared], view).run(lambda _: Plan([rule("t", look)]))
        answer = seen.pop()
        assert isinstance(answer, Present)
        assert (answer.source, answer.chain) == ("zones", ("host.example.net.",))
    passing = Absent("nodata", ("host.example.net.", "here.example.com.", "by.example.net."), source="lock")
    Engine([declared], locked(host=passing)).run(lambda _: Plan([rule("t", look)]))
    answer = seen.pop()
    assert isinstance(answer, Present)
    assert (answer.source, answer.chain) == ("zones", ("host.example.net.",))
    assert answer.records[0].text == "192.0.2.1"


def address_of(name: str) -> Record:
    return Record(name, "A", 0, "192.0.2.66", NOWHERE, NOWHERE)


def test_rules_over_some_of_the_same_subjects_look_at_each_in_turn() -> None:
    seen: list[str] = []

    def noting(name: str, wanted: Callable[[RecordSet], object]) -> ActiveRule:
        def check(found: RecordSet, _: Context) -> Iterator[Problem]:
            seen.append(f"{name} {found.name.partition('.')[0]}")
            yield from ()

        active = rule(name, check)
        return active._replace(rule=active.rule._replace(over=only(texts, wanted)))

    rules = [noting("first", lambda _: True), noting("second", lambda found: found.name != "a.example.com.")]
    run([zone("example.com", "a TXT one", "b TXT two")], *rules)
    assert seen == ["first a", "first b", "second b"]


def test_what_is_said_of_a_name_that_no_server_answers_for_is_dropped_and_questions_stay_open() -> None:
    def check(subject: RecordSet, _: Context) -> Iterator[Problem | Skip]:
        yield Problem("bad", subject.at)
        yield Skip("not known")

    outcome = Engine([zone("example.com", "sub NS ns1.example.net.", "sub TXT x")]).run(
        lambda _: Plan([rule("first", check)])
    )
    assert outcome.findings == ()
    assert [skip.why for skip in outcome.skipped] == ["not known"]
