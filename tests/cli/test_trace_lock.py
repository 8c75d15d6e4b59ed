"""`mailcheck trace` over a lock: what neither the zones nor the lock hold stays open, and no packet is sent."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mailcheck.cli.main import main

ROOT = Path(__file__).parents[2]
VENDOR = ["--ip", "203.0.113.9", "--from", "news@example.com"]
LOCK = (
    "# mailcheck.lock 1: what the zones depend on in the DNS of others, written by `mailcheck lock`\n"
    "# verified 2026-11-01 from 192.0.2.53\n"
    "\n"
    '_spf.vendor.net. TXT "v=spf1 ip4:203.0.113.0/24 -all"\n'
)


@pytest.fixture(autouse=True)
def zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example zones, in which a vendor outside them may send for example.com."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "zones", "zones")
    path = Path("zones/example.com.yaml")
    text = path.read_text(encoding="utf-8")
    assert "include:_spf.example.com ~all" in text
    path.write_text(
        text.replace("include:_spf.example.com ~all", "include:_spf.vendor.net -all"), encoding="utf-8"
    )
    return tmp_path


def test_without_a_lock_the_verdict_stays_open(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", *VENDOR]) == 4
    assert capsys.readouterr().out.startswith("undetermined: ")


def test_the_lock_answers_and_its_line_is_named(zone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (zone / "mailcheck.lock").write_text(LOCK)
    assert main(["trace", *VENDOR]) == 0
    out = capsys.readouterr().out
    assert out.startswith("pass: ")
    assert "`ip4:203.0.113.0/24`: match  mailcheck.lock:4:" in out


def test_a_lock_with_an_entry_for_a_declared_name_changes_nothing(
    zone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (zone / "mailcheck.lock").write_text(LOCK + 'example.com. TXT "v=spf1 +all"\n')
    assert main(["trace", "--ip", "198.51.100.200", "--from", "a@example.com"]) == 1
    assert "mailcheck.lock:5" not in capsys.readouterr().out


def test_a_line_of_the_lock_that_cannot_be_read_is_refused(zone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (zone / "mailcheck.lock").write_text(LOCK + "nonsense\n")
    assert main(["trace", *VENDOR]) == 3
    told = capsys.readouterr()
    assert "mailcheck.lock:5:" in told.out + told.err
