"""A resolver that is not there, or says nothing: one line that names it, and never a pass."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mailcheck.cli.main import main
from mailcheck.commands.lint import LintSettings, lint
from mailcheck.commands.lock import LockSettings, lock
from mailcheck.commands.outside import NAME, LiveDns
from mailcheck.model.progress import Silent
from tests.hostile.test_whole_run import ZONE
from tests.lab.hostile import hostile
from tests.lab.scenarios import scenarios
from tests.view.live_world import SHORT, live

pytestmark = pytest.mark.enable_socket

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _zones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    Path("zones").mkdir()
    many = "".join(f'h{number} TXT "v=spf1 include:host{number}.example -all"\n' for number in range(100))
    Path("zones/example.com.zone").write_text(ZONE.format(term="include:below.example") + many)


@contextmanager
def closed() -> Iterator[int]:
    """A port that answers with an ICMP error: it is taken, so that nobody else gets it, and not listened to."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@contextmanager
def mute() -> Iterator[int]:
    with hostile(lambda asked: []) as server:
        yield server.port


@pytest.mark.slow
@pytest.mark.parametrize("resolver", [closed, mute])
def test_one_line_names_a_resolver_that_never_answers(resolver, capsys: Captured) -> None:  # type: ignore[no-untyped-def]
    with resolver() as port:
        name = f"127.0.0.1#{port}"
        assert main(["lint", "--live", "--resolver", name, "--format", "json"]) == 4
        out, err = capsys.readouterr()
        assert err == f"error: no answer from {name}\n"
        report = json.loads(out)
        assert not [entry for entry in report["findings"] if entry["rule"] == "spf-include-no-record"]
        assert main(["lock", "--resolver", name]) == 4
        assert capsys.readouterr() == ("", f"error: no answer from {name}, so {NAME} is not written\n")
        assert not Path(NAME).exists()
        assert main(["lock", "--check", "--resolver", name]) == 4
        assert capsys.readouterr().err == f"error: no answer from {name}\n"


@pytest.mark.slow
def test_a_lock_stays_as_it_is_where_the_resolver_is_dead(capsys: Captured) -> None:
    with hostile(scenarios) as server:
        assert main(["lock", "--resolver", f"127.0.0.1#{server.port}"]) == 4
    before = Path(NAME).read_bytes()
    capsys.readouterr()
    with closed() as port:
        assert main(["lock", "--resolver", f"127.0.0.1#{port}"]) == 4
        assert capsys.readouterr() == ("", f"error: no answer from 127.0.0.1#{port}, so {NAME} is not written\n")
    assert Path(NAME).read_bytes() == before


def test_a_run_whose_time_is_up_is_inconclusive_and_keeps_old_answers() -> None:
    with hostile(scenarios) as server:
        whole = lock(LockSettings(LiveDns(live(server), ("192.0.2.53",))), Silent())
        Path(NAME).write_text(whole.text)
        over = live(server, run_timeout=0.0)
        outcome = lock(LockSettings(LiveDns(over, ("192.0.2.53",), over)), Silent())
    assert outcome.trouble is not None
    assert outcome.trouble.what == f"the 0 s of this run are over: {len(outcome.failed)} questions were given up"
    assert {answer.reason for _, answer, _ in outcome.failed} == {"budget"}
    assert outcome.kept == outcome.facts == whole.facts
    assert "kept:" in outcome.text


def test_lint_whose_time_is_up_is_inconclusive() -> None:
    with hostile(lambda asked: []) as server:
        view = live(server, run_timeout=0.5, **SHORT)
        report = lint(LintSettings(live=LiveDns(view, ("192.0.2.53",), view)), Silent())
    assert any(skip.is_inconclusive for skip in report.skipped)
    assert not [finding for finding in report.findings if finding.rule == "spf-include-no-record"]


@pytest.mark.parametrize("command", [["lint", "--live"], ["lock"]])
def test_a_run_whose_queries_are_used_up_says_so_in_one_line(command: list[str], capsys: Captured) -> None:
    with hostile(scenarios) as server:
        resolver = ["--resolver", f"127.0.0.1#{server.port}"]
        assert main([*command, *resolver, "--limit", "dns-packets=20"]) == 4
        assert server.packets == 20
    _, err = capsys.readouterr()
    (line,) = [line for line in err.splitlines() if line.startswith("error:")]
    assert line.startswith("error: over 20 queries in one run: ")
    assert line.endswith(" questions were given up")
    assert "budget" not in err
