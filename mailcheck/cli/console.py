"""The console script: `mailcheck` in a process of its own."""

from __future__ import annotations

import gc
import os
import sys


def run() -> None:
    """Run the command line of this process, and end it."""
    # A run makes very many small values and hardly a cycle: looking for cycles at Python's usual rate
    # takes a third of its time and finds nothing. Even the imports are faster without.
    gc.set_threshold(1_000_000, 50, 100)
    from mailcheck.cli.main import main

    code = main(sys.argv[1:])
    # All is written by now; to free the values of a large run one by one would take a fifth of its time.
    os._exit(code)
