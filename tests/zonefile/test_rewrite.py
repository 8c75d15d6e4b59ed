"""A file is written in one step, or left as it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailcheck.errors import ChangeRefused
from mailcheck.zonefile.rewrite import rewrite


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("zone")
    path.write_bytes(b"old")
    return path


def refused(shown: str = "zone", before: bytes = b"old") -> str:
    with pytest.raises(ChangeRefused) as error:
        rewrite(shown, before, b"new")
    assert not [name for name in os.listdir() if name.endswith(".tmp")]  # noqa: PTH208
    return error.value.message.removeprefix(f"{shown} is not written: ")


def test_written(path: Path) -> None:
    path.chmod(0o604)
    rewrite("zone", b"old", b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o604)
    assert os.listdir() == ["zone"]  # noqa: PTH208


def test_changed(path: Path) -> None:
    assert refused(before=b"older") == "it has changed since it was read"
    assert path.read_bytes() == b"old"


def test_a_link_by_now(path: Path) -> None:
    path.rename("there")
    path.symlink_to("there")
    assert refused() == "it is a link or no file by now"
    assert Path("there").read_bytes() == b"old"


def test_gone(path: Path) -> None:
    path.unlink()
    assert refused() == "No such file or directory"


def test_too_large_to_be_read_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = __import__("mailcheck.model.limits").model.limits.Limits(zone_file_size=2)
    monkeypatch.setattr("mailcheck.zonefile.rewrite.Limits", lambda: limits)
    assert refused() == "larger than 2 octets"


def test_a_draft_of_somebody_else_in_the_way(path: Path) -> None:
    Path(f".zone.{os.getpid()}.tmp").write_bytes(b"theirs")
    with pytest.raises(ChangeRefused, match="File exists"):
        rewrite("zone", b"old", b"new")


def test_a_mode_without_write_bits_holds_for_root_too(path: Path) -> None:
    path.chmod(0o444)
    assert refused() == "it is read-only"
    assert path.read_bytes() == b"old"


def test_read_only(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    assert refused() == "it is read-only"


def test_an_owner_that_cannot_be_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    status = list(os.lstat("zone"))
    status[4] += 1
    monkeypatch.setattr("os.fchown", denied)
    monkeypatch.setattr(Path, "lstat", lambda _: os.stat_result(status))
    assert refused() == "Operation not permitted"
    assert path.read_bytes() == b"old"
