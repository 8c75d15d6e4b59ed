"""The guide's walkthrough of sync does what it says, against the fake that it names."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAILCHECK = Path(sys.executable).parent / "mailcheck"
SECTION = (ROOT / "docs" / "guide" / "sync.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.slow


@pytest.fixture
def exports() -> Iterator[dict[str, str]]:
    """The variables that the fake asks to be exported, while it runs."""
    command = re.search(r"\.venv/bin/(python -m tests\.lab\.cloudflare)", SECTION)
    assert command
    words = [sys.executable, *command[1].split()[1:], "--port", "0"]
    fake = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert fake.stdout
    variables: dict[str, str] = {}
    try:
        while len(variables) < 2:
            line = fake.stdout.readline()
            assert line, "the fake ended"
            if found := re.search(r"export (\w+)=(\S+)", line):
                variables[found[1]] = found[2]
        yield variables
    finally:
        fake.terminate()
        fake.communicate()


def sync(folder: Path, variables: dict[str, str], *more: str) -> subprocess.CompletedProcess[str]:
    command = re.search(r"    mailcheck (sync --provider cloudflare --zone \S+)  +# the plan", SECTION)
    assert command
    return subprocess.run(
        [MAILCHECK, *command[1].split(), *more],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_plan_apply_check_and_way_back(tmp_path: Path, exports: dict[str, str]) -> None:
    shutil.copytree(ROOT / "zones", tmp_path / "zones")
    planned = sync(tmp_path, exports, "zones")
    assert planned.returncode == 0
    example = re.search(r"```\n(example\.com at cloudflare.*?)```", SECTION, re.DOTALL)
    assert example
    shown = planned.stdout.splitlines()
    assert [line for line in example[1].splitlines() if line not in shown] == []
    assert sync(tmp_path, exports, "zones", "--check").returncode == 1
    assert sync(tmp_path, exports, "zones", "--apply").returncode == 5  # nobody there to say yes
    assert sync(tmp_path, exports, "zones", "--apply", "--yes").returncode == 0
    assert sync(tmp_path, exports, "zones", "--check").returncode == 0
    (journal,) = (tmp_path / ".mailcheck" / "journal").glob("*.jsonl")
    back = sync(tmp_path, exports, "zones", "--rollback", str(journal))
    assert "p=none" in back.stdout
    assert "--allow plan-removes-auth" in back.stdout
