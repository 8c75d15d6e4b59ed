"""Run commands in turn and compare their medians."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Command = Sequence[str] | Callable[[], object]


@dataclass(frozen=True, slots=True)
class Measured:
    """Median seconds of wall time, and the largest resident size in MB (0 for a function)."""

    seconds: float
    megabytes: float


def in_turn(commands: Mapping[str, Command], rounds: int, folder: Path) -> dict[str, Measured]:
    """Run every command once per round, one after the other, and answer their medians."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    megabytes = dict.fromkeys(commands, 0.0)
    for _ in range(rounds):
        for name, command in commands.items():
            start = time.perf_counter()
            if callable(command):
                command()
            else:
                megabytes[name] = max(megabytes[name], _run(command, folder))
            seconds[name].append(time.perf_counter() - start)
    return {name: Measured(statistics.median(values), megabytes[name]) for name, values in seconds.items()}


def _run(command: Sequence[str], folder: Path) -> float:
    # Installed programs come with compiled modules; so must the editable install that is measured.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return _megabytes(usage)


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / 1000
