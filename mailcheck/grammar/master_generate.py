"""`$GENERATE` of master files: a range and templates, as BIND reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.grammar.master_file import Bad
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

MAX_TEMPLATE = 2_000
"""Characters of a template; a name has at most 1,016, all of them escaped."""

MAX_WIDTH = 255

_RANGE = late(r"([0-9]{1,10})-([0-9]{1,10})(?:/([0-9]{1,10}))?")
_MODIFIER = late(r"\{([+-]?[0-9]{1,10})(?:,([0-9]{1,3})(?:,([doxXnN]))?)?\}")
_LARGEST = (1 << 31) - 1


class Counter(NamedTuple):
    """One `$` of a template: the iterator plus `offset`, at least `width` characters, in `base`."""

    offset: int = 0
    width: int = 0
    base: str = "d"

    def show(self, value: int) -> str | Bad:
        """The counter's text at one value of the iterator."""
        value += self.offset
        if value < 0 and self.base != "d":
            return Bad(f"the counter becomes {value}, which has no digits of base `{self.base}`")
        if self.base in "nN":
            return _nibbles(value, self.width, self.base)
        return format(value, f"0{self.width}{self.base}")


Template = tuple[str | Counter, ...]


def parse_range(text: str) -> range | Bad:
    """`start-stop` or `start-stop/step`."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return Bad(f"`{shorten(text)}` is no range start-stop or start-stop/step")
    start, stop, step = int(match[1]), int(match[2]), int(match[3] or 1)
    if start > stop or step < 1 or stop > _LARGEST or step > _LARGEST:
        return Bad(f"the range `{text}` leads nowhere")
    return range(start, stop + 1, step)


def parse_template(text: str) -> Template | Bad:
    """The literal parts and counters of a template; `$$` and `\\$` are a literal dollar sign."""
    if len(text) > MAX_TEMPLATE:
        return Bad(f"a template of {len(text)} characters; {MAX_TEMPLATE} is the most")
    parts: list[str | Counter] = []
    at = 0
    while at < len(text):
        if text.startswith((r"\$", "$$"), at):
            parts.append("$")
            at += 2
        elif text[at] == "\\":
            parts.append(text[at : at + 2])
            at += 2
        elif text[at] != "$":
            stop = at + 1
            while stop < len(text) and text[stop] not in "$\\":
                stop += 1
            parts.append(text[at:stop])
            at = stop
        elif text.startswith("{", at + 1):
            modifier = _MODIFIER.match(text, at + 1)
            if modifier is None or int(modifier[2] or 0) > MAX_WIDTH:
                return Bad(f"`{shorten(text[at:])}` does not begin with ${{offset,width,base}}")
            parts.append(Counter(int(modifier[1]), int(modifier[2] or 0), modifier[3] or "d"))
            at = modifier.end()
        else:
            parts.append(Counter())
            at += 1
    return tuple(parts)


def expand(template: Template, values: range) -> Iterator[str | Bad]:
    """The template's text at each value."""
    for value in values:
        shown = [part if isinstance(part, str) else part.show(value) for part in template]
        texts = [part for part in shown if isinstance(part, str)]
        bad = [part for part in shown if isinstance(part, Bad)]
        yield bad[0] if bad else "".join(texts)


def _nibbles(value: int, width: int, base: str) -> str:
    """Hexadecimal digits, the lowest first, with dots between; dots count for the width."""
    digits = format(value, "x" if base == "n" else "X")
    shown = ".".join(reversed(digits.rjust((width + 1) // 2, "0")))
    return shown + "." if len(shown) < width else shown
