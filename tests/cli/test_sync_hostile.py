"""`mailcheck sync` over plans, journals and zone files that somebody has tampered with."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailcheck.sync.journal_read import read_journal
from tests.sync_world import GOOD, NAME, World, world

__all__ = ["world"]

MOVED = GOOD.replace("192.0.2.80", "192.0.2.81")
EVERYTHING = "--allow=plan-many-changes,plan-removes-mx,plan-removes-auth,plan-empty-zone"
WRONG: tuple[Any, ...] = (None, 5, -1, "../../x", [], {}, [5], ["x"], {"a": 5}, True)


def tampered(document: Any) -> Iterator[Any]:
    """The document with each of its values, one at a time, replaced by a wrong one."""
    yield from WRONG
    entries = document.items() if isinstance(document, dict) else enumerate(document[:2])
    if isinstance(document, dict | list):
        for key, value in list(entries):
            for other in tampered(value) if isinstance(value, dict | list) else WRONG:
                copied = document.copy()
                copied[key] = other
                yield copied
            if isinstance(document, dict):
                yield {name: value for name, value in document.items() if name != key}


def never_a_defect(world: World, *arguments: str) -> None:
    assert world.run(*arguments) != 6, world.err
    assert "Traceback" not in world.err


def test_a_plan_of_no_zone_applies_nothing(world: World) -> None:
    assert world.run("--plan-out", "plan.json") == 5
    assert world.run("--create-zone", "--plan", "plan.json", "--apply", "--yes") == 2
    assert "the plan plan.json holds no zone" in world.err
    assert world.provider.writes == 0


def test_a_plan_in_which_anything_is_wrong_is_no_defect(world: World) -> None:
    world.synced()
    world.declare(MOVED)
    assert world.run("--plan-out", "plan.json") == 0
    plan = json.loads((world.folder / "plan.json").read_text())
    plan = {name: plan[name] for name in ("version", "provider", "zones")}
    plan["zones"][0]["changes"] = []
    for wrong in tampered(plan):
        (world.folder / "wrong.json").write_text(json.dumps(wrong))
        never_a_defect(world, "--no-lint", "--plan", "wrong.json")


@pytest.mark.slow
@pytest.mark.parametrize("option", ["--rollback", "--resume"])
def test_a_journal_in_which_anything_is_wrong_is_no_defect(world: World, option: str) -> None:
    world.synced()
    world.declare(MOVED)
    world.provider.script = {world.provider.writes: "fail"}
    assert world.run("--apply", "--yes", EVERYTHING) == 5
    begin, *rest = [json.loads(line) for line in world.journals[-1].read_text().splitlines()]
    path = world.folder / "wrong.jsonl"
    for wrong in tampered(begin):
        path.write_text("".join(f"{json.dumps(line)}\n" for line in [wrong, *rest]))
        never_a_defect(world, option, str(path))
    for wrong in tampered(rest):
        if isinstance(wrong, list):
            path.write_text("".join(f"{json.dumps(line)}\n" for line in [begin, *wrong]))
            never_a_defect(world, option, str(path))


def test_a_journal_cut_off_before_anything_was_written_is_not_in_the_way(world: World) -> None:
    world.provider.script = {1: "fail"}
    assert world.run("--create-zone", "--apply", "--yes") == 5
    (world.folder / ".mailcheck/journal/example.com-9.jsonl").write_text('{"event": "beg')
    (world.folder / ".mailcheck/journal/gone.jsonl").symlink_to("nowhere")
    assert world.run("--resume", "--apply", "--yes") == 0
    assert world.run("--check") == 0


def test_a_journal_of_another_zone_touches_only_that_zone(world: World) -> None:
    world.declare(GOOD.replace("example.com", "example.net"), "example.net.yaml")
    world.synced()
    world.declare(MOVED)
    assert world.run("--apply", "--yes") == 0
    was = world.provider.content(NAME)
    (other,) = [path for path in world.journals if read_journal(path).zone == "example.net."]
    assert world.run("--rollback", str(other), "--apply", "--yes", EVERYTHING) == 0
    assert world.provider.content(NAME) == was


def test_a_zone_file_that_is_gone_since_the_plan(world: World) -> None:
    world.synced()
    world.declare(MOVED)
    assert world.run("--plan-out", "plan.json") == 0
    world.declare(GOOD.replace("example.com", "example.net"), "example.net.yaml")
    (world.folder / "zones/example.com.yaml").unlink()
    was = world.provider.content(NAME)
    assert world.run("--plan", "plan.json", "--apply", "--yes") == 2
    assert "no zone example.com is declared" in world.err
    assert world.provider.content(NAME) == was


def test_of_two_zones_one_refused_keeps_both_from_being_written(world: World) -> None:
    world.synced()
    world.declare(MOVED)
    world.declare(GOOD.replace("example.com", "example.net"), "example.net.yaml")
    writes = world.provider.writes
    assert world.run("--apply", "--yes") == 5
    assert "example.net could not be planned" in world.err
    assert world.provider.writes == writes


def test_a_journal_that_cannot_be_begun_for_the_second_zone_does_not_hide_the_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.declare(GOOD.replace("example.com", "example.net"), "example.net.yaml")
    opened = os.open

    def full(path: Any, *rest: Any, **more: Any) -> int:
        if "example.net" in str(path) and "journal" in str(path):
            raise OSError(28, "No space left on device")
        return opened(path, *rest, **more)

    monkeypatch.setattr("mailcheck.sync.journal.os.open", full)
    assert world.run("--create-zone", "--apply", "--yes") == 5
    assert "example.com: applied, " in world.out
    assert "example.net: refused, 0 of" in world.out
    assert "No space left on device" in world.out


def test_a_symlinked_folder_of_journals(world: World, tmp_path: Path) -> None:
    (elsewhere := tmp_path / "elsewhere").mkdir()
    (world.folder / ".mailcheck").symlink_to(elsewhere)
    world.synced()
    (journal,) = (elsewhere / "journal").glob("*.jsonl")
    assert journal.stat().st_mode & 0o777 == 0o600


HOSTILE = """\
'':
  - type: NS
    values: [ns1.example.net., ns2.example.net.]
  - type: TXT
    values: ["::error::\\e[31mred", "a|b `code` ``` <b>", "line\\nbreak ##[add-mask]x", "\\u202eback"]
'x\\096\\124':
  type: TXT
  value: "::set-output name=x::y"
"""


@pytest.mark.parametrize("name", ["text", "json", "markdown"])
def test_hostile_texts_are_shown_and_obeyed_by_nobody(world: World, name: str) -> None:
    world.declare(HOSTILE)
    assert world.run("--create-zone", "--no-lint", "--format", name) in {0, 1, 3}
    assert "red" in world.out
    assert not {"\x1b", "\u202e", "\r"} & set(world.out)
    assert not [line for line in world.out.splitlines() if line.lstrip().startswith("::")]
    assert "##[" not in world.out if name != "json" else json.loads(world.out)
