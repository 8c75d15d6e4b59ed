"""Which lines of a file changed, as git compares them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from mailcheck.zonefile import changed_lines as module

changed_lines = partial(module.changed_lines, most=1_000)


def lines_of(found: tuple[range, ...]) -> list[int]:
    return [line for part in found for line in part]


def test_changed_lines(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "-new"
    old.write_text("a\nb\nc\nd\n")
    new.write_text("x\na\nB\nc\n@@ -1 +9 @@\nd\n")
    assert lines_of(changed_lines(old, new)) == [1, 3, 5]
    new.write_text("a\nd\n")
    assert lines_of(changed_lines(old, new)) == []
    assert changed_lines(old, old) == ()
    assert 4_000_000 in changed_lines(tmp_path / "lost", new)[0]
    assert changed_lines(old, tmp_path / "lost") == ()


def test_octets_of_no_text_are_compared_by_line_too(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"a\n\0\xff\nc\n")
    new.write_bytes(b"a\n\0\xfe\nc\n")
    assert lines_of(changed_lines(old, new)) == [2]


def test_a_file_that_was_over_the_limit_is_not_compared(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    new.write_text("a\n")
    with old.open("wb") as file:
        file.truncate(1 << 33)
    assert 1 in changed_lines(old, new)[0]
