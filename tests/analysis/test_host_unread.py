"""Files that an audit stands on and that could not be read are told, one line each."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mailcheck.analysis.host_facts import host_facts, wanted_files
from mailcheck.analysis.host_unread import unread_configuration
from mailcheck.host.read import read_machine
from mailcheck.host.tree import Tree

MAIN, MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "etc/postfix").mkdir(parents=True)
    (tmp_path / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\n")
    (tmp_path / MAIN[1:]).write_text("myhostname = mail.example.com\n")
    (tmp_path / MASTER[1:]).write_text("smtp inet n - y - - smtpd\n")
    return tmp_path


def told(root: Path) -> list[str]:
    facts = host_facts(read_machine(Tree(root, live=False), wanted_files))
    return [entry.at.path for entry in unread_configuration(facts)]


def test_nothing_of_a_host_that_was_read(root: Path) -> None:
    assert not told(root)


@pytest.mark.parametrize("path", [MAIN, MASTER])
@pytest.mark.parametrize(
    "write",
    [
        os.mkfifo,
        os.mkdir,
        lambda path: path.symlink_to("../../../../../../etc/passwd"),
        lambda path: path.write_text("#" * 1_000_001),
        lambda path: path.write_text("a = b\n" + " b\n" * 300_000),
        lambda path: path.write_text("myhostname = a.example\n", "utf-16"),
        lambda path: path.write_text("myhostname = a.example\n", "utf-16-be"),
        lambda path: path.write_text("myhostname = a.example\n", "utf-32"),
        lambda path: None,
    ],
)
def test_a_file_of_postfix(root: Path, path: str, write: Callable[[Path], object]) -> None:
    (root / path[1:]).unlink()
    write(root / path[1:])
    assert told(root) == [path]


def test_opendkim_conf(root: Path) -> None:
    os.mkfifo(root / "etc/opendkim.conf")
    assert told(root) == ["/etc/opendkim.conf"]


def test_what_opendkim_conf_includes(root: Path) -> None:
    (root / "etc/opendkim.conf").write_text("Include /etc/more.conf\n")
    os.mkfifo(root / "etc/more.conf")
    assert told(root) == ["/etc/more.conf"]


def test_postfix_where_freebsd_has_it(root: Path) -> None:
    (root / "usr/local/etc").mkdir(parents=True)
    (root / "etc/postfix").rename(root / "usr/local/etc/postfix")
    assert told(root) == ["/usr/local/etc/postfix/main.cf"]
