"""The trees of the lab are what they say: consistent with their zones, as a host has them, and free of findings."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab import program
from tests.lab.mail_host.tree import Change, Tree, healthy_tree, seed_tree


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return healthy_tree(tmp_path_factory.mktemp("healthy") / "host")


def test_its_zones_hold_what_its_spec_promises(tree: Tree) -> None:
    command = [str(Path(sys.executable).with_name("mailcheck")), "lint"]
    done = subprocess.run(command, cwd=tree.base, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout
    assert "0 errors, 0 warnings, 0 infos" in done.stdout


def test_a_change_stands_in_the_tree(tmp_path: Path) -> None:
    changes = [
        Change("/etc/postfix/main.cf", "disable_vrfy_command = yes\n", ""),
        Change("/etc/postfix/extra", "", "new\n"),
        Change("mailcheck.yaml", "helo: mail.example.com", "helo: mx.example.com"),
    ]
    tree = healthy_tree(tmp_path / "host", changes)
    assert "disable_vrfy" not in tree.host_path("/etc/postfix/main.cf").read_text(encoding="utf-8")
    assert tree.host_path("/etc/postfix/extra").read_text(encoding="utf-8") == "new\n"
    assert "helo: mx.example.com" in tree.spec.read_text(encoding="utf-8")


def test_a_change_of_nothing_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="has no 'never there'"):
        healthy_tree(tmp_path / "host", [Change("/etc/postfix/main.cf", "never there", "x")])


@pytest.mark.parametrize("make", [healthy_tree, seed_tree])
def test_copies_for_the_chroot_are_equal(tmp_path: Path, make: type) -> None:
    tree = make(tmp_path / "host")
    for name in ("hosts", "localtime", "nsswitch.conf", "resolv.conf", "services"):
        copied = tree.host_path(f"/var/spool/postfix/etc/{name}")
        assert copied.read_bytes() == tree.host_path(f"/etc/{name}").read_bytes()


def test_private_keys_are_nobody_elses(tree: Tree) -> None:
    keys = [path for path in tree.root.rglob("*") if path.is_file() and b"PRIVATE KEY" in path.read_bytes()]
    assert len(keys) == 4
    assert {path.stat().st_mode & 0o777 for path in keys} == {0o600}


@pytest.mark.slow
@pytest.mark.parametrize("make", [healthy_tree, seed_tree])
def test_postconf_knows_every_setting(tmp_path: Path, make: type) -> None:
    tree = make(tmp_path / "host")
    for option in ("-n", "-M", "-P"):
        command = [str(program("postconf")), "-c", str(tree.host_path("/etc/postfix")), option]
        assert not subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stderr
