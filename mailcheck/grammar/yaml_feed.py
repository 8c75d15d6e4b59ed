"""Text on its way into libyaml: octets in small portions, and marks that count lines as an editor does."""

from __future__ import annotations

from bisect import bisect_right
from codecs import BOM_UTF8
from collections.abc import Callable
from typing import Any

from yaml.error import Mark

from mailcheck.model.patterns import late

_ALLOWED_OCTETS = bytes([9, 10, 13, *range(0x20, 0x7F), *range(0x80, 0x100)])
_FORBIDDEN = late("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OTHER_BREAK = late("[\r\x85\u2028\u2029]")
_LINE_BREAK = late("\n")


class ForbiddenCharacter(Exception):  # noqa: N818
    """A character that YAML does not allow (YAML 1.1 section 5.1); line and column are 1-based."""

    def __init__(self, code: int, line: int, column: int) -> None:
        super().__init__(f"U+{code:04X}")
        self.code = code
        self.line = line
        self.column = column


class Feed:
    """A stream for `CParser`, which takes `name` over into every mark.

    What stands before a character that YAML does not allow is handed out, so that it is parsed;
    the next `read` raises `ForbiddenCharacter`.
    """

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self._text = text
        self._at = 0
        self._error: ForbiddenCharacter | None = None

    def read(self, size: int = 16_384, /) -> bytes:
        """At most `size` characters as UTF-8; empty at the end. Raises `ForbiddenCharacter`."""
        if self._error is not None:
            raise self._error
        start = self._at
        portion = self._text[start : start + size]
        octets = portion.encode()
        if octets.translate(None, _ALLOWED_OCTETS) or not portion.isascii():
            bad = _FORBIDDEN.search(portion)
            if bad is not None:
                self._error = self._forbidden(start + bad.start())
                portion = portion[: bad.start()]
                octets = portion.encode()
                if not portion:
                    raise self._error
        self._at = start + len(portion)
        if start == 0 and portion.startswith("\ufeff"):
            # libyaml drops a byte order mark without counting it, but this one is in the text.
            return BOM_UTF8 + octets
        return octets

    def _forbidden(self, offset: int) -> ForbiddenCharacter:
        line = self._text.count("\n", 0, offset) + 1
        column = offset - self._text.rfind("\n", 0, offset)
        return ForbiddenCharacter(ord(self._text[offset]), line, column)


def same_mark(mark: Any) -> Any:
    """The mark as it is."""
    return mark


def mark_corrector(text: str) -> Callable[[Any], Any]:
    """A function that makes the lines of libyaml's marks those of an editor, which end at LF only.

    YAML 1.1 also ends lines at CR, U+0085, U+2028 and U+2029; a text without these needs no correction,
    and the answer is `same_mark`.
    """
    if (text.isascii() and "\r" not in text) or not _OTHER_BREAK.search(text):
        return same_mark
    starts = [0, *(found.end() for found in _LINE_BREAK.finditer(text))]

    def correct(mark: Any) -> Mark:
        line = bisect_right(starts, mark.index) - 1
        return Mark(mark.name, mark.index, line, mark.index - starts[line], None, 0)

    return correct


def corrected(get_event: Callable[[], Any], correct: Callable[[Any], Any]) -> Callable[[], Any]:
    """`get_event` with corrected marks."""

    def get_corrected() -> Any:
        event = get_event()
        event.start_mark = correct(event.start_mark)
        event.end_mark = correct(event.end_mark)
        return event

    return get_event if correct is same_mark else get_corrected
