"""Git repositories of zones for the tests of `mailcheck diff`, and a change that has everything in it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mailcheck.cli.main import main

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.com",
}

BEFORE = """
'':
- {type: MX, values: [{preference: 10, exchange: mail.example.com.}, {preference: 20, exchange: old.example.com.}]}
- type: TXT
  value: v=spf1 ip4:192.0.2.0/25 ip6:2001:db8::/64 include:spf.vendor.example ~all
_dmarc: {type: TXT, value: v=DMARC1\\; p=none\\; rua=mailto:d@example.com}
a._domainkey: {type: TXT, value: v=DKIM1\\; p=KEY1}
mail: {type: A, value: 192.0.2.25}
old: {type: A, value: 192.0.2.26}
"""
LOCK = """# mailcheck.lock 1: what the zones depend on in the DNS of others, written by `mailcheck lock`
# verified 2026-11-25 from 192.0.2.53

spf.vendor.example. TXT "v=spf1 ip4:198.51.100.0/24 ip6:2001:db8:1::/48 -all"
"""


def rsa(bits: int, number: int = 1) -> str:
    """A public key of so many bits as base64, of the shape that tools write: its modulus is odd, and no more."""
    import base64

    from mailcheck.analysis.dkim_keys import _USUAL_END, _USUAL_RSA

    head = next(head for known, head in _USUAL_RSA.values() if known == bits)
    modulus = bytes([0x80]) + bytes([number]) * (bits // 8 - 2) + b"\x01"
    return base64.b64encode(head + modulus + _USUAL_END).decode("ascii")


def zone(text: str = BEFORE) -> str:
    """The zone with its placeholders filled."""
    return text.replace("KEY1", rsa(1024)).replace("KEY2", rsa(2048))


class Repository:
    """A repository in the working directory; `run` calls the command there."""

    def __init__(self, root: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capture = capture
        self.err = ""
        self.out = ""
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str, given: bytes | None = None) -> str:
        command = ["git", "-C", str(self.root), *words]
        done = subprocess.run(command, env=ENVIRONMENT, input=given, capture_output=True, check=True)
        return done.stdout.decode().strip()

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def commit(self, files: dict[str, str] | None = None) -> str:
        for path, text in (files or {}).items():
            self.write(path, text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")
        return self.git("rev-parse", "HEAD")

    def run(self, *arguments: str) -> int:
        code = main(["diff", *arguments])
        self.out, self.err = self._capture.readouterr()
        return code

    def diff(self, *arguments: str) -> dict[str, Any]:
        """What the command says in JSON; it must end well."""
        assert self.run(*arguments, "--format", "json") == 0, self.err
        found: dict[str, Any] = json.loads(self.out)
        return found

    def domain(self, *arguments: str, name: str = "example.com.") -> dict[str, Any]:
        """What changes for one domain, and for no other."""
        domains = self.diff(*arguments)["domains"]
        assert [domain["domain"] for domain in domains] == [name]
        found: dict[str, Any] = domains[0]
        return found


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Repository:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    return Repository(tmp_path, capsys)
