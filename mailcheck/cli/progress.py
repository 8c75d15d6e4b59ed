"""A progress bar on standard error, for runs that take long and that somebody watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mailcheck.cli.output import is_terminal
from mailcheck.model.progress import Progress, Silent
from mailcheck.render import escape

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

PATIENCE = 1.0
"""Seconds that a run may take before a bar appears."""
REDRAW = 0.1
"""Seconds between two drawings."""


@contextmanager
def watched(*, quiet: bool) -> Iterator[Progress]:
    """A Progress for one run: drawn on a terminal, silent elsewhere. The bar is gone afterwards."""
    if quiet or not is_terminal(sys.stderr):
        yield Silent()
        return
    bar = Bar()
    try:
        yield bar
    finally:
        bar.stop()


class Bar:
    """Draws with rich, which is imported when the first bar is due."""

    def __init__(self) -> None:
        self._due = time.monotonic() + PATIENCE
        self._steps = 0
        self._done = 0
        self._what = ""
        self._drawn: RichProgress | None = None

    def total(self, steps: int, what: str) -> None:
        self._steps, self._done, self._what = steps, 0, what
        if self._drawn is not None:
            self._draw()

    def advance(self, steps: int = 1) -> None:
        self._done += steps
        if time.monotonic() >= self._due:
            self._draw()

    def waiting(self, seconds: float, why: str) -> None:
        self._draw(f"waiting {seconds:.0f} s: {escape.text(why, escape.WORD)}")

    def stop(self) -> None:
        """Take the bar off the screen."""
        if self._drawn is not None:
            self._drawn.stop()

    def _draw(self, what: str = "") -> None:
        if self._drawn is None:
            self._drawn = _start()
        task = self._drawn.task_ids[0]
        shown = what or self._what
        self._drawn.update(task, total=self._steps, completed=self._done, description=shown, refresh=True)
        self._due = time.monotonic() + REDRAW


def _start() -> RichProgress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    drawn = Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
    drawn.add_task("")
    drawn.start()
    return drawn
