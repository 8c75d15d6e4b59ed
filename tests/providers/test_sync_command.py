"""`mailcheck sync` from the command line to servers as they are: exit codes, one line for each fault, no secret."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from mailcheck.cli.main import main
from tests.lab.powerdns import powerdns
from tests.lab.signed import Signed, bind

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

Captured = pytest.CaptureFixture[str]

ZONE = """\
$ORIGIN example.com.
$TTL 3600
@ IN SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ IN NS ns1
@ IN MX 10 mail
@ IN TXT "v=spf1 mx -all"
_dmarc IN TXT "v=DMARC1; p=reject"
ns1 IN A 192.0.2.53
mail IN A 192.0.2.25
"""
DECLARED = """\
provider:
  class: octodns_bind.Rfc2136Provider
  environment: {host: BIND_HOST, port: BIND_PORT, key_name: BIND_KEY_NAME, key_secret: BIND_KEY_SECRET}
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working tree with one zone, in which the command runs."""
    (folder := tmp_path / "tree").mkdir()
    (folder / "zones").mkdir()
    (folder / "zones" / "example.com.zone").write_text(ZONE, encoding="ascii")
    for name in ("GITHUB_ACTIONS", "GITHUB_EVENT_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Signed]:
    (folder := tmp_path / "server").mkdir()
    with bind(folder) as found:
        yield found


def _run(monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str], *options: str) -> int:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return main(["sync", "--no-lint", *options])


def _no_secret(tree: Path, captured: Captured, secret: str) -> str:
    """Standard error; no output and no file has the secret."""
    out, err = captured.readouterr()
    assert secret not in out + err
    assert all(secret not in file.read_text("latin-1") for file in tree.rglob("*") if file.is_file())
    return err


def test_plan_apply_check_and_roll_back(
    server: Signed, tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    before, environment = server.zone(), server.environment()
    assert _run(monkeypatch, environment, "--provider", "bind") == 0
    assert server.zone() == before
    assert _run(monkeypatch, environment, "--provider", "bind", "--check") == 1
    assert _run(monkeypatch, environment, "--provider", "bind", "--apply", "--yes") == 0
    assert server.zone()["example.com.", "MX"] == (3600, {"10 mail.example.com."})
    assert _run(monkeypatch, environment, "--provider", "bind", "--check") == 0
    (journal,) = (tree / ".mailcheck" / "journal").glob("*.jsonl")
    allowed = [f"--allow={rule}" for rule in ("plan-removes-mx", "plan-removes-auth", "plan-many-changes")]
    assert _run(monkeypatch, environment, "--rollback", str(journal), "--apply", "--yes", *allowed) == 0
    assert server.zone() == before
    _no_secret(tree, capsys, server.secret)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # octodns-bind uses what octoDNS calls old
def test_a_declared_class(server: Signed, tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    (tree / "mailcheck.yaml").write_text(DECLARED, encoding="ascii")
    assert _run(monkeypatch, server.environment(), "--apply", "--yes") == 0
    assert server.zone()["example.com.", "MX"] == (3600, {"10 mail.example.com."})
    _no_secret(tree, capsys, server.secret)


def test_a_wrong_key_is_one_line_and_exit_5(
    server: Signed, tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    wrong, before = base64.b64encode(secrets.token_bytes(32)).decode(), server.zone()
    changed = server.environment(BIND_KEY_SECRET=wrong)
    assert _run(monkeypatch, changed, "--provider", "bind", "--apply", "--yes") == 5
    assert "the server has another secret for the TSIG key sync" in _no_secret(tree, capsys, wrong)
    assert server.zone() == before


def test_a_server_that_is_down_is_exit_5(
    server: Signed, tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    environment = server.environment(BIND_PORT="1")
    assert _run(monkeypatch, environment, "--provider", "bind", "--apply", "--yes") == 5
    assert "nothing listens at 127.0.0.1 port 1" in _no_secret(tree, capsys, server.secret)


def test_a_key_that_may_not_write_is_exit_5_and_the_journal_says_that_nothing_is_done(
    server: Signed, tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    before = server.zone()
    environment = server.environment(BIND_KEY_NAME="reader")
    assert _run(monkeypatch, environment, "--provider", "bind", "--apply", "--yes") == 5
    _no_secret(tree, capsys, server.secret)
    (journal,) = (tree / ".mailcheck" / "journal").glob("*.jsonl")
    assert '"outcome": "failed"' in journal.read_text()
    assert server.zone() == before


def test_a_variable_that_is_missing_is_exit_2(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.delenv("BIND_HOST", raising=False)
    assert _run(monkeypatch, {}, "--provider", "bind") == 2
    assert "BIND_HOST is not set: the address of the primary server" in capsys.readouterr().err


def test_powerdns_makes_the_zone_when_asked(
    tmp_path: Path, tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    (folder := tmp_path / "powerdns").mkdir()
    with powerdns(folder, create=False) as server:
        environment = server.environment()
        assert _run(monkeypatch, environment, "--provider", "powerdns", "--apply", "--yes") == 5
        assert server.rrsets("example.com.") == {}
        assert _run(monkeypatch, environment, "--provider", "powerdns", "--create-zone", "--apply", "--yes") == 0
        assert server.zone()["_dmarc.example.com.", "TXT"] == (3600, {"v=DMARC1; p=reject"})
        assert _run(monkeypatch, environment, "--provider", "powerdns", "--check") == 0
        _no_secret(tree, capsys, server.api_key)
