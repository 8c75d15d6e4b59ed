"""Which provider a run is for, and what it is told."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from mailcheck.commands import providers
from mailcheck.commands.providers import open_provider
from mailcheck.errors import UsageError
from mailcheck.model.progress import Silent
from mailcheck.model.settings import Configuration, ProviderSection

MODULE = """
class Opened:
    def __init__(self, settings):
        self.name = settings.name
        self.settings = settings

def open_provider(settings):
    return Opened(settings)
"""


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "provider_for_tests.py").write_text(MODULE)
    (tmp_path / "provider_that_lacks.py").write_text("import a_library_that_is_not_there\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    points = {"mine": "provider_for_tests", "octodns": "provider_for_tests", "lacking": "provider_that_lacks"}
    monkeypatch.setattr(providers, "named_entry_points", lambda group: points)
    for module in points.values():
        sys.modules.pop(module, None)


def opened(
    name: str | None, section: ProviderSection | None, environment: Mapping[str, str]
) -> tuple[str, dict[str, object]]:
    found = open_provider(name, Configuration(provider=section), environment, max_wait=3, progress=Silent())
    settings = found.settings  # type: ignore[attr-defined]
    assert settings.max_wait == 3
    assert settings.environment == environment
    return found.name, dict(settings.options)


def test_the_command_line_names_it() -> None:
    assert opened("mine", None, {}) == ("mine", {})
    other = ProviderSection(name="octodns", options={"a": 1})
    assert opened("mine", other, {}) == ("mine", {})


def test_the_configuration_names_it() -> None:
    section = ProviderSection(name="mine", options={"a": 1}, environment={"b": "VARIABLE"})
    assert opened(None, section, {"VARIABLE": "value"}) == ("mine", {"a": 1, "b": "value"})
    with pytest.raises(UsageError, match="VARIABLE is not set"):
        opened(None, section, {})


def test_of_a_class_the_variables_stay_names() -> None:
    section = ProviderSection(class_path="a.B", options={"a": 1}, environment={"token": "VARIABLE"})
    wanted = ("octodns", {"class": "a.B", "a": 1, "token": "env/VARIABLE"})
    assert opened(None, section, {"VARIABLE": "marked"}) == wanted


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (None, "which provider"),
        ("mime", "there is no provider 'mime'"),
        ("lacking", "the provider lacking needs a_library_that_is_not_there, which is not installed"),
    ],
)
def test_there_is_none(name: str | None, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        opened(name, None, {})
