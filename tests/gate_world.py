"""A git repository with zones, and the command run in it as a person would."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from mailcheck.cli.main import main

HEAD = """\
$ORIGIN {origin}.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ NS ns1
ns1 A 192.0.2.53
"""


class Outcome(NamedTuple):
    """What a run of `lint` answered: code, findings as rule and owner name, summary."""

    code: int
    findings: list[tuple[str, str]]
    summary: dict[str, Any]
    document: dict[str, Any]


class World:
    """A folder with zones below `zones/`; the working directory of the test."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "zones").mkdir()

    def zone(self, origin: str, records: str) -> Path:
        path = self.root / "zones" / f"{origin}.zone"
        path.write_text(HEAD.format(origin=origin) + records, encoding="utf-8")
        return path

    def lint(self, *options: str) -> Outcome:
        """The outcome by the JSON report."""
        report = self.root / "report.json"
        report.unlink(missing_ok=True)
        code = main(["lint", *options, "--format", "json", "--output", str(report)])
        document = json.loads(report.read_text()) if report.exists() else {"findings": [], "summary": {}}
        found = [(finding["rule"], finding["name"]) for finding in document["findings"]]
        return Outcome(code, found, document["summary"], document)

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments],
            cwd=self.root,
            check=True,
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(self.root)},
        )
        return done.stdout.strip()

    def commit(self) -> str:
        """Commit everything below `zones/` and `mailcheck.yaml`; answers the commit."""
        if not (self.root / ".git").exists():
            self.git("init", "-q", "-b", "main")
        (self.root / ".gitignore").write_text("report.json\n")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "state")
        return self.git("rev-parse", "HEAD")
