"""A folder with zone files, a provider in memory, and the command line over both."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailcheck.cli.main import main
from tests.sync.memory import Memory

GOOD = """\
'':
  - type: MX
    value: {preference: 10, exchange: mail.example.com.}
  - type: NS
    values: [ns1.example.net., ns2.example.net.]
  - type: TXT
    value: v=spf1 mx -all
_dmarc:
  type: TXT
  value: v=DMARC1\\; p=reject\\; rua=mailto:d@example.com
mail:
  type: A
  value: 192.0.2.25
www:
  type: A
  value: 192.0.2.80
"""
NAME = "example.com."


class World:
    """`run` is one command line of `mailcheck sync`, with the provider in memory."""

    def __init__(self, folder: Path, provider: Memory, captured: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.provider = provider
        self._captured = captured
        self.out = self.err = ""

    def declare(self, text: str, name: str = "example.com.yaml") -> None:
        (self.folder / "zones" / name).write_text(text)

    def run(self, *arguments: str) -> int:
        code = main(["sync", *arguments])
        self.out, self.err = self._captured.readouterr()
        return code

    def synced(self) -> None:
        """Bring the provider to what the files say."""
        assert self.run("--create-zone", "--apply", "--yes") == 0

    @property
    def journals(self) -> list[Path]:
        return sorted((self.folder / ".mailcheck" / "journal").glob("*.jsonl"))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> World:
    for variable in ("GITHUB_EVENT_NAME", "GITHUB_ACTIONS", "GITHUB_EVENT_PATH"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.fsync", lambda descriptor: None)
    (tmp_path / "zones").mkdir()
    provider = Memory()
    monkeypatch.setattr("mailcheck.commands.sync.open_provider", lambda *_, **__: provider)
    made = World(tmp_path, provider, capsys)
    made.declare(GOOD)
    return made
