"""What the README shows is what the program does."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mailcheck.config.document import read_document
from mailcheck.config.settings import configuration
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.run import Plans, RunSettings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAILCHECK = str(Path(sys.executable).with_name("mailcheck"))


def test_the_fault_it_makes_is_shown_as_it_says(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "zones", tmp_path / "zones")
    shutil.copy(ROOT / "mailcheck.yaml", tmp_path)
    change = re.search(r"sed -i 's/([^/]+)/([^/]+)/' (\S+)", README)
    assert change
    path = tmp_path / change[3]
    path.write_text(path.read_text(encoding="utf-8").replace(change[1], change[2]), encoding="utf-8")
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    done = subprocess.run(
        [MAILCHECK, "lint"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    shown = re.search(r"```\n(error: .*?)\n```", README, re.DOTALL)
    assert shown
    assert done.stdout.strip() == shown[1]


def trace(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    shutil.copytree(ROOT / "zones", folder / "zones")
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    command = [MAILCHECK, "trace", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_trace_is_shown_as_it_is(tmp_path: Path) -> None:
    example = re.search(r"    mailcheck trace (--ip [^\n]*)\n\n```\n(.*?)```", README, re.DOTALL)
    assert example
    done = trace(tmp_path, *example[1].split())
    assert (done.returncode, done.stdout) == (1, example[2])


def test_its_cases_are_met(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(cases:.*?)```", README, re.DOTALL)
    assert example
    assert (ROOT / "cases.yaml").read_text(encoding="utf-8").endswith(example[1])
    done = trace(tmp_path, "--cases", str(ROOT / "cases.yaml"))
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "2 cases: 2 met, 0 not met")


def test_its_options_of_trace_exist(tmp_path: Path) -> None:
    section = README[README.index("## Trace one message") :]
    help_text = trace(tmp_path, "--help").stdout
    for option in re.findall(r"^    (--[a-z-]+)", section, re.MULTILINE):
        assert f"{option} " in help_text


def test_its_configuration_can_be_followed() -> None:
    examples = re.findall(r"```yaml\n((?:# yaml[^\n]*\n)?zones: .*?)```", README, re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        settings = configuration(read_document(example, "mailcheck.yaml"))
        Plans(RunSettings(settings), installed_rules())


def test_the_finding_of_the_spec_is_told_as_shown(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "zones", tmp_path / "zones")
    shutil.copy(ROOT / "mailcheck.yaml", tmp_path)
    path = tmp_path / "zones" / "example.com.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("a:app.example.com", "ip4:192.0.2.40"), encoding="utf-8")
    done = subprocess.run([MAILCHECK, "lint"], cwd=tmp_path, capture_output=True, text=True, check=False)
    shown = re.search(r"```\n(error: `app[^\n]*)\n```", README)
    assert shown
    assert shown[1] in done.stdout.splitlines()


def test_the_exit_codes_are_those_of_the_program() -> None:
    from mailcheck.errors import ExitCode

    told = {int(code) for code in re.findall(r"^\| (\d) \|", README, re.MULTILINE)}
    assert told == set(ExitCode)


@pytest.mark.parametrize(
    "rule", sorted(set(re.findall(r"\b(?:spf|dkim|dmarc|mx|spec)-[a-z]+(?:-[a-z]+)*\b", README)))
)
def test_the_rules_it_names_exist(rule: str) -> None:
    assert rule in installed_rules()


def test_the_schemas_it_points_at_are_there() -> None:
    paths = re.findall(r"\((\S+\.schema\.json)\)", README)
    assert len(paths) == 4
    for path in paths:
        assert json.loads((ROOT / path).read_text(encoding="utf-8"))["$schema"]
