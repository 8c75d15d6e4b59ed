"""What users install works outside the checkout: the wheel, and the editable install."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ZONE = '$ORIGIN example.com.\n$TTL 3600\n@ SOA ns1 hm 1 2 3 4 5\n@ NS ns1\nns1 A 192.0.2.53\n@ TXT "v=spf1 ?all"\n'

pytestmark = pytest.mark.slow


def run(command: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "GITHUB_ACTIONS")}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def lint_neutral(mailcheck: Path, folder: Path) -> None:
    (folder / "example.com.zone").write_text(ZONE, encoding="utf-8")
    done = run([str(mailcheck), "lint", "example.com.zone", "--select", "spf-all-*", "--format", "json"], folder)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert [finding["rule"] for finding in report["findings"]] == ["spf-all-neutral"]


def test_the_editable_install(tmp_path: Path) -> None:
    lint_neutral(Path(sys.executable).with_name("mailcheck"), tmp_path)


def test_the_wheel_in_an_environment_of_its_own(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    built = run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(wheels), str(ROOT)], tmp_path
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = wheels.iterdir()
    assert wheel.name.startswith("mailcheck_dns-")
    venv.create(tmp_path / "venv", with_pip=True)
    bin_folder = tmp_path / "venv" / "bin"
    installed = run([str(bin_folder / "pip"), "install", "--quiet", str(wheel)], tmp_path)
    assert installed.returncode == 0, installed.stderr
    listed = run([str(bin_folder / "pip"), "list", "--format", "json"], tmp_path)
    packages = {entry["name"] for entry in json.loads(listed.stdout)}
    assert not packages & {"octodns", "cloudflare"}
    work = tmp_path / "work"
    work.mkdir()
    lint_neutral(bin_folder / "mailcheck", work)
    rules = run([str(bin_folder / "mailcheck"), "rule", "list"], work)
    assert "spf-all-neutral" in rules.stdout
