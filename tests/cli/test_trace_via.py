"""`mailcheck trace --via HOST`: the forwarder's address and SRS domain come from the spec."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mailcheck.cli.main import main

ROOT = Path(__file__).parents[2]
APP = ["--ip", "192.0.2.40", "--from", "billing@example.com"]
SPEC = """\
hosts:
  forward.example.net:
    addresses: ["2001:db8::99", 192.0.2.25]
    roles: [forwarder]
    srs-domain: example.com
  bare.example.net:
    roles: [forwarder]
"""


@pytest.fixture(autouse=True)
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "zones", "zones")
    Path("mailcheck.yaml").write_text(SPEC)


def forwarded(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[str, str]:
    """The address and the envelope sender's domain of the second delivery."""
    main(["trace", *APP, *arguments, "--format", "json"])
    hop = json.loads(capsys.readouterr().out)["forwarded"]
    return hop["ip"], hop["spf"]["mail_from"]["domain"]


def test_address_and_srs_domain_are_the_hosts(capsys: pytest.CaptureFixture[str]) -> None:
    assert forwarded(capsys, "--via", "forward.example.net") == ("192.0.2.25", "example.com")
    assert forwarded(capsys, "--via", "Forward.example.net.", "--srs-domain", "example.org") == (
        "192.0.2.25",
        "example.org",
    )


def test_the_address_is_of_the_family_that_the_message_came_in_by(capsys: pytest.CaptureFixture[str]) -> None:
    main(["trace", "--ip", "2001:db8::40", *APP[2:], "--via", "forward.example.net", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["forwarded"]["ip"] == "2001:db8::99"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--via", "forwrd.example.net"], "did you mean forward.example.net?"),
        (["--via", "bare.example.net"], "has no addresses in mailcheck.yaml"),
        (["--via", "forward.example.net", "--via-ip", "192.0.2.1"], "not by both"),
    ],
)
def test_what_cannot_be_followed_is_one_line(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trace", *APP, *arguments]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.startswith("error: ")


def test_a_case_names_its_forwarder(capsys: pytest.CaptureFixture[str]) -> None:
    case = "cases:\n- {name: one, ip: 192.0.2.40, from: a@example.com, via: %s, expect: {forwarded: fail}}\n"
    Path("cases.yaml").write_text(case % "forward.example.net")
    main(["trace", "--cases", "cases.yaml"])
    assert "one" in capsys.readouterr().out
    Path("cases.yaml").write_text(case % "nobody.example.net")
    assert main(["trace", "--cases", "cases.yaml"]) == 2
    assert "cases.yaml:2:" in capsys.readouterr().err
