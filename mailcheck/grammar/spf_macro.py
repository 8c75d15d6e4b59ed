"""SPF macro strings: text to literals and expansions, with offsets (RFC 7208 section 7)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expansion:
    """`%{letter digits r delimiters}`; `start` up to `end` counts from the macro string's own start."""

    start: int
    end: int
    letter: str
    digits: int
    reverse: bool
    delimiters: str
    url_escape: bool


@dataclass(frozen=True, slots=True)
class MacroString:
    """A macro string as written, and its parts in order: literal text (`%%`, `%_`, `%-` resolved) or Expansion."""

    text: str
    parts: tuple[str | Expansion, ...]

    @property
    def letters(self) -> frozenset[str]:
        """The macro letters used, in lower case."""
        return frozenset(part.letter for part in self.parts if isinstance(part, Expansion))

    @property
    def literal(self) -> str | None:
        """The text without any expansion left in it, or None where one is needed."""
        return "".join(part for part in self.parts if isinstance(part, str)) if not self.letters else None
