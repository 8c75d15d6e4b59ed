"""The systemd units: they are valid, hardened, and call the command as it is."""

from __future__ import annotations

import shlex
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest
from typer.main import get_command

from mailcheck.cli import audit
from tests.lab import program

UNITS = Path(__file__).parents[2] / "packaging/systemd"
SERVICE = UNITS / "mailcheck-audit.service"


def command_line() -> list[str]:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(SERVICE)
    return shlex.split(unit["Service"]["ExecStart"])


def test_the_service_calls_options_that_there_are() -> None:
    path, group, command, *options = command_line()
    assert (Path(path).name, group, command) == ("mailcheck", "audit", "host")
    known = get_command(audit.app).commands["host"]  # type: ignore[attr-defined]
    assert {option for option in options if option.startswith("--")} <= {
        name for parameter in known.params for name in parameter.opts
    }
    assert "--live" not in options
    assert "--probe" not in options


@pytest.mark.slow
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    verify = program("systemd-analyze")
    for unit in UNITS.iterdir():
        text = unit.read_text(encoding="utf-8").replace("/usr/bin/mailcheck", "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    command = [str(verify), "verify", "--man=no", *[str(tmp_path / unit.name) for unit in UNITS.iterdir()]]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert [line for line in done.stderr.splitlines() if "mailcheck-audit" in line] == []


@pytest.mark.slow
def test_the_service_is_hardened() -> None:
    command = [str(program("systemd-analyze")), "security", "--offline=true", "--threshold=20", str(SERVICE)]
    assert subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).returncode == 0
