"""How the values of options are read."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mailcheck.cli.options import Color, Format, Target, colored, limits, patterns, targets
from mailcheck.errors import UsageError
from mailcheck.model.limits import Limits

FORMAT, OUTPUT = "formats", "outputs"
A, B = Path("a"), Path("b")


@pytest.mark.parametrize(
    ("order", "formats", "outputs", "expected"),
    [
        ([], [], [], [Target(Format.TEXT)]),
        ([FORMAT], [Format.JSON], [], [Target(Format.JSON)]),
        ([OUTPUT], [], [A], [Target(Format.TEXT, A)]),
        ([FORMAT, OUTPUT], [Format.JSON], [A], [Target(Format.JSON, A)]),
        ([OUTPUT, FORMAT], [Format.JSON], [A], [Target(Format.JSON, A)]),
        (
            [FORMAT, FORMAT, OUTPUT],
            [Format.TEXT, Format.SARIF],
            [A],
            [Target(Format.TEXT), Target(Format.SARIF, A)],
        ),
        (
            [FORMAT, OUTPUT, FORMAT],
            [Format.SARIF, Format.TEXT],
            [A],
            [Target(Format.SARIF, A), Target(Format.TEXT)],
        ),
        (
            [FORMAT, OUTPUT, FORMAT, OUTPUT],
            [Format.JSON, Format.SARIF],
            [A, B],
            [Target(Format.JSON, A), Target(Format.SARIF, B)],
        ),
        (
            [FORMAT, OUTPUT, FORMAT, OUTPUT],
            [Format.JSON, Format.SARIF],
            [A, Path("-")],
            [Target(Format.JSON, A), Target(Format.SARIF)],
        ),
        ([FORMAT, OUTPUT, OUTPUT], [Format.JSON], [A, B], [Target(Format.JSON, A), Target(Format.TEXT, B)]),
    ],
)
def test_an_output_belongs_to_the_format_before_it(
    order: list[str], formats: list[Format], outputs: list[Path], expected: list[Target]
) -> None:
    assert list(targets(order, formats, outputs)) == expected


def test_two_formats_cannot_share_standard_output() -> None:
    with pytest.raises(UsageError, match="standard output"):
        targets([FORMAT, FORMAT], [Format.TEXT, Format.JSON], [])


def test_two_formats_cannot_share_a_file() -> None:
    with pytest.raises(UsageError, match="same file"):
        targets([FORMAT, OUTPUT, FORMAT, OUTPUT], [Format.TEXT, Format.JSON], [A, A])


def test_patterns_come_repeated_and_in_comma_lists() -> None:
    assert patterns(["spf-*, dkim-key", "", "mx-*,"]) == ("spf-*", "dkim-key", "mx-*")


def test_limits_are_named_with_dashes_and_take_suffixes() -> None:
    chosen = limits(["zone-file-size=64M", "findings=5k", "depth=7", "depth=8"])
    assert chosen == Limits(zone_file_size=64_000_000, findings=5_000, depth=8)
    assert limits([]) == Limits()


@pytest.mark.parametrize(
    "value",
    ["findings", "findings=", "findings=0", "findings=-1", "findings=1.5", "findings=K", "findings=٣",
     "findings=" + "9" * 5_000, "bogus=3", "zone_file_size=3", "=3", ""],
)  # fmt: skip
def test_limits_that_are_none(value: str) -> None:
    with pytest.raises(UsageError) as caught:
        limits([value])
    assert caught.value.hint


class Stream:
    def __init__(self, terminal: bool) -> None:
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize(
    ("color", "terminal", "environment", "expected"),
    [
        (Color.AUTO, True, {}, True),
        (Color.AUTO, False, {}, False),
        (Color.AUTO, True, {"NO_COLOR": "1"}, False),
        (Color.AUTO, True, {"NO_COLOR": ""}, True),
        (Color.AUTO, True, {"TERM": "dumb"}, False),
        (Color.ALWAYS, False, {"NO_COLOR": "1"}, True),
        (Color.NEVER, True, {}, False),
    ],
)
def test_colour(
    color: Color, terminal: bool, environment: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Stream(terminal))
    assert colored(color) is expected


def test_no_standard_output_has_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert colored() is False
