"""Real servers from Debian, started on loopback for a test and stopped by their process id."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_FOLDERS = ("/usr/sbin", "/sbin", "/usr/bin")


def program(name: str) -> Path:
    """Where a program of the lab is installed; without it the test is skipped, and fails in CI."""
    found = shutil.which(name, path=os.pathsep.join((*_FOLDERS, os.environ.get("PATH", ""))))
    if found is not None:
        return Path(found)
    # Here, so that the fake of Cloudflare runs by itself where nobody tests.
    import pytest

    message = f"{name} is not installed: see tests/lab/packages.txt"
    if os.environ.get("CI"):
        pytest.fail(message)
    return pytest.skip(message)
