"""What /etc/hosts makes of the name of a host, in a namespace of its own, and that the audit names the fault."""

import shlex
import subprocess
from pathlib import Path

import pytest

from tests.host_lab.audited import audited
from tests.lab import program
from tests.lab.mail_host.tree import Change, Tree, healthy_tree

pytestmark = pytest.mark.slow
HOSTS = "/etc/hosts"
LINES = (
    "127.0.1.1       mail.example.com mail\n",
    "192.0.2.25      mail.example.com mail\n",
    "2001:db8::25    mail.example.com mail\n",
)


def named(folder: Path, line: str) -> Tree:
    """A host whose /etc/hosts has this line in place of those that name it."""
    first, *others = LINES
    removed = [Change(HOSTS, other, "\n") for other in others]
    return healthy_tree(folder / "host", [Change(HOSTS, first, line), *removed])


def told(tree: Tree, command: str) -> str:
    """What a command answers on a machine called `mail` with the /etc/hosts of the tree."""
    unshare = [str(program("unshare")), "--uts", "--mount"]
    if subprocess.run([*unshare, "true"], capture_output=True, timeout=30, check=False).returncode:
        pytest.skip("no namespaces can be made here")
    hosts = shlex.quote(str(tree.root / "etc/hosts"))
    script = f"hostname mail && mount --bind {hosts} /etc/hosts && {command}"
    return subprocess.run(
        [*unshare, "sh", "-c", script], capture_output=True, text=True, timeout=30, check=False
    ).stdout.strip()


def test_a_host_called_like_its_domain_has_the_domain_of_a_registry(tmp_path: Path) -> None:
    tree = named(tmp_path, "127.0.1.1 example.com mail\n")
    assert told(tree, "hostname -d") == "com"
    assert audited(tree, "hostname") == {"host-hostname-fqdn-is-apex"}


def test_a_host_without_a_full_name_has_no_domain(tmp_path: Path) -> None:
    tree = named(tmp_path, "127.0.1.1 mail\n")
    assert told(tree, "hostname -f") == "mail"
    assert told(tree, "hostname -d") == ""
    assert audited(tree, "hostname") == {"host-hostname-no-fqdn"}


def test_postfix_then_adds_a_domain_that_nobody_knows(tmp_path: Path) -> None:
    tree = named(tmp_path, "127.0.1.1 mail\n")
    settings = tree.base / "none"
    settings.mkdir()
    (settings / "main.cf").write_text("compatibility_level = 3.6\n", encoding="ascii")
    assert told(tree, f"{program('postconf')} -c {shlex.quote(str(settings))} -h myhostname mydomain").split() == [
        "mail.localdomain",
        "localdomain",
    ]


def test_a_healthy_host_knows_its_name(tmp_path: Path) -> None:
    tree = healthy_tree(tmp_path / "host")
    assert (told(tree, "hostname -f"), told(tree, "hostname -d")) == ("mail.example.com", "example.com")
    assert audited(tree, "hostname") == set()
