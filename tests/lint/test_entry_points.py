"""Entry points are those that Python's own reader finds, found without it."""

import importlib.metadata
import sys
from pathlib import Path

import pytest

from mailcheck.lint import entry_points as module
from mailcheck.lint.entry_points import entry_points, named_entry_points


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    module._texts.cache_clear()
    monkeypatch.setattr(module, "_texts", module._texts.__wrapped__)
    monkeypatch.setattr(sys, "path", [str(tmp_path / "first"), str(tmp_path / "absent"), str(tmp_path / "second")])
    return tmp_path


def install(folder: Path, distribution: str, text: str) -> None:
    place = folder / f"{distribution}.dist-info"
    place.mkdir(parents=True)
    (place / "METADATA").write_text(f"Name: {distribution.partition('-')[0]}\n")
    (place / "entry_points.txt").write_text(text)


@pytest.mark.parametrize("group", ["mailcheck.rules", "mailcheck.profiles", "console_scripts", "pytest11", "none"])
def test_the_same_as_pythons_own_reader(group: str) -> None:
    assert set(entry_points(group)) == {point.value for point in importlib.metadata.entry_points(group=group)}


def test_of_two_versions_the_first_on_the_path_counts(folder: Path) -> None:
    install(folder / "first", "plugin-2.0", "[mailcheck.rules]\na = new.rules\n")
    install(folder / "second", "plugin-1.0", "[mailcheck.rules]\na = old.rules\n")
    install(
        folder / "second",
        "other-1.0",
        "# a comment\n[x]\nb = no\n\n[mailcheck.rules]\nb=other.rules\n",
    )
    assert entry_points("mailcheck.rules") == ("new.rules", "other.rules")
    assert {point.value for point in importlib.metadata.entry_points(group="mailcheck.rules")} == {
        "new.rules",
        "other.rules",
    }


def test_what_cannot_be_read_declares_nothing(folder: Path) -> None:
    install(folder / "first", "plugin-2.0", "[mailcheck.rules]\na = fine.rules\n")
    (folder / "first" / "bare-1.0.dist-info").mkdir()
    broken = folder / "first" / "broken-1.0.dist-info"
    broken.mkdir()
    (broken / "entry_points.txt").write_bytes(b"[mailcheck.rules]\na = \xff\xfe\n")
    assert entry_points("mailcheck.rules") == ("fine.rules",)


def test_by_name_the_first_on_the_path_counts(folder: Path) -> None:
    install(folder / "first", "one-1.0", "[mailcheck.providers]\na = one.a\n")
    install(folder / "second", "two-1.0", "[mailcheck.providers]\na = two.a\nb = two.b\n")
    assert named_entry_points("mailcheck.providers") == {"a": "one.a", "b": "two.b"}
