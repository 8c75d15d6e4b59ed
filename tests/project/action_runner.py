"""What a GitHub runner does for a composite action: expressions, files, one shell a step, the steps in order."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
_EXPRESSION = re.compile(r"\$\{\{ (.*?) \}\}")
_PYTHON = """#!/bin/sh
# The Python of the tests; an environment that it makes has the mailcheck of the tests, and nothing is downloaded.
case "$*" in
*"-m venv "*)
    for folder; do :; done
    mkdir -p "$folder/bin"
    ln -s "$0" "$folder/bin/python"
    ln -s "{bin}/mailcheck" "$folder/bin/mailcheck" ;;
*"-m pip "*) echo "$*" >>"{log}" ;;
*) exec "{bin}/python" "$@" ;;
esac
"""


class Ended(NamedTuple):
    """A job that ended: its exit code, its log, its summary, the outputs of the action."""

    code: int
    log: str
    summary: str
    outputs: dict[str, str]

    @property
    def commands(self) -> list[str]:
        """The workflow commands of the log."""
        return [line for line in self.log.splitlines() if line.lstrip().startswith("::") or "##[" in line]


class Runner:
    """One runner with a checkout. `event` is what started it; `environment` may be changed before a run."""

    def __init__(self, workspace: Path, temporary: Path, api: str, event: dict[str, Any]) -> None:
        self.workspace = workspace
        self.event = event
        self._files = temporary
        self.pip = temporary / "pip.log"
        programs = temporary / "programs"
        programs.mkdir(parents=True)
        python = programs / "python3"
        python.write_text(_PYTHON.format(bin=Path(sys.executable).parent, log=self.pip), encoding="utf-8")
        python.chmod(0o755)
        (temporary / "temp").mkdir()
        self.environment = {
            "PATH": f"{programs}:/usr/bin:/bin",
            "HOME": str(temporary),
            "LANG": "C.UTF-8",
            "CI": "true",
            "RUNNER_TEMP": str(temporary / "temp"),
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_API_URL": api,
            "GITHUB_REPOSITORY": "octo/zones",
            "GITHUB_WORKFLOW": "mail",
            "GITHUB_JOB": "lint",
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_EVENT_PATH": str(temporary / "event.json"),
        }

    def run(self, **inputs: str) -> Ended:
        """Run the action with inputs, their hyphens written as underscores, until a step fails."""
        given = {name: field["default"] for name, field in ACTION["inputs"].items()}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        contexts: dict[str, Any] = {
            "inputs": given,
            "github": {"token": "the-token", "event": self.event},
            "steps": {},
        }
        Path(self.environment["GITHUB_EVENT_PATH"]).write_text(json.dumps(self.event), encoding="utf-8")
        summary = self._files / "summary.md"
        summary.write_text("", encoding="utf-8")
        code, log = 0, ""
        for step in ACTION["runs"]["steps"]:
            if "if" in step and not _compare(step["if"], contexts):
                continue
            outputs = self._files / "output"
            outputs.write_text("", encoding="utf-8")
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=self.workspace,
                env={
                    **self.environment,
                    "GITHUB_OUTPUT": str(outputs),
                    "GITHUB_STEP_SUMMARY": str(summary),
                    **{name: _filled(value, contexts) for name, value in step.get("env", {}).items()},
                },
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=False,
            )
            log += os.fsdecode(done.stdout)
            written = outputs.read_text(encoding="utf-8").splitlines()
            if "id" in step:
                contexts["steps"][step["id"]] = {"outputs": dict(line.split("=", 1) for line in written)}
            if code := done.returncode:
                break
        told = {name: _filled(field["value"], contexts) for name, field in ACTION["outputs"].items()}
        return Ended(code, log, summary.read_text(encoding="utf-8"), told)


def _filled(value: str, contexts: dict[str, Any]) -> str:
    return _EXPRESSION.sub(lambda found: _value(found[1], contexts), value)


def _value(expression: str, contexts: dict[str, Any]) -> str:
    """`a.b || c.d`, where what is missing is empty."""
    for way in expression.split(" || "):
        found: Any = contexts
        for name in way.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        if found:
            return str(found)
    return ""


def _compare(condition: str, contexts: dict[str, Any]) -> bool:
    left, right = condition.split(" == ")
    return _value(left, contexts) == right.strip("'")
