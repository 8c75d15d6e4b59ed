"""`mailcheck.yaml` and profiles: every mistake has its line, column and a hint."""

import pytest

from mailcheck.config.document import read_document
from mailcheck.config.settings import configuration, profile
from mailcheck.errors import ConfigError
from mailcheck.model.finding import Severity
from mailcheck.model.settings import Configuration, Profile, RuleSetting

WHOLE = """\
zones: [zones, more/*.yaml]
rules:
  profile: strict
  select: [spf-*]
  ignore: dkim-key-short
  severity:
    spf-case: error
  options:
    spf-too-wide: {ipv4: 20}
  zones:
    "*.Example.com":
      ignore: [mx-single]
"""


def read(text: str) -> Configuration:
    return configuration(read_document(text, "mailcheck.yaml"))


def refused(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        read(text)
    return caught.value


def test_everything_that_may_stand_there() -> None:
    settings = read(WHOLE)
    assert settings.zones == ("zones", "more/*.yaml")
    assert settings.profile == "strict"
    assert settings.rules == (
        RuleSetting("*", False, origin="mailcheck.yaml:4:3"),
        RuleSetting("spf-*", True, origin="mailcheck.yaml:4:12"),
        RuleSetting("dkim-key-short", False, origin="mailcheck.yaml:5:3"),
        RuleSetting("spf-case", severity=Severity.ERROR, origin="mailcheck.yaml:7:5"),
        RuleSetting("spf-too-wide", options={"ipv4": 20}, origin="mailcheck.yaml:9:5"),
    )
    ((glob, steps),) = settings.per_zone
    assert glob == "*.example.com"
    assert [(step.rule, step.enabled) for step in steps] == [("mx-single", False)]


@pytest.mark.parametrize("text", ["", "# nothing\n", "zones:\nrules:\n"])
def test_nothing_is_no_error(text: str) -> None:
    settings = read(text)
    assert (settings.zones, settings.rules, settings.per_zone) == ((), (), ())


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "hint"),
    [
        ("zone: x", 1, 1, "has no key 'zone'", "did you mean zones?"),
        ("rules:\n  selct: [x]", 2, 3, "`rules` has no key 'selct'", "did you mean select?"),
        ("rules:\n  zones:\n    a.example:\n      qqq: 1", 4, 7, "has no key 'qqq'", "known here: select, ignore"),
        ("rules: 3", 1, 1, "`rules` must be a mapping", ""),
        ("[a]", 1, 1, "the document must be a mapping", ""),
        ("zones: 3", 1, 1, "`zones` must be a string or a list of strings", ""),
        ("zones:\n  - a\n  - 3", 3, 5, "must hold strings, not 3", ""),
        ("rules:\n  profile: [a]", 2, 3, "`rules.profile` must be a string", ""),
        ("rules:\n  severity:\n    a: fatal", 3, 5, "a severity is one of info, warning, error", ""),
        ("rules:\n  severity: {a: {b: c}}", 2, 14, "a severity is one of", ""),
        ("zones: a\nzones: b", 2, 1, "'zones' stands here twice", ""),
        ("zones: !mine a", 1, 8, "unknown tag !mine", ""),
        ("zones: !!python/object:os.system a", 1, 8, "unknown tag", ""),
        ("{[a]: b}", 1, 2, "a key must be a word", ""),
        ("zones: [a", 2, 1, "not YAML", ""),
        ("zones: \x00", 1, 1, "not YAML", ""),
        ("zones: &a [*a]", 1, 12, "aliases are not read here", ""),
        ("[" * 40, 1, 33, "nested deeper than 32", ""),
        ("a" * 1_000_001, 1, 1, "over 1000000 characters", ""),
    ],
)
def test_every_mistake_has_its_place(text: str, line: int, column: int, message: str, hint: str) -> None:
    error = refused(text)
    assert (error.line, error.column) == (line, column)
    assert message in error.message
    assert hint in error.hint


def test_scalars_are_plain() -> None:
    text = "a: [1, -2, yes, ~, 1.5, 2027-01-01, 0x10, 99999999999999999999]"
    data = read_document(text, "x").data
    assert data == {"a": [1, -2, True, None, "1.5", "2027-01-01", "0x10", "99999999999999999999"]}


def test_a_profile() -> None:
    text = """\
extends: default
fail-on: warning
rules:
  - rule: dkim-*
    severity: error
    options: {x: 1}
  - rule: spf-case
    severity: off
  - rule: mx-single
"""
    assert profile(read_document(text, "p")) == Profile(
        "default",
        Severity.WARNING,
        (
            RuleSetting("dkim-*", True, Severity.ERROR, {"x": 1}, "p:4:5"),
            RuleSetting("spf-case", False, origin="p:7:5"),
            RuleSetting("mx-single", True, origin="p:9:5"),
        ),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rules: x", "`rules` must be a list"),
        ("rules: [{severity: error}]", "needs `rule`"),
        ("fail-on: never", "a severity is one of"),
    ],
)
def test_a_wrong_profile(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        profile(read_document(text, "p"))
