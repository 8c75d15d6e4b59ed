"""Runs what a page of the guide shows: its files are written, its commands run, their output is compared.

- A fenced block with a `title` is a file of that path; `sh` blocks without one are for the reader alone.
- A `console` block has commands (`$ `, continued by `> `), each with all that it prints below it; a line of
  `...` stands for any lines. One shell runs them all, in a folder with a fresh copy of the example zones.

`python -m tests.project.sessions PAGE...` writes what the commands print into the pages.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(
    r'^```(?P<kind>[a-z]+)(?: title="(?P<path>[^"]+)")?\n(?P<text>.*?)^```$', re.DOTALL | re.MULTILINE
)
_MARK = "\x1e"
_ELIDED = "..."


class Step(NamedTuple):
    """A command and what the page shows of its output, or a file that the page shows."""

    text: str
    shown: str = ""
    path: str = ""


def steps(page: str) -> Iterator[Step]:
    """What the page does, from top to bottom."""
    for block in _BLOCK.finditer(page):
        if block["path"]:
            yield Step(block["text"], path=block["path"])
        elif block["kind"] == "console":
            yield from _commands(block["text"])


def _commands(text: str) -> Iterator[Step]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        lines = part.split("\n")
        length = 1
        while length < len(lines) and lines[length].startswith("> "):
            length += 1
        command = "\n".join([lines[0], *(line[2:] for line in lines[1:length])])
        yield Step(command, "\n".join(lines[length:]).strip("\n"))


def run(page: str, folder: Path) -> list[tuple[Step, str]]:
    """Each command with what it printed on both outputs, in a fresh copy of the examples."""
    for name in ("zones", "mailcheck.yaml", "cases.yaml"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    doing = list(steps(page))
    script = ["exec 2>&1", "status=0"]
    for number, step in enumerate(doing):
        if step.path:
            kept = folder / f".step-{number}"
            kept.write_text(step.text, encoding="utf-8")
            script.append(f'mkdir -p "$(dirname "{step.path}")"; mv "{kept}" "{step.path}"')
        else:
            script += ["(exit $status)", step.text, "status=$?", f"printf '{_MARK}'"]
    environment = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/sbin", "/usr/bin", "/sbin", "/bin"]),
        "LANG": "C.UTF-8", "HOME": str(folder), "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.com",
        "GIT_COMMITTER_NAME": "Ann", "GIT_COMMITTER_EMAIL": "ann@example.com",
    }  # fmt: skip
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    printed = done.stdout.split(_MARK)
    commands = [step for step in doing if not step.path]
    return [(step, text.strip("\n")) for step, text in zip(commands, printed, strict=False)]


def matches(shown: str, printed: str) -> bool:
    """Whether the page shows what was printed, whatever stands where it has `...`."""
    lines = [".*" if line == _ELIDED else re.escape(line) for line in shown.split("\n")]
    return re.fullmatch("\n".join(lines), printed, re.DOTALL) is not None


def rewritten(page: str, outcome: list[tuple[Step, str]]) -> str:
    """The page with what was printed in place of what it shows, where that does not match."""
    results = iter(outcome)

    def block(found: re.Match[str]) -> str:
        if found["path"] or found["kind"] != "console":
            return found[0]
        lines = []
        for step, printed in [next(results) for _ in _commands(found["text"])]:
            lines.append("$ " + step.text.replace("\n", "\n> "))
            lines += [text] if (text := step.shown if matches(step.shown, printed) else printed) else []
        return "```console\n" + "\n".join(lines) + "\n```"

    return _BLOCK.sub(block, page)


def main(names: list[str]) -> None:
    for name in names:
        path = Path(name)
        page = path.read_text(encoding="utf-8")
        with TemporaryDirectory() as folder:
            path.write_text(rewritten(page, run(page, Path(folder))), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
