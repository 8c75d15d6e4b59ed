"""Writing: in one step, and without a traceback whatever the disk or the reader does."""

from __future__ import annotations

import errno
import io
import os
import sys
import threading
from pathlib import Path

import pytest

from mailcheck.cli import output
from mailcheck.cli.complaints import complain
from mailcheck.errors import MailcheckError, UsageError


def test_a_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("old")
    kept = target.open()
    output.write_file(target, "new … \ud800")
    assert target.read_text() == "new … \\ud800"
    assert kept.read() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    output.write_file(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_long_name_leaves_room_for_the_draft(tmp_path: Path) -> None:
    target = tmp_path / ("n" * 250)
    output.write_file(target, "x")
    assert target.read_text() == "x"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    output.write_file(pipe, "through")
    reader.join(10)
    assert read == ["through"]


def test_failure_leaves_the_old_file_and_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.json"
    target.write_text("old")

    def fail(*_: object) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(UsageError, match=r"cannot write .*report.json: No space left on device"):
        output.write_file(target, "new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("place", [".", "missing/x", "file/x", "n" * 300])
def test_places_that_cannot_be_written(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot write"):
        output.write_file(tmp_path / place, "x")


def test_a_full_device() -> None:
    with pytest.raises(UsageError, match="No space left on device"):
        output.write_file(Path("/dev/full"), "x" * 100_000)


class Failing(io.TextIOWrapper):
    """A stream whose file gives an error."""

    def __init__(self, number: int) -> None:
        self.file = os.open(os.devnull, os.O_WRONLY)
        super().__init__(io.FileIO(self.file, "w"))
        self.number = number

    def write(self, text: str) -> int:
        raise OSError(self.number, os.strerror(self.number))


def test_a_reader_that_has_gone_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Failing(errno.EPIPE))
    output.write_stdout("x")


def test_what_is_still_buffered_at_the_end_may_fail_too(monkeypatch: pytest.MonkeyPatch) -> None:
    full = Failing(errno.ENOSPC)
    monkeypatch.setattr(full, "flush", lambda: full.write(""))
    monkeypatch.setattr(sys, "stdout", full)
    output.finish_stdout()
    monkeypatch.undo()
    assert os.path.samestat(os.fstat(full.file), Path(os.devnull).stat())


def test_a_full_disk_below_standard_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Failing(errno.ENOSPC))
    with pytest.raises(UsageError, match="cannot write standard output: No space left on device"):
        output.write_stdout("x")


def test_no_streams_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    output.accept_any_character()
    output.write_stdout("x")
    complain(MailcheckError("x", hint="y"))
    output.finish_stdout()


def test_complaints_that_nobody_can_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Failing(errno.ENOSPC))
    complain(MailcheckError("x"))


def test_characters_that_the_encoding_lacks_are_written_as_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(file, encoding="ascii"))
    output.accept_any_character()
    output.write_stdout("cut …\n")
    assert file.getvalue() == b"cut \\u2026\n"
