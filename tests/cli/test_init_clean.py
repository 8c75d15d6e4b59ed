"""Whatever `mailcheck init` writes from answers lints clean, with the rules that it writes."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from mailcheck.cli.main import main
from mailcheck.config.known_senders import known_senders

HOSTS = ("mail.example.com", "mail.example.net", "example.com", "mx.mail.example.org")
ADDRESSES = (("192.0.2.25",), ("2001:db8::25",), ("192.0.2.25", "198.51.100.25", "2001:db8::25"))
REPORTS = ("", "dmarc@example.com", "dmarc@mail.example.com", "dmarc@example.net", "dmarc@example.org")
POLICIES = ("none", "quarantine", "reject")


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)


def assert_clean(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *options: str
) -> None:
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert main(["init", "example.com", *options]) == 0, options
    capsys.readouterr()
    code = main(["lint", "--format", "concise"])
    out = capsys.readouterr().out
    assert (code, [line for line in out.splitlines()[:-1] if not line.startswith("not determined")]) == (0, []), (
        options
    )


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("addresses", ADDRESSES)
def test_every_choice_about_a_host(
    host: str,
    addresses: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    about = [word for address in addresses for word in ("--address", address)]
    for number, (reports, policy, senders) in enumerate(product(REPORTS, POLICIES, ((), ("google-workspace",)))):
        options = [word for sender in senders for word in ("--sender", sender)]
        options += ["--reports", reports] if reports else []
        kind = ("octodns", "master")[number % 2]
        assert_clean(
            tmp_path / str(number),
            capsys,
            monkeypatch,
            *("--host", host, *about, "--policy", policy, "--zone-format", kind, *options),
        )


@pytest.mark.parametrize("sender", sorted(known_senders()))
def test_every_service_with_and_without_a_host(
    sender: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    host = ("--host", "mail.example.net", "--address", "192.0.2.25")
    choices = product(((), host), REPORTS[:2], POLICIES)
    for number, (hosts, reports, policy) in enumerate(choices):
        options = [*hosts, *(("--reports", reports) if reports else ())]
        kind = ("octodns", "master")[number % 2]
        assert_clean(
            tmp_path / str(number),
            capsys,
            monkeypatch,
            *("--sender", sender, "--policy", policy, "--zone-format", kind, *options),
        )


def test_every_service_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = sorted(known_senders())[:6]
    options = [word for sender in few for word in ("--sender", sender)]
    assert_clean(tmp_path / "all", capsys, monkeypatch, "--reports", "d@example.com", *options)
