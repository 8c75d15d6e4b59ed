"""An apply: last look, one step after the other, the journal beside it."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from mailcheck.errors import ChangeRefused, UsageError
from mailcheck.model.progress import Silent
from mailcheck.model.spec import MailSpec
from mailcheck.sync.apply import ApplySettings, apply
from mailcheck.sync.journal import Journal
from mailcheck.sync.journal_read import latest_unfinished, read_journal
from mailcheck.sync.plan import ZonePlan, plan_back, plan_zone
from mailcheck.sync.resume import plan_rest
from tests.sync.memory import Memory, raws_of
from tests.sync.zones import NAME, zone

SPEC = MailSpec()
BEFORE = zone("a 300 A 192.0.2.1", "b 300 A 192.0.2.2", "c 300 TXT old")
AFTER = zone("a 300 A 192.0.2.11", "b 300 A 192.0.2.12", "d 300 TXT new")


def how(folder: Path, stop: bool = False) -> ApplySettings:
    return ApplySettings(folder, Silent(), lambda: stop, {"kind": "apply", "lint": True})


@pytest.fixture
def provider() -> Memory:
    return Memory({NAME: raws_of(BEFORE)})


def plan(provider: Memory) -> ZonePlan:
    return plan_zone(provider, AFTER, SPEC, create=False)


def test_1_a_plan_only_reads(provider: Memory) -> None:
    was = provider.content(NAME)
    assert len(plan(provider).steps) == 3
    assert (provider.writes, provider.content(NAME)) == (0, was)


@pytest.mark.parametrize("what", ["added", "removed", "changed"])
def test_7_a_record_changed_between_plan_and_apply_refuses_it(provider: Memory, tmp_path: Path, what: str) -> None:
    planned = plan(provider)
    records = provider.zones[NAME]
    if what == "added":
        records.append({**records[0], "id": 50, "name": "new.example.com."})
    elif what == "removed":
        records.pop()
    else:
        records[2] = {**records[2], "comment": "somebody was here"}
    with pytest.raises(ChangeRefused, match=r"example\.com has changed at memory since it was planned"):
        apply(provider, planned, how(tmp_path))
    assert provider.writes == 0
    assert list(tmp_path.glob("*.jsonl")) == []


def test_8_all_operations_on_a_name_are_in_one_step() -> None:
    provider = Memory(
        {NAME: raws_of(zone("a 300 A 192.0.2.1", "a 300 TXT x", "b 300 A 192.0.2.2"))}, transaction=1
    )
    steps = plan_zone(provider, zone("a 300 CNAME b.example.com.", "b 300 A 192.0.2.2"), SPEC, create=False).steps
    assert [(step.names, len(step.operations)) for step in steps] == [(("a.example.com.",), 3)]


def test_9_the_journal_says_exactly_what_is_applied_and_pending(provider: Memory, tmp_path: Path) -> None:
    provider.script = {1: "fail"}
    result = apply(provider, plan(provider), how(tmp_path))
    assert (result.outcome, result.done, result.steps, result.message) == ("failed", 1, 3, "memory says no")
    noted = read_journal(Path(result.journal))
    assert [step.outcome for step in noted.steps] == ["applied", "failed", "pending"]
    assert (noted.outcome, noted.is_finished) == ("failed", False)
    applied = {name for step in noted.steps if step.outcome == "applied" for name in step.names}
    left = {change.name for change in plan(provider).plan.changes}
    assert applied
    assert applied.isdisjoint(left)
    again = apply(provider, plan(provider), how(tmp_path))
    assert again.outcome == "applied"
    assert plan(provider).steps == ()


def test_4_a_lost_answer_is_settled_by_reading_again(provider: Memory, tmp_path: Path) -> None:
    provider.script = {0: "lost after", 2: "lost after"}
    assert apply(provider, plan(provider), how(tmp_path)).outcome == "applied"
    assert provider.writes == 3
    assert plan(provider).steps == ()


def test_4_an_answer_lost_before_the_write_is_a_failure_with_nothing_written(
    provider: Memory, tmp_path: Path
) -> None:
    was = provider.content(NAME)
    provider.script = {0: "lost before"}
    result = apply(provider, plan(provider), how(tmp_path))
    assert (result.outcome, result.done, result.message) == ("failed", 0, "no answer")
    assert provider.content(NAME) == was


def test_what_cannot_be_settled_is_unknown(
    provider: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.script = {1: "lost before"}
    result = apply(provider, plan(provider), how(tmp_path))
    assert (result.outcome, result.done) == ("unknown", 1)
    assert [step.outcome for step in read_journal(Path(result.journal)).steps] == ["applied", "unknown", "pending"]


def test_what_cannot_even_be_read_again_is_unknown(provider: Memory, tmp_path: Path) -> None:
    from mailcheck.errors import OutcomeUnknown, ProviderError

    planned = plan(provider)

    def go_away() -> None:
        def snapshot(zone: str) -> None:
            raise ProviderError("away")

        provider.snapshot = snapshot  # type: ignore[method-assign,assignment]
        raise OutcomeUnknown("no answer", hint="look yourself")

    provider.script = {0: go_away}
    result = apply(provider, planned, how(tmp_path))
    assert (result.outcome, result.message, result.hint) == ("unknown", "no answer", "look yourself")


def test_16_of_two_applies_at_once_one_wins(provider: Memory, tmp_path: Path) -> None:
    first, second = plan(provider), plan(provider)
    refused: list[str] = []

    def meanwhile() -> None:
        with pytest.raises(ChangeRefused) as error:
            apply(provider, second, how(tmp_path))
        refused.append(error.value.message)

    provider.script = {1: meanwhile}
    assert apply(provider, first, how(tmp_path)).outcome == "applied"
    assert refused == ["another apply of example.com is running, so this plan is stale"]
    with pytest.raises(ChangeRefused, match="has changed at memory since"):
        apply(provider, second, how(tmp_path))


def test_16_from_two_machines_the_second_is_told_that_its_plan_is_stale(provider: Memory, tmp_path: Path) -> None:
    first, second = plan(provider), plan(provider)
    assert apply(provider, first, how(tmp_path / "one")).outcome == "applied"
    with pytest.raises(ChangeRefused, match="has changed at memory since"):
        apply(provider, second, how(tmp_path / "two"))


def test_17_a_stop_leaves_the_rest_pending(provider: Memory, tmp_path: Path) -> None:
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 1

    settings = ApplySettings(tmp_path, Silent(), stop, {})
    result = apply(provider, plan(provider), settings)
    assert (result.outcome, result.done, result.message) == ("stopped", 1, "stopped by a signal")
    assert [step.outcome for step in read_journal(Path(result.journal)).steps] == ["applied", "pending", "pending"]


def test_17_a_call_that_is_cut_off_is_marked_unknown(provider: Memory, tmp_path: Path) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    provider.script = {0: interrupt}
    with pytest.raises(KeyboardInterrupt):
        apply(provider, plan(provider), how(tmp_path))
    (path,) = tmp_path.glob("*.jsonl")
    noted = read_journal(path)
    assert [step.outcome for step in noted.steps] == ["unknown", "pending", "pending"]
    assert noted.outcome == ""


def test_18_the_journal_holds_the_state_before_and_only_its_owner_reads_it(
    provider: Memory, tmp_path: Path
) -> None:
    was = provider.content(NAME)
    folder = tmp_path / "deep" / "journal"
    result = apply(provider, plan(provider), how(folder))
    path = Path(result.journal)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    noted = read_journal(path)
    back = plan_back(provider, noted.before, noted.records, SPEC)
    assert {change.name for change in back.plan.changes} == {f"{name}.{NAME}" for name in "abcd"}
    assert apply(provider, back, how(folder)).outcome == "applied"
    assert provider.content(NAME) == was


def test_18_a_rollback_brings_back_what_octodns_never_sees(provider: Memory, tmp_path: Path) -> None:
    noted = read_journal(Path(apply(provider, plan(provider), how(tmp_path)).journal))
    apply(provider, plan_back(provider, noted.before, noted.records, SPEC), how(tmp_path))
    was = provider.content(NAME)
    provider.zones[NAME][0]["comment"] = "another"
    back = plan_back(provider, noted.before, noted.records, SPEC)
    assert back.plan.changes == ()
    assert apply(provider, back, how(tmp_path)).outcome == "applied"
    assert provider.content(NAME) == was


def test_18_a_lost_answer_is_settled_in_a_rollback_too(provider: Memory, tmp_path: Path) -> None:
    was = provider.content(NAME)
    noted = read_journal(Path(apply(provider, plan(provider), how(tmp_path)).journal))
    back = plan_back(provider, noted.before, noted.records, SPEC)
    provider.script = {provider.writes: "lost after"}
    assert apply(provider, back, how(tmp_path)).outcome == "applied"
    assert provider.content(NAME) == was


def test_what_could_not_be_read_blocks_the_plan(provider: Memory) -> None:
    whole = plan_zone(provider, AFTER, SPEC, create=False)
    assert whole.blocked == ()
    torn = plan_zone(provider, replace(AFTER, incomplete=True), SPEC, create=False)
    assert [entry.code for entry in torn.blocked] == ["sync-incomplete"]
    names = frozenset({f"{name}.{NAME}" for name in "pqrst"})
    unread = plan_zone(provider, replace(AFTER, unread=names), SPEC, create=False)
    assert [entry.message for entry in unread.blocked] == [
        "records could not be read at p.example.com, q.example.com, r.example.com: they would be deleted"
    ]


def test_a_new_zone_is_made(tmp_path: Path) -> None:
    provider = Memory()
    planned = plan_zone(provider, AFTER, SPEC, create=True)
    assert not planned.snapshot.exists
    assert apply(provider, planned, how(tmp_path)).outcome == "applied"
    assert plan_zone(provider, AFTER, SPEC, create=False).steps == ()


def test_each_line_is_on_the_disk_before_the_step_is_written(
    provider: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    real = os.fsync
    monkeypatch.setattr("os.fsync", lambda descriptor: (synced.append(provider.writes), real(descriptor)))
    apply(provider, plan(provider), how(tmp_path))
    events = [json.loads(line)["event"] for line in next(iter(tmp_path.glob("*.jsonl"))).read_text().splitlines()]
    assert events == ["begin", *["step", "done"] * 3, "end"]
    assert [synced.count(number) for number in range(4)] == [3, 2, 2, 2]


def test_without_a_journal_nothing_is_written(provider: Memory, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot write"):
        apply(provider, plan(provider), how(tmp_path / "file"))
    assert provider.writes == 0


@pytest.mark.parametrize(
    ("notes", "outcome", "done", "writes"),
    [(1, "failed", 0, 0), (2, "stopped", 1, 1), (3, "failed", 1, 1), (7, "applied", 3, 3)],
)
def test_a_disk_that_fills_up_meanwhile_stops_the_apply(
    provider: Memory,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    notes: int,
    outcome: str,
    done: int,
    writes: int,
) -> None:
    left = [notes]

    def fill(journal: Journal, event: str, **data: object) -> None:
        if not left[0]:
            raise OSError(28, "No space left on device")
        left[0] -= 1
        real(journal, event, **data)

    real = Journal.note
    monkeypatch.setattr(Journal, "note", fill)
    result = apply(provider, plan(provider), how(tmp_path))
    assert (result.outcome, result.done, provider.writes) == (outcome, done, writes)
    if outcome != "applied":
        assert result.message == "the journal cannot be written: No space left on device"
    monkeypatch.setattr(Journal, "note", real)
    rest = plan_rest(provider, read_journal(latest_unfinished(tmp_path)), SPEC)
    assert apply(provider, rest, how(tmp_path)).outcome == "applied"


def test_a_full_disk_keeps_everything_from_being_written(
    provider: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UsageError, match="No space left on device"):
        apply(provider, plan(provider), how(tmp_path))
    assert provider.writes == 0
