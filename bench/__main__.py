"""`python -m bench`: measure and print the tables of docs/performance.md."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench import live, offline_lint, spf, start_up, sync, whole_live

if __name__ == "__main__":
    head = [
        "# Speed",
        "",
        "Written by `make bench`: medians, peer and mailcheck in turn in one run. Ratios travel, seconds do not.",
        "",
    ]
    with tempfile.TemporaryDirectory(prefix="mailcheck-bench-") as name:
        tables = [made.table(Path(name)) for made in (offline_lint, start_up, spf, live, whole_live, sync)]
        lines = [*head, *[line for made in tables for line in (*made, "")]][:-1]
    sys.stdout.write("\n".join(lines) + "\n")
