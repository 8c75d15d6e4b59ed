"""What the README and the pages of the guide that are not run show is what the program does."""

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
GUIDE = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs" / "guide").glob("*.md")))
TRACE = (ROOT / "docs" / "guide" / "trace.md").read_text(encoding="utf-8")
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
    example = re.search(r"    mailcheck trace (--ip [^\n]*)\n\n```\n(.*?)```", TRACE, re.DOTALL)
    assert example
    done = trace(tmp_path, *example[1].split())
    assert (done.returncode, done.stdout) == (1, example[2])


def test_its_cases_are_met(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(cases:.*?)```", TRACE, re.DOTALL)
    assert example
    assert (ROOT / "cases.yaml").read_text(encoding="utf-8").endswith(example[1])
    done = trace(tmp_path, "--cases", str(ROOT / "cases.yaml"))
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "2 cases: 2 met, 0 not met")


def test_its_options_of_trace_exist(tmp_path: Path) -> None:
    help_text = trace(tmp_path, "--help").stdout
    for option in re.findall(r"^    (--[a-z-]+)", TRACE, re.MULTILINE):
        assert f"{option} " in help_text


def test_its_configuration_can_be_followed() -> None:
    examples = re.findall(r"```yaml\n((?:# yaml[^\n]*\n)?zones: .*?)```", GUIDE, re.DOTALL)
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
    shown = re.search(r"```\n(error: `app[^\n]*)\n```", GUIDE)
    assert shown
    assert shown[1] in done.stdout.splitlines()


def test_the_exit_codes_are_those_of_the_program() -> None:
    from mailcheck.errors import ExitCode

    for text in (README, (ROOT / "docs" / "guide" / "exit-codes.md").read_text(encoding="utf-8")):
        assert {int(code) for code in re.findall(r"^\| (\d) \|", text, re.MULTILINE)} == set(ExitCode)


@pytest.mark.parametrize(
    "rule", sorted(set(re.findall(r"`((?:spf|dkim|dmarc|mx|spec|host|plan)-[a-z-]+)`", README + GUIDE)))
)
def test_the_rules_it_names_exist(rule: str) -> None:
    assert rule in installed_rules()


def test_the_schemas_it_points_at_are_there() -> None:
    paths = re.findall(r"`(mailcheck/\S+\.schema\.json)`", GUIDE)
    assert len(paths) == 4
    for path in paths:
        assert json.loads((ROOT / path).read_text(encoding="utf-8"))["$schema"]


def test_the_finding_on_a_host_is_one_that_the_guide_shows() -> None:
    shown = re.search(r"```\n(error: Postfix asks .*?)```", README, re.DOTALL)
    assert shown
    assert shown[1] in (ROOT / "docs" / "guide" / "mail-host.md").read_text(encoding="utf-8")
