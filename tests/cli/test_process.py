"""The command as a process: what it imports, and what it does when the world around it is broken."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

RUN = "from mailcheck.cli.console import run; run()"
ZONE = """\
$ORIGIN example.com.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ NS ns1
ns1 A 192.0.2.53
@ TXT "v=spf1 ip4:192.0.2.1 ?all"
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes run where no `mailcheck.yaml` is."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def zone(tmp_path: Path) -> Path:
    path = tmp_path / "example.com.zone"
    path.write_text(ZONE)
    return path


def process(*arguments: str | Path, code: str = RUN, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        check=False,
        timeout=60,
        env={**clean_environment(), **environment},
    )


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ("GITHUB_ACTIONS", "NO_COLOR")}


def shell(line: str, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Run a shell line in which `$0 "$@"` is mailcheck."""
    script = f'run() {{ "{sys.executable}" -c "{RUN}" "$@"; }}; {line}'
    return subprocess.run(
        ["bash", "-c", script, "bash", *map(str, arguments)],
        capture_output=True,
        check=False,
        timeout=60,
        env=clean_environment(),
    )


IMPORTS = """
import sys
from mailcheck.cli.main import main
main(sys.argv[1:])
print(*sorted(sys.modules), sep="\\n", file=sys.stderr)
"""
NEVER = ("octodns", "cloudflare", "requests", "urllib3", "pydantic", "rich", "cryptography")


TRACE = ["trace", "ZONE", "--ip", "192.0.2.1", "--from", "a@example.com"]


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--version"], (*NEVER, "yaml", "dns", "mailcheck.commands.", "mailcheck.lint", "mailcheck_rules")),
        (["--help"], (*NEVER, "yaml", "dns", "mailcheck.commands.", "mailcheck.lint", "mailcheck_rules")),
        (["lint", "--help"], (*NEVER, "yaml", "dns", "mailcheck.commands.", "mailcheck_rules")),
        (["lint", "ZONE"], (*NEVER, "dns.resolver", "dns.message", "mailcheck.cli.rule", "mailcheck_providers")),
        (
            TRACE,
            (*NEVER, "dkim", "nacl", "dns", "asyncio", "mailcheck.lint", "mailcheck_rules", "mailcheck.cli.lint"),
        ),
        (["rule", "list"], (*NEVER, "dns.resolver", "dns.message", "mailcheck.cli.lint", "mailcheck_providers")),
    ],
)
def test_a_command_imports_only_what_it_needs(arguments: list[str], absent: tuple[str, ...], zone: Path) -> None:
    done = process(*(str(zone) if word == "ZONE" else word for word in arguments), code=IMPORTS)
    loaded = done.stderr.decode().split()
    assert "mailcheck.cli.main" in loaded
    for name in absent:
        prefix = name if name.endswith(".") else f"{name}."
        assert not [module for module in loaded if f"{module}." == prefix or module.startswith(prefix)]


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("rules: {ignore: [mx-single]}\nprovider: {name: cloudflare}\n", False),
        ("domains: {example.com: }\n", True),
    ],
)
def test_pydantic_is_imported_for_a_written_spec_alone(text: str, needs: bool, zone: Path) -> None:
    zone.with_name("mailcheck.yaml").write_text(text)
    done = process("lint", zone, code=IMPORTS)
    imported = done.stderr.decode().split()
    assert ("pydantic" in imported) is needs
    assert not {"octodns", "cloudflare", "requests"} & set(imported)


def test_a_finding_from_a_file_to_the_terminal(zone: Path) -> None:
    done = process("lint", "--select", "spf-all-neutral", zone)
    assert done.returncode == 0
    text = done.stdout.decode()
    assert '6 | @ TXT "v=spf1 ip4:192.0.2.1 ?all"\n  |                             ^^^^\n' in text
    assert done.stderr == b""


def test_a_reader_that_goes_away_changes_neither_code_nor_calm(zone: Path) -> None:
    done = shell('run lint --fail-on warning --format json "$1" | head -c 1 >&2; echo "${PIPESTATUS[0]}"', zone)
    assert (done.stdout, done.stderr) == (b"1\n", b"{")


@pytest.mark.parametrize("arguments", [["lint", "ZONE"], ["--help"], ["--version"], ["rule", "list"]])
def test_a_full_disk_is_one_line(arguments: list[str], zone: Path) -> None:
    words = [str(zone) if word == "ZONE" else word for word in arguments]
    done = shell('run "$@" > /dev/full', *words)
    assert done.returncode == 2
    assert re.fullmatch("error: (cannot write standard output: )?No space left on device\n", done.stderr.decode())


def test_closed_streams(zone: Path) -> None:
    for closed in (">&-", "2>&-", "<&- >&- 2>&-"):
        done = shell(f'run lint --fail-on never "$1" {closed}', zone)
        assert (done.returncode, done.stderr) == (0, b"")


def test_an_error_that_nobody_can_read(zone: Path) -> None:
    assert shell("run lint --bogus 2> /dev/full").returncode == 2


def test_an_ascii_locale(tmp_path: Path) -> None:
    path = tmp_path / "example.com.zone"
    path.write_text(ZONE + "; 日本 é\n" + "long TXT " + '"v=spf1 ' + "ip4:192.0.2.1 " * 16 + '?all"\n', "utf-8")
    for environment in (
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ):
        done = process("lint", path, **environment)
        assert b"Traceback" not in done.stdout + done.stderr
        assert done.stdout.isascii()
        assert b"not determined" in done.stdout


def test_a_home_that_is_nowhere(zone: Path) -> None:
    done = process("lint", "--fail-on", "never", zone, HOME="/nonexistent", XDG_CACHE_HOME="/nonexistent")
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_hostile_file_name(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\x1b[2J\n::error::\xff.zone"
    Path(os.fsdecode(path)).write_text(ZONE.replace("?all", "?al"))
    for name in ("text", "concise", "github", "json", "sarif"):
        done = process("lint", "--format", name, tmp_path)
        assert b"Traceback" not in done.stderr
        assert b"\x1b" not in done.stdout
        assert b"\n::error::" not in done.stdout
        if name in ("json", "sarif"):
            json.loads(done.stdout)


def test_an_interrupted_run_ends_quietly() -> None:
    # A shell that starts the tests in the background has them, and what they start, ignore interrupts.
    code = f"""
import os, signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
import mailcheck.commands.lint as command
def lint(*_):
    os.write(1, b"started\\n")
    time.sleep(60)
command.lint = lint
{RUN}
"""
    arguments = [sys.executable, "-c", code, "lint"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"started\n"
        running.send_signal(signal.SIGINT)
        assert running.communicate(timeout=30) == (b"", b"")
        assert running.returncode == 130


def test_a_terminal_gets_colours(zone: Path) -> None:
    ours, theirs = pty.openpty()
    arguments = [sys.executable, "-c", RUN, "lint", "--select", "spf-all-neutral", str(zone)]
    environment = {**clean_environment(), "TERM": "xterm"}
    with subprocess.Popen(arguments, stdout=theirs, stderr=theirs, env=environment) as running:
        os.close(theirs)
        seen = b""
        while chunk := read(ours):
            seen += chunk
        assert running.wait(30) == 0
    os.close(ours)
    assert b"\x1b[1;33mwarning\x1b[0m" in seen


def read(file: int) -> bytes:
    try:
        return os.read(file, 4_096)
    except OSError:
        return b""


def test_python_runs_it_as_a_module(zone: Path) -> None:
    commands = ([sys.executable, "-m", "mailcheck"], [sys.executable, "-c", RUN])
    asked, known = (
        subprocess.run([*command, "lint", str(zone)], capture_output=True, check=False) for command in commands
    )
    assert asked.returncode == known.returncode == 1
    assert asked.stdout == known.stdout != b""
