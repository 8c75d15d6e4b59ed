"""`mailcheck sync` from the command line: what it shows, asks, writes, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mailcheck.cli.progress import Bar
from mailcheck.cli.sync_outcome import _Waits
from mailcheck.sync.journal_read import read_journal
from tests.sync.memory import Killed
from tests.sync_world import GOOD, NAME, World, world

__all__ = ["world"]

WITHOUT_MX = GOOD.replace("  - type: MX\n    value: {preference: 10, exchange: mail.example.com.}\n", "")
MOVED = GOOD.replace("192.0.2.80", "192.0.2.81")
EVERYTHING = ("--allow", "plan-many-changes,plan-removes-mx,plan-removes-auth", "--allow", "plan-empty-zone")


def test_1_a_plan_writes_nothing_and_the_plan_after_an_apply_is_empty(world: World) -> None:
    assert world.run("--create-zone") == 0
    assert "6 changes in 1 zone" in world.out
    assert "mail to example.com goes to mail.example.com" in world.out
    assert "(zones/example.com.yaml:3)" in world.out
    assert (world.provider.writes, world.journals) == (0, [])
    assert world.run("--create-zone", "--apply", "--yes") == 0
    assert "example.com: applied, " in world.out
    assert world.run("--check") == 0
    assert "example.com at memory: no changes" in world.out


def test_6_a_zone_that_the_provider_lacks_is_not_made_unasked(world: World) -> None:
    assert world.run() == 5
    assert "example.com: not planned: memory has no zone example.com." in world.out
    assert world.run("--apply", "--yes") == 5
    assert "could not be planned" in world.err
    assert world.provider.zones == {}


def test_a_check_exits_1_where_the_provider_differs(world: World) -> None:
    world.synced()
    world.declare(MOVED)
    assert world.run("--check") == 1
    assert "~ www.example.com A 3600  (zones/example.com.yaml:16)" in world.out
    assert world.run() == 0
    assert world.run("--check", "--apply") == 2


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (WITHOUT_MX, ["plan-removes-mx"]),
        (GOOD.replace("  - type: TXT\n    value: v=spf1 mx -all\n", ""), ["plan-removes-auth"]),
        ("---\n{}\n", ["plan-empty-zone", "plan-removes-auth"]),
    ],
)
def test_14_what_empties_a_zone_or_mail_needs_explicit_consent(world: World, text: str, rules: list[str]) -> None:
    world.synced()
    was, writes = world.provider.content(NAME), world.provider.writes
    world.declare(text)
    assert world.run("--apply", "--yes", "--no-lint") == 5
    for rule in rules:
        assert f"= {rule}: " in world.out
        assert rule in world.err
    assert (world.provider.content(NAME), world.provider.writes) == (was, writes)
    assert world.run("--apply", "--yes", "--no-lint", *EVERYTHING) == 0
    assert world.run("--check", "--no-lint", *EVERYTHING) == 0
    head = json.loads(world.journals[-1].read_text().splitlines()[0])
    assert head["allowed"] == [*EVERYTHING[1].split(","), "plan-empty-zone"]


def test_15_lint_errors_block_an_apply_and_the_override_is_in_the_journal(world: World) -> None:
    world.synced()
    writes = world.provider.writes
    world.declare(GOOD.replace("v=spf1 mx -all", "v=spf1 mx ip4:999.0.0.1 -all"))
    assert world.run() == 1
    assert "= spf-syntax: " in world.out
    assert world.run("--apply", "--yes") == 5
    assert "lint finds 1 error" in world.err
    assert world.provider.writes == writes
    assert world.run("--apply", "--yes", "--no-lint") == 0
    heads = [json.loads(path.read_text().splitlines()[0]) for path in world.journals]
    assert [head["lint"] for head in heads] == [True, False]


def test_15_a_stale_plan_is_refused(world: World) -> None:
    world.synced()
    world.declare(MOVED)
    assert world.run("--plan-out", "plan.json") == 0
    writes = world.provider.writes
    world.declare(MOVED.replace("192.0.2.81", "192.0.2.82"))
    assert world.run("--plan", "plan.json", "--apply", "--yes") == 5
    assert "the plan plan.json is stale: example.com has changed in its file since" in world.err
    world.declare(MOVED)
    comment = world.provider.zones[NAME][0]["comment"]
    world.provider.zones[NAME][0]["comment"] = "somebody was here"
    assert world.run("--plan", "plan.json", "--apply", "--yes") == 5
    assert "has changed at the provider since" in world.err
    assert world.provider.writes == writes
    world.provider.zones[NAME][0]["comment"] = comment
    assert world.run("--plan", "plan.json", "--apply", "--yes") == 0


@pytest.mark.parametrize("text", ["", "{}", '{"version": 2, "provider": "memory", "zones": []}', "[" * 5000])
def test_what_is_no_plan_is_refused(world: World, text: str) -> None:
    (world.folder / "plan.json").write_text(text)
    assert world.run("--plan", "plan.json") == 3
    assert world.err.startswith("error: plan-unreadable plan.json:1:1")


def test_a_plan_for_others(world: World) -> None:
    assert world.run("--plan", "none.json") == 2
    world.synced()
    assert world.run("--plan-out", "plan.json") == 0
    text = (world.folder / "plan.json").read_text()
    (world.folder / "plan.json").write_text(text.replace('"provider": "memory"', '"provider": "other"'))
    assert world.run("--plan", "plan.json") == 2
    assert "is a plan for other, not for memory" in world.err
    (world.folder / "plan.json").write_text(text)
    world.declare(GOOD.replace("example.com", "example.net"), "example.net.yaml")
    assert world.run("--plan", "plan.json", "--zone", "example.net") == 2
    assert "does not hold example.net" in world.err
    assert world.run("--plan", "plan.json") == 0
    assert "example.net at memory" not in world.out


def test_18_a_rollback_plans_back_exactly(world: World) -> None:
    world.synced()
    was = world.provider.content(NAME)
    world.declare(MOVED.replace("p=reject", "p=none"))
    assert world.run("--apply", "--yes", *EVERYTHING) == 0
    journal = str(world.journals[-1])
    assert world.run("--rollback", journal) == 1
    assert "DMARC of example.com: policy from none to reject" in world.out
    assert world.run("--rollback", journal, "--apply", "--yes", *EVERYTHING) == 0
    assert world.provider.content(NAME) == was
    head = json.loads(world.journals[-1].read_text().splitlines()[0])
    assert (head["kind"], head["of"]) == ("rollback", journal)


def test_9_a_failed_apply_is_told_and_resumed(world: World) -> None:
    world.provider.script = {1: "fail"}
    assert world.run("--create-zone", "--apply", "--yes") == 5
    assert "example.com: failed, 1 of 4 steps written: memory says no (journal " in world.out
    assert [step.outcome for step in read_journal(world.journals[0]).steps][:3] == ["applied", "failed", "pending"]
    assert world.run("--resume") == 0
    assert world.run("--resume", "--apply", "--yes") == 0
    assert world.run("--check") == 0
    assert read_journal(world.journals[0]).outcome == "resumed"
    assert world.run("--resume") == 2
    assert "no unfinished journal" in world.err
    assert world.run("--resume", str(world.journals[0])) == 2
    assert "came to its end" in world.err


def test_a_resume_with_nothing_left_ends_the_journal(world: World) -> None:
    world.provider.script = {3: "kill after"}
    with pytest.raises(Killed):
        world.run("--create-zone", "--apply", "--yes")
    assert world.run("--resume", "--apply", "--yes") == 0
    assert read_journal(world.journals[0]).outcome == "applied"
    assert len(world.journals) == 1


def test_a_journal_of_another_provider(world: World) -> None:
    world.synced()
    world.provider.name = "other"
    assert world.run("--rollback", str(world.journals[0])) == 2
    assert "is of memory, not of other" in world.err


def test_after_a_failure_the_other_zones_are_not_begun(world: World) -> None:
    world.declare(GOOD.replace("example.com", "example.net"), "example.net.yaml")
    world.declare(GOOD.replace("example.com", "example.org"), "example.org.yaml")
    world.provider.script = {0: "fail"}
    assert world.run("--create-zone", "--apply", "--yes", "--zone", "example.net", "--zone", "example.org") == 5
    assert "example.net: failed, 0 of" in world.out
    assert "example.org: not begun" in world.out
    assert "example.com" not in world.out.replace("d@example.com", "")


def test_a_plan_that_went_stale_meanwhile_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.synced()
    world.declare(MOVED)
    reads = world.provider.reads
    snapshot = world.provider.snapshot

    def changed(zone: str) -> object:
        if world.provider.reads == reads + 1:
            world.provider.zones[NAME][0]["comment"] = "somebody was here"
        return snapshot(zone)

    monkeypatch.setattr(world.provider, "snapshot", changed)
    assert world.run("--apply", "--yes") == 5
    assert "example.com: refused, 0 of 1 step written: example.com has changed at memory since" in world.out
    assert "hint: nothing was written; plan again" in world.out


def test_what_could_not_be_read_is_never_taken_for_deleted(world: World) -> None:
    world.synced()
    was = world.provider.content(NAME)
    world.declare(GOOD.replace("192.0.2.80", "not-an-address"))
    assert world.run() == 3
    assert "blocked: zones/example.com.yaml:1 records could not be read at www.example.com" in world.out
    assert world.run("--apply", "--yes", "--no-lint", *EVERYTHING) == 5
    assert "1 input could not be read" in world.err
    assert world.provider.content(NAME) == was


def test_without_a_terminal_nobody_can_say_yes(world: World) -> None:
    assert world.run("--create-zone", "--apply") == 5
    assert "there is no terminal to ask at" in world.err
    assert world.provider.writes == 0


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("yes\n", 0), ("\n", 5), ("n\n", 5), ("", 5)])
def test_at_a_terminal_the_user_is_asked(
    world: World, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    monkeypatch.setattr("mailcheck.cli.sync_outcome.is_terminal", lambda stream: True)
    monkeypatch.setattr("sys.stdin.readline", lambda: answer, raising=False)
    assert world.run("--create-zone", "--apply", "--quiet") == code
    assert "Apply 6 changes to example.com at memory? [y/N] " in world.err
    assert bool(world.provider.writes) is (code == 0)


def test_nothing_to_do_asks_nobody(world: World) -> None:
    world.synced()
    assert world.run("--apply") == 0
    assert len(world.journals) == 1


@pytest.mark.parametrize("name", ["json", "markdown"])
def test_other_formats_are_written_once_with_what_came_of_it(world: World, name: str) -> None:
    assert world.run("--create-zone", "--apply", "--yes", "--format", name, "--output", "out") == 0
    assert world.out == ""
    written = (world.folder / "out").read_text()
    assert "applied" in written
    assert world.run("--format", name) == 0
    assert "0 changes" in world.out if name == "markdown" else json.loads(world.out)["zones"][0]["changes"] == []
    world.declare(WITHOUT_MX)
    assert world.run("--apply", "--yes", "--format", name) == 5
    assert "plan-removes-mx" in world.out


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--zone", "example.con"], "no zone example.con is declared"),
        (["--allow", "spf-all"], "there is no rule 'spf-all' about plans"),
        (["--plan", "a", "--resume"], "exclude each other"),
        (["--journal"], "requires an argument"),
    ],
)
def test_wrong_usage(world: World, arguments: list[str], why: str) -> None:
    assert world.run(*arguments) == 2
    assert why in world.err


def event(folder: Path, data: object) -> str:
    (folder / "event.json").write_text(json.dumps(data))
    return str(folder / "event.json")


def pull_request(head: str | None, base: str) -> object:
    repository = None if head is None else {"full_name": head}
    return {"pull_request": {"head": {"repo": repository}, "base": {"repo": {"full_name": base}}}}


FORKS = [
    ("pull_request", pull_request("them/zones", "us/zones")),
    ("pull_request_target", pull_request(None, "us/zones")),
    ("issue_comment", {"issue": {"pull_request": {}}}),
    (
        "workflow_run",
        {"workflow_run": {"head_repository": {"full_name": "them/z"}}, "repository": {"full_name": "us/z"}},
    ),
    ("pull_request", ["not an event"]),
]
OURS = [
    ("pull_request", pull_request("us/zones", "us/zones")),
    ("issue_comment", {"issue": {}}),
    (
        "workflow_run",
        {"workflow_run": {"head_repository": {"full_name": "us/z"}}, "repository": {"full_name": "us/z"}},
    ),
    ("push", {}),
]


@pytest.mark.parametrize(("name", "data"), FORKS)
def test_a_forks_pull_request_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str, data: object
) -> None:
    monkeypatch.setenv("GITHUB_EVENT_NAME", name)
    monkeypatch.setenv("GITHUB_EVENT_PATH", event(world.folder, data))
    assert world.run("--create-zone") == 5
    assert "sync does not run here" in world.err
    assert world.provider.reads == 0


@pytest.mark.parametrize(("name", "data"), OURS)
def test_our_own_runs_are_not(world: World, monkeypatch: pytest.MonkeyPatch, name: str, data: object) -> None:
    monkeypatch.setenv("GITHUB_EVENT_NAME", name)
    monkeypatch.setenv("GITHUB_EVENT_PATH", event(world.folder, data))
    assert world.run("--create-zone") == 0


def test_17_a_signal_stops_after_the_step_in_flight(world: World) -> None:
    world.provider.script = {0: lambda: os.kill(os.getpid(), signal.SIGTERM)}
    assert world.run("--create-zone", "--apply", "--yes") == 5
    assert "stopping after the step in flight" in world.err
    assert "example.com: stopped, 1 of 4 steps written: stopped by a signal" in world.out
    assert read_journal(world.journals[0]).steps[0].outcome == "applied"
    assert world.run("--resume", "--apply", "--yes") == 0


def test_17_a_second_signal_marks_the_call_unknown(world: World) -> None:
    def twice() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)

    world.provider.script = {1: twice}
    assert world.run("--create-zone", "--apply", "--yes") == 130
    assert [step.outcome for step in read_journal(world.journals[0]).steps][:3] == [
        "applied",
        "unknown",
        "pending",
    ]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_wait_is_told_once_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    waits = _Waits()
    for left in (3.0, 2.0, 1.0):
        waits.waiting(left, "memory asks for patience\x1b[31m")
    waits.waiting(9, "memory asks for patience\x1b[31m")
    told = "waiting 3 s: memory asks for patience\\027[31m\nwaiting 9 s: memory asks for patience\\027[31m\n"
    assert capsys.readouterr().err == told


def test_a_wait_is_drawn_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    bar = Bar()
    bar.total(3, "writing")
    bar.waiting(120, "memory asks for patience")
    assert bar._drawn is not None
    assert bar._drawn.tasks[0].description == "waiting 120 s: memory asks for patience"
    bar.stop()


def test_the_whole_way_in_a_process_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "zones").mkdir()
    (tmp_path / "served").mkdir()
    (tmp_path / "zones" / "example.com.yaml").write_text(GOOD)
    environment = {**os.environ, "ZONEFILE_FOLDER": "served", "LC_ALL": "C"}
    environment.pop("GITHUB_EVENT_NAME", None)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name("mailcheck"))]
        return subprocess.run(
            [*command, "sync", "--provider", "zonefile", *arguments],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    applied = run("--create-zone", "--apply", "--yes")
    assert (applied.returncode, applied.stderr) == (0, "")
    checked = run("--check")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "10 mail.example.com." in (tmp_path / "served" / "example.com.zone").read_text()
