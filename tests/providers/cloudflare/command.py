"""`mailcheck sync --provider cloudflare` as it is typed, in a folder with zone files, against the fake."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from mailcheck_providers.cloudflare.backoff import Backoff

from mailcheck.cli.main import main
from tests.lab.cloudflare import Fake
from tests.providers.cloudflare.lab import TOKEN

MAIL = """\
'':
  - type: MX
    value: {preference: 10, exchange: mail.example.com.}
  - type: TXT
    value: v=spf1 mx -all
_dmarc:
  type: TXT
  value: v=DMARC1\\; p=reject\\; rua=mailto:d@example.com
mail:
  type: A
  value: 192.0.2.25
"""


class Command:
    """`run` is one command line; nothing that it writes anywhere may ever hold the token."""

    def __init__(self, folder: Path, captured: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.slept: list[float] = []
        self._captured = captured
        self.out = self.err = ""

    def declare(self, text: str, zone: str = "example.com") -> Path:
        path = self.folder / "zones" / f"{zone}.yaml"
        path.write_text(text)
        return path

    def run(self, *arguments: str) -> int:
        code = main(["sync", "--provider", "cloudflare", *arguments])
        self.out, self.err = self._captured.readouterr()
        assert TOKEN not in self.out + self.err
        for file in self.folder.rglob("*"):
            assert file.is_dir() or TOKEN.encode() not in file.read_bytes()
        return code

    @property
    def journals(self) -> list[Path]:
        return sorted((self.folder / ".mailcheck" / "journal").glob("*.jsonl"))

    def noted(self, number: int = -1) -> Sequence[dict[str, Any]]:
        """The lines of a journal."""
        return [json.loads(line) for line in self.journals[number].read_text().splitlines()]


def environment_of(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("GITHUB_EVENT_NAME", "GITHUB_ACTIONS", "GITHUB_EVENT_PATH"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", TOKEN)
    monkeypatch.setenv("CLOUDFLARE_BASE_URL", fake.url)


@pytest.fixture
def command(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """A folder that declares example.com; the provider's waits take no time."""
    environment_of(fake, monkeypatch)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zones").mkdir()
    made = Command(tmp_path, capsys)
    made.declare(MAIL)
    monkeypatch.setattr(
        "mailcheck_providers.cloudflare.Backoff",
        lambda max_wait, progress: Backoff(max_wait, progress, made.slept.append),
    )
    return made
