"""The broken twins of the example zones, in every format, as a user sees them."""

from datetime import date
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from mailcheck import __version__
from mailcheck.commands.lint import LintSettings, lint
from mailcheck.model.finding import Report
from mailcheck.model.progress import Silent
from mailcheck.render.formats import render
from mailcheck.render.style import Style

ROOT = Path(__file__).parents[2]


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.chdir(ROOT / "tests")
    return lint(LintSettings((Path("broken"),), today=date(2026, 11, 1)), Silent())


@pytest.mark.parametrize("name", ["text", "concise", "json", "jsonl", "github", "sarif"])
def test_format(name: str, report: Report, snapshot: SnapshotAssertion) -> None:
    assert render(name, report, Style()).replace(f'"{__version__}"', '"VERSION"') == snapshot
