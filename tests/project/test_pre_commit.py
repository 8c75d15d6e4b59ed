"""The hook of pre-commit: valid as pre-commit sees it, and run by pre-commit on a commit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
HOOKS = ROOT / ".pre-commit-hooks.yaml"
PROGRAMS = Path(sys.executable).parent
pytestmark = pytest.mark.slow
SPF = "  type: TXT\n  value: v=spf1 ip4:192.0.2.1 -all\n"
ZONE = f"'':\n{SPF}_dmarc:\n  type: TXT\n  value: v=DMARC1\\; p=reject\\; rua=mailto:d@example.com\n"


def run(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{PROGRAMS}:/usr/bin:/bin",
        "HOME": str(folder),
        "PRE_COMMIT_HOME": str(folder / ".cache"),
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_hooks_are_valid() -> None:
    done = run(ROOT, PROGRAMS / "pre-commit", "validate-manifest", HOOKS)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository that has the hook, with the mailcheck of the tests instead of one that is downloaded."""
    (hook,) = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    config = {"repos": [{"repo": "local", "hooks": [{**hook, "language": "system"}]}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (tmp_path / "zones").mkdir()
    (tmp_path / "zones/example.com.yaml").write_text(ZONE, encoding="utf-8")
    for command in (["git", "init", "-q"], [PROGRAMS / "pre-commit", "install"]):
        assert run(tmp_path, *command).returncode == 0
    (tmp_path / ".git/info/exclude").write_text(".cache\n")
    return tmp_path


def commit(repository: Path) -> subprocess.CompletedProcess[str]:
    run(repository, "git", "add", "-A")
    return run(repository, "git", "commit", "-m", "state")


def test_what_breaks_mail_is_not_committed(repository: Path) -> None:
    assert commit(repository).returncode == 0
    zone = repository / "zones/example.com.yaml"
    zone.write_text(ZONE.replace("192.0.2.1", "192.0.2.300"), encoding="utf-8")
    refused = commit(repository)
    assert refused.returncode == 1
    assert "--> zones/example.com.yaml:3:21" in refused.stderr
    assert refused.stderr.startswith("mailcheck lint....")


def test_all_zones_are_judged_whatever_is_committed(repository: Path) -> None:
    (repository / "zones/example.com.yaml").write_text(ZONE.replace("-all", "include:_spf.example.net -all"))
    other = repository / "zones/example.net.yaml"
    other.write_text(f"_spf:\n{SPF}", encoding="utf-8")
    assert commit(repository).returncode == 0
    other.write_text("www:\n  type: A\n  value: 192.0.2.1\n", encoding="utf-8")
    refused = commit(repository)
    assert refused.returncode == 1
    assert "spf-include-no-record" in refused.stderr


def test_in_a_hook_what_changed_is_known(repository: Path) -> None:
    """git's variables for hooks are set, and the zones are those of the commit to be."""
    config = repository / ".pre-commit-config.yaml"
    config.write_text(config.read_text().replace("mailcheck lint\n", "mailcheck lint --diff-base HEAD\n", 1))
    zone = repository / "zones/example.com.yaml"
    zone.write_text(ZONE.replace("192.0.2.1", "192.0.2.300"), encoding="utf-8")
    run(repository, "git", "add", "-A")
    assert run(repository, "git", "commit", "--no-verify", "-m", "faulty").returncode == 0
    zone.write_text(zone.read_text() + "www:\n  type: A\n  value: 192.0.2.1\n", encoding="utf-8")
    assert commit(repository).returncode == 0
    zone.write_text(zone.read_text() + f"sub:\n{SPF}".replace("192.0.2.1", "nonsense"))
    assert "nonsense" in commit(repository).stderr
