"""Files are read safely: what they are, how large, in which encoding, and what they may include."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from mailcheck.errors import InputRefused
from mailcheck.model.limits import Limits
from mailcheck.zonefile.source import (
    Budget,
    Includes,
    Source,
    as_refused,
    decode,
    include_root_of,
    read_head,
    read_source,
)

LIMITS = Limits()


def read(path: Path, limits: Limits = LIMITS, budget: Budget | None = None) -> Source:
    return read_source(path, path.name, limits, budget or Budget())


def refusal(path: Path, limits: Limits = LIMITS, budget: Budget | None = None) -> InputRefused:
    with pytest.raises(InputRefused) as caught:
        read(path, limits, budget)
    return caught.value


def write(path: Path, data: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_reads_text_and_remembers_where(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zone", "é\n")
    assert read(path) == Source("a.zone", "é\n", path)


def test_drops_the_byte_order_mark_and_reads_every_line_end_alike(tmp_path: Path) -> None:
    assert read(write(tmp_path / "a", b"\xef\xbb\xbfa\r\nb\rc\n")).text == "a\nb\nc\n"


@pytest.mark.parametrize(
    ("data", "offset", "line", "column", "word"),
    [
        (b"ok\nab\x00c", 5, 2, 3, "NUL"),
        ("ok\né".encode() + b"\xe9 \xff", 5, 2, 2, "0xe9"),
        (b"\xef\xbb\xbfab\x00", 5, 1, 3, "NUL"),
        (b"a\x00\xff", 1, 1, 2, "NUL"),
        ("example".encode("utf-16"), 0, 1, 1, "UTF-16"),
        ("example".encode("utf-16-be"), 0, 1, 1, "NUL"),
        (b"\xfe\xff\x00a", 0, 1, 1, "UTF-16"),
    ],
)
def test_names_the_octet_that_is_no_text(data: bytes, offset: int, line: int, column: int, word: str) -> None:
    with pytest.raises(InputRefused) as caught:
        decode(data, "x")
    assert (caught.value.code, caught.value.line, caught.value.column) == ("encoding", line, column)
    assert word in caught.value.message
    assert f"offset {offset}" in caught.value.message


def test_refuses_what_is_no_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(write(tmp_path / "file", "x"))
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        codes = {
            name: refusal(path).code
            for name, path in {
                "pipe": tmp_path / "pipe",
                "link": tmp_path / "link",
                "folder": tmp_path,
                "socket": tmp_path / "socket",
                "device": Path("/dev/null"),
                "missing": tmp_path / "missing",
                "below a file": tmp_path / "file" / "x",
                "NUL": tmp_path / "a\0b",
            }.items()
        }
    assert codes == {
        "pipe": "file-not-regular",
        "link": "file-symlink",
        "folder": "file-not-regular",
        "socket": "file-not-regular",
        "device": "file-not-regular",
        "missing": "file-not-found",
        "below a file": "file-not-found",
        "NUL": "file-not-found",
    }


def test_refuses_what_may_not_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_args: object, **_more: object) -> int:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path / "a", "x")
    monkeypatch.setattr(os, "open", denied)
    assert (refusal(path).code, refusal(path).message) == ("file-unreadable", "permission denied")


def test_stops_at_the_size_limit(tmp_path: Path) -> None:
    limits = LIMITS._replace(zone_file_size=10)
    assert read(write(tmp_path / "a", b"x" * 10), limits).text == "x" * 10
    assert refusal(write(tmp_path / "b", b"x" * 11), limits).code == "file-too-large"


@pytest.mark.parametrize(("size", "refused"), [(10, False), (11, True), (3_000_000, True)])
def test_stops_at_the_size_limit_in_a_file_that_grows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, refused: bool
) -> None:
    path = write(tmp_path / "a", b"x" * size)
    honest = os.fstat

    def small(descriptor: int) -> os.stat_result:
        status = list(honest(descriptor))
        status[6] = 5
        return os.stat_result(status)

    monkeypatch.setattr(os, "fstat", small)
    limits = LIMITS._replace(zone_file_size=10)
    if refused:
        assert refusal(path, limits).code == "file-too-large"
    else:
        assert read(path, limits).text == "x" * size


def test_budget_bounds_files_and_octets_of_a_run(tmp_path: Path) -> None:
    budget = Budget()
    limits = LIMITS._replace(files=2, total_size=25)
    for name in "ab":
        read(write(tmp_path / name, b"x" * 10), limits, budget)
    assert refusal(write(tmp_path / "c", b""), limits, budget).code == "too-many-files"
    assert read(tmp_path / "a", limits._replace(total_size=30), budget).text == "x" * 10
    assert refusal(tmp_path / "a", limits, budget).code == "total-too-large"


def test_a_refusal_becomes_a_value_at_its_place() -> None:
    entry = as_refused(InputRefused("code", "message", path="p", line=3, column=4, hint="hint"))
    assert (entry.code, entry.message, entry.hint) == ("code", "message", "hint")
    assert (entry.at.path, entry.at.line, entry.at.column) == ("p", 3, 4)


def test_head_is_what_can_be_read_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    path = write(tmp_path / "a", b"\xef\xbb\xbfab\r\n\xff")
    assert read_head(path, 100) == "ab\n\ufffd"
    assert read_head(path, 4) == "a"
    assert [read_head(tmp_path / name, 9) for name in ("pipe", "missing")] == ["", ""]

    def broken(*_args: object) -> bytes:
        raise OSError(5, "I/O error")

    monkeypatch.setattr(os, "read", broken)
    assert read_head(path, 9) == ""


class TestIncludes:
    @pytest.fixture
    def tree(self, tmp_path: Path) -> Path:
        write(tmp_path / "zones" / "a.zone", "a")
        write(tmp_path / "zones" / "sub" / "b.inc", "b")
        write(tmp_path / "common.inc", "common")
        return tmp_path

    def includes(self, root: Path, limits: Limits = LIMITS, budget: Budget | None = None) -> Includes:
        return Includes(root, fallback=root, limits=limits, budget=budget or Budget())

    def source(self, tree: Path, name: str = "zones/a.zone") -> Source:
        return Source(name, "", tree / name)

    def refusal(self, includes: Includes, source: Source, target: str) -> InputRefused:
        with pytest.raises(InputRefused) as caught:
            includes.resolve(source, target, at_line=7, at_column=9)
        return caught.value

    def test_is_relative_to_the_including_file(self, tree: Path) -> None:
        includes = self.includes(tree)
        inner = includes.resolve(self.source(tree), "sub/b.inc", at_line=1, at_column=1)
        assert (inner.path, inner.text, inner.file) == ("zones/sub/b.inc", "b", tree / "zones/sub/b.inc")
        outer = includes.resolve(inner, "../../common.inc", at_line=1, at_column=1)
        assert (outer.path, outer.text) == ("common.inc", "common")
        assert includes.take_read() == [inner, outer]
        assert includes.take_read() == []

    def test_knows_which_files_were_included(self, tree: Path) -> None:
        includes = self.includes(tree)
        assert not includes.is_included(tree / "common.inc")
        includes.resolve(self.source(tree), "../common.inc", at_line=1, at_column=1)
        assert includes.is_included(tree / "common.inc")
        assert not includes.is_included(tree / "zones" / "a.zone")

    @pytest.mark.parametrize(
        "target",
        ["/etc/hostname", "~/x", "", "../../x", "..", "a\0b", "a\\b", "sub/../../../" + "y" * 100],
    )
    def test_refuses_what_is_not_below_the_root(self, tree: Path, target: str) -> None:
        error = self.refusal(self.includes(tree), self.source(tree), target)
        assert (error.code, error.path, error.line, error.column) == ("include-outside", "zones/a.zone", 7, 9)
        assert len(error.message) < 120

    def test_refuses_texts_that_came_from_no_folder(self, tree: Path) -> None:
        assert self.refusal(self.includes(tree), Source("a", ""), "b").code == "include-outside"

    def test_refuses_links_anywhere_below_the_root(self, tree: Path) -> None:
        (tree / "zones" / "link.inc").symlink_to(tree / "common.inc")
        (tree / "zones" / "folder").symlink_to(tree)
        includes = self.includes(tree)
        assert self.refusal(includes, self.source(tree), "link.inc").code == "file-symlink"
        assert self.refusal(includes, self.source(tree), "folder/common.inc").code == "file-symlink"

    def test_a_link_above_the_root_is_nobodys_business(self, tree: Path) -> None:
        (tree / "elsewhere").symlink_to(tree / "zones")
        includes = self.includes(tree / "elsewhere")
        source = Source("a.zone", "", tree / "elsewhere" / "a.zone")
        assert includes.resolve(source, "sub/b.inc", at_line=1, at_column=1).text == "b"

    def test_refuses_missing_files_pipes_and_folders(self, tree: Path) -> None:
        os.mkfifo(tree / "zones" / "pipe")
        includes = self.includes(tree)
        error = self.refusal(includes, self.source(tree), "missing")
        assert (error.code, error.line, error.column) == ("file-not-found", 7, 9)
        assert self.refusal(includes, self.source(tree), "nowhere/missing").code == "file-not-found"
        assert self.refusal(includes, self.source(tree), "pipe").code == "file-not-regular"
        assert self.refusal(includes, self.source(tree), "sub").code == "file-not-regular"

    def test_an_encoding_error_is_told_at_its_own_place(self, tree: Path) -> None:
        write(tree / "zones" / "bad.inc", b"a\nb\xff")
        error = self.refusal(self.includes(tree), self.source(tree), "bad.inc")
        assert (error.code, error.path, error.line, error.column) == ("encoding", "zones/bad.inc", 2, 2)

    def test_refuses_circles_but_not_repetition(self, tree: Path) -> None:
        includes = self.includes(tree)
        source = self.source(tree)
        assert self.refusal(includes, source, "a.zone").code == "include-loop"
        inner = includes.resolve(source, "sub/b.inc", at_line=1, at_column=1)
        assert self.refusal(includes, inner, "b.inc").code == "include-loop"
        assert self.refusal(includes, inner, "../a.zone").code == "include-loop"
        assert includes.resolve(source, "sub/b.inc", at_line=2, at_column=1) == inner

    def test_bounds_how_often_and_how_deep(self, tree: Path) -> None:
        includes = self.includes(tree, LIMITS._replace(includes=2))
        source = self.source(tree)
        for _ in range(2):
            includes.resolve(source, "../common.inc", at_line=1, at_column=1)
        assert self.refusal(includes, source, "../common.inc").code == "include-limit"
        other = self.source(tree, "zones/other.zone")
        assert includes.resolve(other, "../common.inc", at_line=1, at_column=1).text == "common"
        shallow = self.includes(tree, LIMITS._replace(depth=1))
        inner = shallow.resolve(source, "../common.inc", at_line=1, at_column=1)
        assert self.refusal(shallow, inner, "zones/sub/b.inc").code == "include-limit"

    def test_included_files_count_for_the_budget(self, tree: Path) -> None:
        budget = Budget()
        self.includes(tree, budget=budget).resolve(self.source(tree), "../common.inc", at_line=1, at_column=1)
        assert budget.octets == len("common")


def test_the_include_root_is_given_or_the_repository_or_the_fallback(tmp_path: Path) -> None:
    folder = tmp_path / "repository" / "zones"
    folder.mkdir(parents=True)
    assert include_root_of(folder, None, fallback=tmp_path / "other") == tmp_path / "other"
    (tmp_path / "repository" / ".git").write_text("gitdir: elsewhere\n")
    assert include_root_of(folder, None, fallback=tmp_path) == tmp_path / "repository"
    assert include_root_of(folder, tmp_path, fallback=folder) == tmp_path
