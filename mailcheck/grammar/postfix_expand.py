"""`$name` and `${…}` in Postfix values, as postconf(5) has it; never raises, bounded in depth and size."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mailcheck.grammar.postfix_level import parse_level
from mailcheck.grammar.postfix_lines import SPACE
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

_DEEPEST = 100
_MOST_STEPS = 20_000
LONGEST = 1_000_000
"""Characters of a value when it is expanded."""
_STEP = 50
_TOO_DEEP = "parameters are nested too deep"
_TOO_LONG = "the value grows too long when it is expanded"
_TOO_MANY = "the value refers to too many parameters"
_TOO_MUCH = "the configuration refers to too many parameters"
BOUNDS = frozenset((_TOO_DEEP, _TOO_LONG, _TOO_MANY))
"""Problems of a value that every value has that refers to it."""
SPENT = _TOO_MUCH
"""The problem of every value that is asked for when nothing more may be spent."""
_NAME = late(r"[A-Za-z0-9_]+")
_OPERATOR = late(r"(==|!=|<=|>=|<|>)(level)?(?=[ \t\n\v\f\r]*\{)")
_REFERENCE = late(r"\$[{(]?[ \t]*([A-Za-z0-9_]+)")
_NUMBER = late(r"[0-9]+")

Lookup = Callable[[str], str | None]
"""The raw value of a parameter, None where there is none of that name."""


class Effort:
    """What may be spent on all expansions of one configuration, in characters that are looked at."""

    def __init__(self, left: int = 20_000_000) -> None:
        self.left = left

    def spend(self, characters: int) -> None:
        self.left -= characters + _STEP
        if self.left < 0:
            raise _Stop(_TOO_MUCH)


class Expansion(NamedTuple):
    """`problem` tells in a few words why Postfix refuses the value, which then is empty.

    `undefined` are names that nothing defines; they expand to nothing. `tested` are such names that a condition
    asks for (`${name?...}`), which is no fault.
    """

    value: str
    problem: str = ""
    undefined: tuple[str, ...] = ()
    tested: tuple[str, ...] = ()


class Reference(NamedTuple):
    """A `$name` in a value: the characters `start` up to `end` are the name."""

    name: str
    start: int
    end: int


class Used(NamedTuple):
    """What a parameter gives wherever it is referred to, and what that counts; `problem` where it is too much."""

    value: str
    steps: int
    size: int
    height: int
    undefined: tuple[str, ...]
    tested: tuple[str, ...]
    problem: str = ""


class _Stop(Exception):  # noqa: N818  # not an error of the program: the value's fault, caught in expand()
    pass


def expand(
    text: str, lookup: Lookup, effort: Effort | None = None, known: dict[str, Used] | None = None
) -> Expansion:
    """The value with everything in it replaced.

    `effort` is shared by the values of one configuration, `known` by those that have the same `lookup`.
    """
    run = _Run(lookup, effort or Effort(), {} if known is None else known)
    try:
        value = run.expand(text)
    except _Stop as stop:
        return Expansion("", str(stop), tuple(run.undefined), tuple(run.tested))
    return Expansion(value, "", tuple(run.undefined), tuple(run.tested))


def references(text: str) -> tuple[Reference, ...]:
    """What a value refers to, in every branch of its conditions."""
    found = _REFERENCE.finditer(text.replace("$$", "  "))
    return tuple([Reference(match[1], match.start(1), match.end(1)) for match in found])


class _Run:
    def __init__(self, lookup: Lookup, effort: Effort, known: dict[str, Used]) -> None:
        self._lookup = lookup
        self._effort = effort
        self._known = known
        self._names: list[str] = []
        self._steps = 0
        self._size = 0
        self._depth = 0
        self._deepest = 0
        self.undefined: dict[str, None] = {}
        self.tested: dict[str, None] = {}

    def expand(self, text: str) -> str:
        if "$" in text:
            self._effort.spend(len(text))
        parts: list[str] = []
        at = 0
        while (dollar := text.find("$", at)) >= 0:
            parts.append(text[at:dollar])
            at = dollar + 1
            following = text[at : at + 1]
            if following == "$":
                parts.append("$")
                at += 1
            elif following and following in "{(":
                end = _closing(text, at)
                if end < 0:
                    raise _Stop(f"`{shorten(text[dollar:])}` is not closed")
                parts.append(self._guarded(text[at + 1 : end], True))
                at = end + 1
            else:
                name = _NAME.match(text, at)
                if not name:
                    raise _Stop("no name follows `$`; a dollar sign itself is `$$`")
                parts.append(self._guarded(name[0], False))
                at = name.end()
        parts.append(text[at:])
        value = "".join(parts)
        self._add_size(len(value))
        return value

    def _add_size(self, size: int) -> None:
        self._size += size
        if self._size > LONGEST:
            raise _Stop(_TOO_LONG)

    def _check_steps(self) -> None:
        if self._steps > _MOST_STEPS:
            raise _Stop(_TOO_MANY)

    def _guarded(self, text: str, braces: bool) -> str:
        self._depth += 1
        self._deepest = max(self._deepest, self._depth)
        self._steps += 1
        if self._depth > _DEEPEST:
            raise _Stop(_TOO_DEEP)
        self._check_steps()
        value = self._braced(text) if braces else self._use(text)
        self._depth -= 1
        return value

    def _use(self, name: str) -> str:
        if name in self._names:
            loop = " -> ".join([*self._names[self._names.index(name) :], name])
            raise _Stop(f"`${shorten(name)}` refers to itself ({shorten(loop)})")
        raw = self._lookup(name)
        if raw is None:
            self.undefined[name] = None
            return ""
        if name in self._known:
            return self._again(self._known[name])
        return self._first(name, raw)

    def _first(self, name: str, raw: str) -> str:
        steps, size, deepest = self._steps, self._size, self._deepest
        outer = self.undefined, self.tested
        self.undefined, self.tested, self._deepest = {}, {}, self._depth
        self._names.append(name)
        value = problem = ""
        try:
            value = self.expand(raw)
        except _Stop as stop:
            problem = str(stop)
            raise
        finally:
            steps, size = self._steps - steps, self._size - size
            if not problem or steps > _MOST_STEPS or size > LONGEST:
                found = tuple(self.undefined), tuple(self.tested)
                self._known[name] = Used(value, steps, size, self._deepest - self._depth, *found, problem)
            outer[0].update(self.undefined)
            outer[1].update(self.tested)
            self.undefined, self.tested = outer
            self._deepest = max(deepest, self._deepest)
        self._names.pop()
        return value

    def _again(self, used: Used) -> str:
        if used.problem:
            raise _Stop(used.problem)
        self._deepest = max(self._deepest, self._depth + used.height)
        if self._depth + used.height > _DEEPEST:
            raise _Stop(_TOO_DEEP)
        self._steps += used.steps
        self._check_steps()
        self._add_size(used.size)
        self.undefined.update(dict.fromkeys(used.undefined))
        self.tested.update(dict.fromkeys(used.tested))
        return used.value

    def _braced(self, text: str) -> str:
        body = text.strip(SPACE)
        if body.startswith("{"):
            found, rest = self._relation(body)
            value = "true" if found else ""
        else:
            name = _NAME.match(body)
            if not name:
                raise _Stop(f"`{shorten(body)}` is no parameter name")
            rest = body[name.end() :].lstrip(SPACE)
            if not rest:
                return self._use(name[0])
            raw = self._lookup(name[0])
            if raw is None:
                self.tested[name[0]] = None
            found, value = bool(raw), ""
        if not rest:
            return value
        # What stands behind the operator keeps its white space unless braces hold it.
        tail = text[len(text) - len(text.lstrip(SPACE)) :]
        return self._conditional(tail[len(body) - len(rest) :], found)

    def _conditional(self, text: str, found: bool) -> str:
        """`?yes`, `?{yes}:{no}`, `:no`."""
        yes, no = "", ""
        operator, rest = text[0], text[1:]
        if operator not in "?:":
            raise _Stop(f"`{shorten(text)}` is neither `?` nor `:`")
        if operator == "?":
            yes, rest = _branch(rest)
            if rest[:1] == ":":
                no, rest = _branch(rest[1:])
        else:
            no, rest = _branch(rest)
        if rest:
            raise _Stop(f"`{shorten(rest)}` is one thing too much")
        return self.expand(yes if found else no)

    def _relation(self, text: str) -> tuple[bool, str]:
        left, rest = _payload(text)
        operator = _OPERATOR.match(rest)
        if not operator:
            raise _Stop(f"a comparison such as `==` is missing before `{shorten(rest)}`")
        right, rest = _payload(rest[operator.end() :].lstrip(SPACE))
        first, second = self.expand(left), self.expand(right)
        return _compare(operator[1], _order(first, second, operator[2] is not None)), rest


def _order(left: str, right: str, as_level: bool) -> int:
    if as_level:
        return (_level(left) > _level(right)) - (_level(left) < _level(right))
    if _NUMBER.fullmatch(left) and _NUMBER.fullmatch(right):
        if max(len(left), len(right)) > 18:
            raise _Stop("a number in a comparison is too long")
        return (int(left) > int(right)) - (int(left) < int(right))
    return (left > right) - (left < right)


def _compare(operator: str, order: int) -> bool:
    return {
        "==": order == 0,
        "!=": order != 0,
        "<": order < 0,
        "<=": order <= 0,
        ">": order > 0,
        ">=": order >= 0,
    }[operator]


def _level(text: str) -> tuple[int, int, int]:
    level = parse_level(text)
    if level is None:
        raise _Stop(f"`{shorten(text)}` is no compatibility level")
    return level


def _branch(text: str) -> tuple[str, str]:
    if text.lstrip(SPACE).startswith("{"):
        return _payload(text.lstrip(SPACE))
    return text, ""


def _payload(text: str) -> tuple[str, str]:
    """What the braces at the start hold, and what follows them without the white space between."""
    end = _closing(text, 0) if text.startswith("{") else -1
    if end < 0:
        raise _Stop(f"`{{…}}` is expected at `{shorten(text)}`")
    return text[1:end], text[end + 1 :].lstrip(SPACE)


def _closing(text: str, start: int) -> int:
    opening, closing = text[start], "}" if text[start] == "{" else ")"
    depth = 0
    for index in range(start, len(text)):
        if text[index] == opening:
            depth += 1
        elif text[index] == closing:
            depth -= 1
            if not depth:
                return index
    return -1
