"""`mailcheck trace --live` against name servers on loopback, one of which fails below an include."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailcheck.cli.main import main
from tests.cli.test_trace import Captured, as_json, summary
from tests.lab.hostile import Asked, Hostile, absent, hostile, texts
from tests.lab.scenarios import scenarios

pytestmark = pytest.mark.enable_socket

ZONE = """\
$ORIGIN example.com.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ NS ns1
ns1 A 192.0.2.53
@ TXT "v=spf1 include:{include} -all"
_dmarc TXT "v=DMARC1; p=reject"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zones").mkdir()
    return tmp_path


@pytest.fixture
def server() -> Iterator[Hostile]:
    def behave(asked: Asked) -> list[bytes]:
        if asked.name == "spf.provider.example.":
            return [texts(asked, b"v=spf1 ip4:198.51.100.0/24 -all")]
        return scenarios(asked)

    with hostile(behave) as running:
        yield running


def include(name: str) -> None:
    Path("zones/example.com.zone").write_text(ZONE.format(include=name), encoding="utf-8")


def asking(server: Hostile, ip: str = "198.51.100.1") -> list[str]:
    return ["--ip", ip, "--from", "a@example.com", "--live", "--resolver", f"127.0.0.1:{server.port}"]


def test_the_world_outside_is_asked(server: Hostile, capsys: Captured) -> None:
    include("spf.provider.example")
    read = as_json(capsys, *asking(server))
    assert read["spf"]["mail_from"]["term"]["line"] == 6
    (record,) = [step for step in read["spf"]["mail_from"]["steps"] if step["domain"] == "spf.provider.example"][
        :1
    ]
    assert (record["outcome"], record["path"]) == ("record", None)
    assert read["ptr"]["result"] == "permerror"
    assert read["undetermined"] == []


def test_a_failure_below_an_include_is_a_temperror_and_inconclusive(server: Hostile, capsys: Captured) -> None:
    include("below.example")
    assert main(["trace", *asking(server)]) == 4
    out = capsys.readouterr().out
    assert out.startswith("temperror: whether DMARC passes for example.com is not determined\n")
    assert "temperror" in summary(out)["SPF MAIL FROM"]
    assert "failing.below.example TXT was not answered (servfail)" in summary(out)["SPF MAIL FROM"]
    assert "not determined: spf mail_from: no answer (servfail): failing.below.example TXT" in out
    (part,) = as_json(capsys, *asking(server), code=4)["undetermined"]
    assert (part["part"], part["name"], part["asked"]) == ("spf mail_from", "failing.below.example", True)


def test_a_case_that_hangs_on_it_is_not_met_and_inconclusive(server: Hostile, capsys: Captured) -> None:
    include("below.example")
    Path("cases.yaml").write_text(
        "cases:\n- {name: one, ip: 198.51.100.1, from: a@example.com, expect: fail}\n"
        "- {name: two, ip: 198.51.100.1, from: a@example.com, expect: {spf: temperror}}\n"
    )
    assert main(["trace", "--cases", "cases.yaml", *asking(server)[4:]]) == 4
    out = capsys.readouterr().out
    assert "not met: one" in out
    assert "met: two" in out


def test_offline_nothing_is_asked(server: Hostile, capsys: Captured) -> None:
    include("spf.provider.example")
    assert main(["trace", *asking(server)[:4]]) == 4
    assert "undetermined" in summary(capsys.readouterr().out)["SPF MAIL FROM"]
    assert server.packets == 0


def test_what_resolvers_say_cannot_command_a_terminal(capsys: Captured) -> None:
    def behave(asked: Asked) -> list[bytes]:
        if asked.type == "TXT" and asked.name == "evil.example.":
            return [texts(asked, b"v=spf1 exists:\x1b]0;x\x07.a.example\n::error::x -all")]
        return [absent(asked)]

    include("evil.example")
    with hostile(behave) as running:
        assert main(["trace", *asking(running)]) == 1
    out = capsys.readouterr().out
    assert "\\027]0" in out
    assert not {character for character in out if ord(character) < 32} - {"\n"}
    assert not [line for line in out.splitlines() if line.strip().startswith("::")]
