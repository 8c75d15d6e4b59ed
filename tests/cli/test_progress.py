"""The bar: on a terminal, after a second, and gone in the end."""

from __future__ import annotations

import io
import sys

import pytest

from mailcheck.cli import progress
from mailcheck.cli.progress import Bar, watched
from mailcheck.model.progress import Silent


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def attached(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal as standard error; pytest puts its own there before each test."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    return stream


def test_silent_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with watched(quiet=False) as watcher:
        assert isinstance(watcher, Silent)


def test_silent_when_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    attached(monkeypatch)
    with watched(quiet=True) as watcher:
        assert isinstance(watcher, Silent)


def test_a_short_run_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = attached(monkeypatch)
    with watched(quiet=False) as watcher:
        watcher.total(10, "reading zones")
        watcher.advance(10)
    assert isinstance(watcher, Bar)
    assert terminal.getvalue() == ""


def test_a_long_run_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = attached(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress, "REDRAW", 0.0)
    with watched(quiet=False) as watcher:
        watcher.total(400, "reading [bold]zones")
        watcher.advance()
        watcher.advance(99)
        assert "reading [bold]zones" in terminal.getvalue()
        assert "100/400" in terminal.getvalue()
        watcher.total(20, "checking")
        assert "0/20" in terminal.getvalue()
    assert terminal.getvalue().endswith("\x1b[2K")


def test_drawing_is_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = attached(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress, "REDRAW", 3_600.0)
    with watched(quiet=False) as watcher:
        watcher.total(400, "reading zones")
        watcher.advance()
        drawn = terminal.getvalue()
        for _ in range(300):
            watcher.advance()
        assert terminal.getvalue() == drawn


def test_the_bar_goes_away_when_the_run_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = attached(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)

    def run() -> None:
        with watched(quiet=False) as watcher:
            watcher.total(4, "reading zones")
            watcher.advance()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert terminal.getvalue().endswith("\x1b[2K")
