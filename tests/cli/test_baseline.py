"""`mailcheck lint --baseline`: the gate starts green, and a new defect makes it red."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from mailcheck.cli.main import main
from tests.gate_world import World

REAL = Path(__file__).parents[3] / "shared" / "real" / "zones-octodns"
NEUTRAL = '@ TXT "v=spf1 ip4:192.0.2.1 ?all"\n'
OPTIONS = ("--select", "spf-all-neutral,spf-single-record,spf-syntax", "--fail-on", "warning")
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    return World(tmp_path)


def lines(path: str = "base") -> list[str]:
    return Path(path).read_text().splitlines()


def test_what_is_accepted_is_hidden_and_counted(world: World, capsys: Captured) -> None:
    world.zone("example.com", NEUTRAL)
    assert world.lint(*OPTIONS).code == 1
    assert world.lint(*OPTIONS, "--baseline", "base", "--write-baseline").code == 0
    outcome = world.lint(*OPTIONS, "--baseline", "base")
    assert (outcome.code, outcome.findings) == (0, [])
    assert (outcome.summary["baseline"], outcome.summary["warnings"]) == (1, 0)
    main(["lint", *OPTIONS, "--baseline", "base"])
    assert "0 warnings, 0 infos, 0 suppressed, 1 baseline, 0 refused" in capsys.readouterr().out


def test_a_new_fault_fails_and_is_the_only_one_told(world: World) -> None:
    path = world.zone("example.com", NEUTRAL)
    world.lint(*OPTIONS, "--baseline", "base", "--write-baseline")
    path.write_text(path.read_text() + 'sub TXT "v=spf1 ip4:192.0.2.300 -all"\n')
    outcome = world.lint(*OPTIONS, "--baseline", "base")
    assert (outcome.code, outcome.findings) == (1, [("spf-syntax", "sub.example.com.")])


@pytest.mark.parametrize("origin", ["example.net", "sub.example.com"])
def test_the_same_fault_elsewhere_is_a_new_one(origin: str, world: World) -> None:
    world.zone("example.com", NEUTRAL)
    world.lint(*OPTIONS, "--baseline", "base", "--write-baseline")
    world.zone(origin, NEUTRAL)
    assert world.lint(*OPTIONS, "--baseline", "base").findings == [("spf-all-neutral", f"{origin}.")]


def test_one_name_in_two_zones_has_two_findings(world: World) -> None:
    parent = world.zone("example.com", 'sub TXT "v=spf1 ip4:192.0.2.1 ?all"\n')
    world.lint(*OPTIONS, "--baseline", "base", "--write-baseline")
    world.zone("sub.example.com", NEUTRAL)
    outcome = world.lint(*OPTIONS, "--baseline", "base")
    assert outcome.summary["baseline"] == 1
    (found,) = outcome.document["findings"]
    assert found["path"] != parent.relative_to(world.root).as_posix()


def test_a_second_fault_of_the_same_kind_at_the_same_name_is_new(world: World) -> None:
    options = ("--select", "spf-all-neutral", "--fail-on", "warning", "--baseline", "base")
    path = world.zone("example.com", NEUTRAL)
    world.lint(*options, "--write-baseline")
    path.write_text(path.read_text() + '@ TXT "v=spf1 ip4:192.0.2.2 ?all"\n')
    outcome = world.lint(*options)
    assert (outcome.code, len(outcome.findings), outcome.summary["baseline"]) == (1, 1, 1)


def test_the_file_is_sorted_readable_and_stable_when_lines_move(world: World) -> None:
    path = world.zone("example.com", NEUTRAL + 'a TXT "v=spf1 ip4:192.0.2.1 ?all"\n')
    world.zone("a.example", NEUTRAL)
    world.lint(*OPTIONS, "--baseline", "base", "--write-baseline")
    head, *entries = map(json.loads, lines())
    assert head == {"mailcheck-baseline": 1}
    assert [entry["name"] for entry in entries] == ["a.example.", "a.example.com.", "example.com."]
    assert entries[2]["rule"] == "spf-all-neutral"
    assert "neutral" in entries[2]["message"]
    path.write_text(path.read_text().replace("@ NS", "; moved\n\n; down\n@ NS"))
    world.lint(*OPTIONS, "--baseline", "again", "--write-baseline")
    assert lines("again") == lines()


def test_what_is_gone_is_told_and_pruned(world: World, capsys: Captured) -> None:
    path = world.zone("example.com", NEUTRAL)
    world.zone("example.net", NEUTRAL)
    world.lint("--baseline", "base", "--write-baseline")
    before = lines()
    path.write_text(path.read_text().replace("?all", "-all"))
    outcome = world.lint("--baseline", "base")
    assert outcome.code == 0
    assert ("baseline-outdated", "example.com.") in outcome.findings
    assert lines() == before
    (told,) = [
        found
        for found in outcome.document["findings"]
        if found["rule"] == "baseline-outdated" and "neutral" in found["message"]
    ]
    assert told["message"] == "spf-all-neutral is no longer found at example.com"
    assert json.loads(before[told["line"] - 1])["rule"] == "spf-all-neutral"

    pruned = world.lint("--baseline", "base", "--prune-baseline")
    assert "baseline-outdated" not in {rule for rule, _ in pruned.findings}
    assert set(lines()) < set(before)
    assert not any("spf-all-neutral" in line and '"example.com."' in line for line in lines())
    assert any("spf-all-neutral" in line and '"example.net."' in line for line in lines())
    kept = lines()
    world.lint("--baseline", "base", "--prune-baseline")
    assert lines() == kept


def test_prune_accepts_nothing_new(world: World) -> None:
    path = world.zone("example.com", NEUTRAL)
    world.lint(*OPTIONS, "--baseline", "base", "--write-baseline")
    path.write_text(path.read_text() + 'new TXT "v=spf1 ip4:192.0.2.1 ?all"\n')
    assert world.lint(*OPTIONS, "--baseline", "base", "--prune-baseline").code == 1
    assert len(lines()) == 2


@pytest.mark.parametrize(
    "options",
    [("--select", "mx-*"), ("--ignore", "spf-*"), ("zones/example.net.zone",)],
)
def test_what_this_run_did_not_look_at_is_not_gone(options: tuple[str, ...], world: World) -> None:
    world.zone("example.com", NEUTRAL)
    world.zone("example.net", "")
    world.lint(*OPTIONS, "--baseline", "base", "--write-baseline")
    before = lines()
    world.lint(*options, "--baseline", "base", "--prune-baseline")
    assert lines() == before


def test_what_could_not_be_read_is_not_gone(world: World) -> None:
    path = world.zone("example.com", NEUTRAL)
    world.lint(*OPTIONS, "--baseline", "base", "--write-baseline")
    path.write_bytes(b"\xff\xfe")
    assert world.lint(*OPTIONS, "--baseline", "base").code == 3
    assert world.lint(*OPTIONS, "--baseline", "base", "--prune-baseline").findings == []
    assert len(lines()) == 2


def test_a_zone_that_is_gone_takes_its_entries_along(world: World) -> None:
    path = world.zone("example.com", NEUTRAL)
    world.zone("example.net", "")
    world.lint(*OPTIONS, "--baseline", "base", "--write-baseline")
    path.unlink()
    assert world.lint("--baseline", "base", "--prune-baseline").code == 0
    assert len(lines()) == 1


def test_entries_of_rules_that_do_not_exist_are_gone(world: World) -> None:
    world.zone("example.com", NEUTRAL)
    world.lint(*OPTIONS, "--baseline", "base", "--write-baseline")
    Path("base").write_text(
        Path("base")
        .read_text()
        .replace("spf-all-neutral", "spf-of-old")
        .replace('"fingerprint": "', '"fingerprint": "0')[:-4]
        + '"}\n'
    )
    found = world.lint(*OPTIONS, "--baseline", "base").findings
    assert ("baseline-outdated", "example.com.") in found


def test_a_reworded_message_does_not_bring_a_finding_back(world: World) -> None:
    world.zone("example.com", NEUTRAL)
    world.lint(*OPTIONS, "--baseline", "base", "--write-baseline")
    Path("base").write_text(re.sub('"message": "[^"]*"', '"message": "said otherwise"', Path("base").read_text()))
    outcome = world.lint(*OPTIONS, "--baseline", "base")
    assert (outcome.code, outcome.findings) == (0, [])


def test_stale_suppressions_and_locks_are_accepted_too(world: World) -> None:
    world.zone("example.com", "; mailcheck: ignore[spf-all-neutral]\n" + NEUTRAL)
    world.lint("--baseline", "base", "--write-baseline")
    assert any("suppression-reason" in line for line in lines())
    assert world.lint("--baseline", "base", "--fail-on", "info").code == 0
    world.zone("example.com", NEUTRAL)
    assert ("baseline-outdated", "example.com.") in world.lint("--baseline", "base").findings


def test_an_old_lock_is_accepted_whatever_its_age(world: World) -> None:
    world.zone("example.com", "")
    lock = "# mailcheck.lock 1: written by `mailcheck lock`\n# verified {} from 192.0.2.53\n\nmx.example.net. A 192.0.2.4\n"
    Path("mailcheck.lock").write_text(lock.format("2020-01-31"))
    options = ("--max-age", "30", "--fail-on", "warning", "--baseline", "base")
    assert world.lint(*options, "--write-baseline").code == 0
    assert any("lock-stale" in line for line in lines())
    Path("mailcheck.lock").write_text(lock.format("2020-02-01"))
    assert world.lint(*options).code == 0
    assert world.lint("--baseline", "base").findings == []
    assert world.lint(*options[:-2], "--max-age", "9999", "--baseline", "base").findings == [
        ("baseline-outdated", None)
    ]


def test_what_came_to_no_verdict_is_not_gone(world: World) -> None:
    options = ("--select", "spf-include-no-record", "--baseline", "base")
    world.zone("example.com", '@ TXT "v=spf1 include:_spf.example.net -all"\n')
    other = world.zone("example.net", "")
    assert world.lint(*options, "--write-baseline").summary["baseline"] == 1
    other.unlink()
    assert world.lint(*options, "--prune-baseline").findings == []
    assert len(lines()) == 2


ENTRY = '{"name": "x.", "type": "", "rule": "r", "message": "m", "zone": "x.", "fingerprint": "%s"}' % ("0" * 32)
HEADER = '{"mailcheck-baseline": 1}\n'
DAMAGED = {
    "empty": ("", 1),
    "other": ("zones: []\n", 1),
    "newer": ('{"mailcheck-baseline": 2}\n', 1),
    "true": ('{"mailcheck-baseline": true}\n', 1),
    "merge": (HEADER + f"{ENTRY}\n<<<<<<< ours\n{ENTRY}\n", 3),
    "deep": (HEADER + "[" * 100_000 + "\n", 2),
    "number": (HEADER + "1" * 100_000 + "\n", 2),
    "list": (HEADER + "[]\n", 2),
    "lacking": (HEADER + ENTRY.replace('"rule"', '"rul"') + "\n", 2),
    "typed": (HEADER + ENTRY.replace('"m"', "7") + "\n", 2),
    "fingerprint": (HEADER + ENTRY.replace("000", "\\u001b[31m") + "\n", 2),
    "escape": (HEADER + "\x1b]0;x\x07\n", 2),
    "nul": (HEADER + "\0\n", 2),
}


@pytest.mark.parametrize("damage", sorted(DAMAGED))
@pytest.mark.parametrize("mode", [(), ("--prune-baseline",)])
def test_a_damaged_file_is_one_clear_line(
    damage: str, mode: tuple[str, ...], world: World, capsys: Captured
) -> None:
    text, line = DAMAGED[damage]
    world.zone("example.com", NEUTRAL)
    Path("base").write_text(text)
    assert world.lint("--baseline", "base", *mode).code == 2
    out, err = capsys.readouterr()
    assert out == ""
    error, *hint = err.splitlines()
    assert error.startswith(f"error: base:{line}:1: ") or damage == "nul"
    assert error.isprintable()
    assert len(error) < 200
    assert len(hint) <= 1
    assert Path("base").read_text() == text


def test_a_baseline_that_is_no_file(world: World, capsys: Captured) -> None:
    world.zone("example.com", NEUTRAL)
    assert world.lint("--baseline", "lost").code == 2
    assert capsys.readouterr().err == ("error: there is no baseline lost\nhint: --write-baseline writes it\n")
    os.mkfifo("pipe")
    Path("link").symlink_to("/etc/passwd")
    for name in ("pipe", "link", "zones"):
        assert world.lint("--baseline", name).code == 2
        assert capsys.readouterr().err.startswith(f"error: {name}:1:1: ")


def test_a_baseline_over_the_limit_is_refused(world: World, capsys: Captured) -> None:
    world.zone("example.com", NEUTRAL)
    world.lint(*OPTIONS, "--baseline", "base", "--write-baseline")
    assert world.lint(*OPTIONS, "--baseline", "base", "--limit", "baseline-size=20").code == 2
    assert "larger than 20 octets" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options",
    [
        ("--write-baseline",),
        ("--prune-baseline",),
        ("--baseline", "base", "--write-baseline", "--prune-baseline"),
        ("--baseline", "base", "--write-baseline", "--diff-base", "HEAD"),
    ],
)
def test_options_that_make_no_sense_together(options: tuple[str, ...], world: World, capsys: Captured) -> None:
    world.zone("example.com", NEUTRAL)
    assert world.lint(*options).code == 2
    assert capsys.readouterr().err.startswith("error: --write-baseline")
    assert not Path("base").exists()


def test_a_baseline_that_cannot_be_written(world: World, capsys: Captured) -> None:
    world.zone("example.com", NEUTRAL)
    assert world.lint("--baseline", "lost/base", "--write-baseline").code == 2
    assert capsys.readouterr().err.startswith("error: cannot write lost/base: ")


@pytest.mark.parametrize("form", ["json", "jsonl", "github", "sarif", "prometheus", "junit", "gitlab", "markdown"])
def test_statistics_that_no_report_shows_are_wrong_usage(form: str, world: World, capsys: Captured) -> None:
    assert main(["lint", "--statistics", "--format", form]) == 2
    assert capsys.readouterr().err.startswith(f"error: --statistics is for text and concise, not for {form}\n")
    world.zone("example.com", NEUTRAL)
    reports = ("--format", form, "--output", "report", "--format", "concise")
    assert main(["lint", *OPTIONS, "--statistics", *reports]) == 1


def test_statistics_count_what_the_baseline_does_not_hide(world: World, capsys: Captured) -> None:
    world.zone("example.com", NEUTRAL)
    world.lint(*OPTIONS, "--baseline", "base", "--write-baseline")
    world.zone("example.net", NEUTRAL)
    world.zone("example.org", NEUTRAL)
    assert main(["lint", *OPTIONS, "--baseline", "base", "--statistics", "--quiet"]) == 1
    assert capsys.readouterr().out.split()[:3] == ["2", "warning", "spf-all-neutral"]


@pytest.mark.skipif(not REAL.is_dir(), reason="needs real zones beside the project")
def test_real_zones_start_green_and_one_new_defect_makes_them_red(world: World) -> None:
    (world.root / "zones").rmdir()
    shutil.copytree(REAL, world.root / "zones")
    assert world.lint().code == 1
    assert world.lint("--baseline", "base", "--write-baseline").code == 0
    green = world.lint("--baseline", "base")
    assert (green.code, green.findings) == (0, [])
    assert green.summary["baseline"] > 50
    path = world.root / "zones" / "hackclub.com.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count("v=spf1 ") > 1
    path.write_text(
        "# a line that moves all others\n"
        + text
        + "\nzz-new:\n  type: TXT\n  value: v=spf1 ip4:192.0.2.300 -all\n"
    )
    red = world.lint("--baseline", "base")
    assert (red.code, red.findings) == (1, [("spf-syntax", "zz-new.hackclub.com.")])
