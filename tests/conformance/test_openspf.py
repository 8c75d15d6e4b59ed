"""The RFC 7208 suite of openspf.org, every result and every explanation to the letter."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conformance.fetch import SUITE
from tests.conformance.openspf import judge, load, main, summary

SMALL = """\
description: Two checks
tests:
  right:
    helo: mail.example.com
    host: 192.0.2.1
    mailfrom: foo@example.com
    result: [neutral, pass]
  wrong:
    helo: mail.example.com
    host: 192.0.2.2
    mailfrom: foo@example.com
    result: softfail
    explanation: Go away
zonedata:
  example.com:
    - SPF: v=spf1 a -all exp=why.example.com
    - A: 192.0.2.1
  why.example.com:
    - TXT: Go away from %{d}
"""


def suite() -> Path:
    if not SUITE.exists():
        message = "the suite is not there: `python -m tests.conformance.fetch` downloads it"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return SUITE


@pytest.mark.slow
def test_the_suite_passes_whole() -> None:
    assert summary(judge(load(suite()))) == ["passed 203 of 203, explanations 22 of 22"]


def test_what_fails_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "small.yml"
    file.write_text(SMALL)
    assert main([str(file)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "passed 1 of 2, explanations 0 of 1",
        "Two checks: wrong: softfail was to come out, not fail",
        "Two checks: wrong: the explanation was to be 'Go away', not 'Go away from example.com'",
    ]


def test_without_a_file_it_says_how_to_call_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert capsys.readouterr().err == "usage: python -m tests.conformance.openspf FILE\n"
