"""The recipes of docs/guide/gate.md: run where they can be, else held to what they name."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.gate_world import World
from tests.project.action_runner import ACTION, ROOT

GUIDE = (ROOT / "docs/guide/gate.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROGRAMS = Path(sys.executable).parent


def block(section: str, language: str, text: str = GUIDE) -> str:
    """The first block of a section in a language."""
    found = re.search(rf"^#+ {section}\n.*?^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


WORKFLOWS = [block("GitHub", "yaml"), block("As a pull-request gate", "yaml", README)]


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_the_workflows_pass_zizmor(workflow: str, tmp_path: Path) -> None:
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    pinned = workflow.replace("OWNER/mailcheck@COMMIT", f"owner/mailcheck@{'0' * 40}")
    (folder / "mail.yml").write_text(f"name: mail\n{pinned}" if "name: mail" not in pinned else pinned)
    command = [PROGRAMS / "zizmor", "--offline", "--no-progress", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "No findings" in done.stdout


def test_the_workflow_uses_inputs_and_outputs_that_exist() -> None:
    steps = yaml.safe_load(WORKFLOWS[0])["jobs"]["mail"]["steps"]
    (step,) = [step for step in steps if "mailcheck@" in step["uses"]]
    assert set(step["with"]) <= set(ACTION["inputs"])
    assert set(re.findall(r"steps\.mailcheck\.outputs\.([a-z-]+)", WORKFLOWS[0])) <= set(ACTION["outputs"])


def test_the_tables_name_all_inputs_and_outputs() -> None:
    section = GUIDE[GUIDE.index("## GitHub") : GUIDE.index("## GitLab")]
    assert re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE) == [*ACTION["inputs"], *ACTION["outputs"]]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.chdir(tmp_path)
    world = World(tmp_path)
    world.zone("example.com", '@ TXT "v=spf1 ip4:192.0.2.1 ?all"\n')
    world.commit()
    world.git("update-ref", "refs/remotes/origin/main", "HEAD")
    return world


def run(script: str, world: World, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {"PATH": f"{PROGRAMS}:/usr/bin:/bin", "HOME": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **environment}
    return subprocess.run(
        ["sh", "-eu", "-c", script], cwd=world.root, env=given, capture_output=True, text=True, check=False
    )


def broken(world: World) -> None:
    zone = world.root / "zones/example.com.zone"
    zone.write_text(zone.read_text() + 'sub TXT "v=spf1 ip4:192.0.2.300 -all"\n')
    world.commit()


def test_the_plain_shell(world: World) -> None:
    script = block("Any other CI, or a hook of the server", "sh").replace(
        " --baseline mailcheck-baseline.jsonl", ""
    )
    assert run(script, world).returncode == 0
    broken(world)
    done = run(script, world)
    assert done.returncode == 1
    assert "verdict: mail changes" in done.stdout
    assert "spf-syntax" in done.stdout
    assert "spf-all-neutral" not in done.stdout
    assert (world.root / "mailcheck.sarif").exists()


def test_gitlab(world: World) -> None:
    base = world.git("rev-parse", "HEAD")
    broken(world)
    job = yaml.safe_load(block("GitLab", "yaml"))["mailcheck"]
    install, *script = job["script"]
    assert "pip install" in install
    program = shutil.which("mailcheck", path=str(PROGRAMS))
    commands = "\n".join(script).replace("/tmp/mailcheck/bin/mailcheck", str(program))
    done = run(commands, world, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert done.returncode == 1
    assert "spf-syntax" in done.stdout
    for path in job["artifacts"]["reports"].values():
        assert "spf-syntax" in (world.root / path).read_text()


def test_the_hook_of_the_guide_exists() -> None:
    hooks = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    (repository,) = yaml.safe_load(block("Before the commit", "yaml"))["repos"]
    assert {hook["id"] for hook in repository["hooks"]} <= hooks
