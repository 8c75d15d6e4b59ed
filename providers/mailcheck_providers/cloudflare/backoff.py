"""How long Cloudflare asks to be left alone, and how long a run is willing to wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from mailcheck.errors import ProviderError
from mailcheck.model.progress import Progress

RATE_WINDOW = 300.0
"""Seconds that Cloudflare blocks for once 1,200 requests were made within them; its answer need not say so."""

RETRIES = 3


class Backoff:
    """The patience of one run: `max_wait` seconds in all, told to `progress` second by second."""

    def __init__(self, max_wait: float, progress: Progress, sleep: Callable[[float], None] = time.sleep) -> None:
        self._progress = progress
        self._max_wait = max_wait
        self._left = max_wait
        self._sleep = sleep

    def wait(self, seconds: float, why: str) -> None:
        """Wait that long and no less. Raises ProviderError, without a wait, where patience would not last."""
        if seconds > self._left:
            raise ProviderError(
                f"{why}: it takes {seconds:.0f} s, and {self._left:.0f} s of {self._max_wait:.0f} s are left",
                hint="try again later, or allow a longer wait with --max-wait SECONDS",
            )
        self._left -= seconds
        while seconds > 0:
            self._progress.waiting(seconds, why)
            slept = min(1.0, seconds)
            self._sleep(slept)
            seconds -= slept


def retry_after(header: str | None) -> float:
    """Seconds of a Retry-After header (RFC 9110 section 10.2.3), the whole window where there is none."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return RATE_WINDOW
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
