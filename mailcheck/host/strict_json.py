"""JSON of strangers, read strictly: no key twice, no number that is none, every value of the shape expected."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

from mailcheck.errors import InputRefused
from mailcheck.model.text import shorten

MAX_DIGITS = 19
"""Digits of an integer; one with more is not converted."""
_MAX_FLOAT = 40

Kind = TypeVar("Kind")


def read_json(text: str, path: str, code: str, limit: int) -> Node:
    """The document in `text`. Raises InputRefused `CODE-size`, and `CODE-syntax` with line and column."""
    if len(text) > limit:
        raise InputRefused(f"{code}-size", f"is over {limit} octets", path=path)
    try:
        value = json.loads(
            text,
            parse_int=_integer,
            parse_float=_float,
            parse_constant=_constant,
            object_pairs_hook=_once,
        )
    except json.JSONDecodeError as error:
        raise InputRefused(
            f"{code}-syntax", f"is no JSON: {error.msg}", path=path, line=error.lineno, column=error.colno
        ) from None
    except RecursionError:
        raise InputRefused(f"{code}-syntax", "is nested too deep", path=path) from None
    except ValueError as error:
        raise InputRefused(f"{code}-syntax", str(error), path=path) from None
    return Node(value, "", path, code)


class Node:
    """A value of the document, and its place in it, such as `files[3].stat.mode`.

    All methods raise InputRefused `CODE-shape` where the value is not what they give.
    """

    def __init__(self, value: Any, place: str, path: str, code: str) -> None:
        self._value = value
        self._place = place
        self._path = path
        self._code = code

    def refuse(self, what: str) -> NoReturn:
        where = f"`{shorten(self._place, 200)}`" if self._place else "the document"
        raise InputRefused(f"{self._code}-shape", f"{where} {what}", path=self._path)

    def expect_version(self, version: int) -> None:
        """Raises InputRefused `CODE-version` where the document is of another version, or of none."""
        found = self._value.get("version") if isinstance(self._value, dict) else None
        if type(found) is not int or found != version:
            message = f"is of another version than {version}, the one that is read here"
            raise InputRefused(f"{self._code}-version", message, path=self._path)

    def mapping(self, known: Sequence[str], needed: Sequence[str]) -> Mapping[str, Node]:
        """The members that are there; `needed` all are."""
        value = self._of(dict, "an object")
        for key in value:
            if key not in known:
                self.refuse(f"has an unknown key `{shorten(key, 100)}`")
        for key in needed:
            if key not in value:
                self.refuse(f"lacks `{key}`")
        return {key: self._below(member, f".{key}" if self._place else key) for key, member in value.items()}

    def items(self, limit: int) -> tuple[Node, ...]:
        value = self._of(list, "a list")
        if len(value) > limit:
            self.refuse(f"has more than {limit} items")
        return tuple(self._below(item, f"[{index}]") for index, item in enumerate(value))

    def text(self, limit: int = 4_096) -> str:
        value = self._of(str, "a string")
        if len(value) > limit:
            self.refuse(f"is longer than {limit} characters")
        return value

    def one_of(self, words: Sequence[Kind]) -> Kind:
        for word in words:
            if type(word) is type(self._value) and word == self._value:
                return word
        return self.refuse(f"must be one of {', '.join(str(word) for word in words)}")

    def flag(self) -> bool:
        return self._of(bool, "true or false")

    def integer(self, highest: int) -> int:
        value = self._of(int, "an integer")
        if not 0 <= value <= highest:
            self.refuse(f"must be from 0 to {highest}")
        return value

    def number(self) -> float:
        if type(self._value) is int:
            return float(self._value)
        return self._of(float, "a number")

    def or_none(self, take: Callable[[Node], Kind]) -> Kind | None:
        return None if self._value is None else take(self)

    def parsed(self, take: Callable[[str], Kind], what: str, limit: int = 4_096) -> Kind:
        """What `take` makes of the text; its ValueError says that it is not `what`."""
        try:
            return take(self.text(limit))
        except ValueError:
            self.refuse(f"must be {what}")

    def _of(self, kind: type[Kind], what: str) -> Kind:
        if type(self._value) is not kind:
            self.refuse(f"must be {what}")
        return self._value

    def _below(self, value: Any, step: str) -> Node:
        return Node(value, self._place + step, self._path, self._code)


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise ValueError(f"holds an integer of more than {MAX_DIGITS} digits")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits) if len(digits) <= _MAX_FLOAT else math.inf
    if math.isinf(value):
        raise ValueError("holds a number that is too long or too large")
    return value


def _constant(word: str) -> NoReturn:
    raise ValueError(f"holds {word}, which is no number of JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("holds an object with a key twice")
    return members
