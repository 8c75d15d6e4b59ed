"""The `-o` of a service of master.cf, and arguments that its program does not take (master(5))."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mailcheck.grammar.postfix_lines import SPACE, LogicalLine, Problem
from mailcheck.grammar.postfix_values import Token
from mailcheck.model.location import Location
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

_REFUSING = frozenset((
    "anvil", "bounce", "cleanup", "discard", "dnsblog", "error", "flush", "local", "nqmgr", "oqmgr", "pickup",
    "postlogd", "postscreen", "proxymap", "qmgr", "qmqpd", "scache", "showq", "smtpd", "tlsmgr", "tlsproxy",
    "trivial-rewrite", "verify", "virtual",
))  # fmt: skip
"""Programs that end with "unexpected command-line argument"."""
_IGNORING = frozenset(("smtp", "lmtp"))
"""Programs that read no argument behind their options."""
_ATTRIBUTE = late("(?:argv|chroot|directory|eol|flags|null_sender|size|user)=.*")
"""What pipe(8) and spawn(8) take behind their options; at another word they end with "unknown attribute name"."""
_WITH_ATTRIBUTES = frozenset(("pipe", "spawn"))
_FLAGS = "cvVDdluSz"
_WITH_VALUE = tuple("imnrst")
_BRACES = "or braces around it: `-o { name = value }`"


class Override(NamedTuple):
    """`-o name=value` or `-o { name = value }`; `at` is the value's place."""

    name: str
    name_at: Location
    value: str
    at: Location


def read_overrides(
    line: LogicalLine, command: str, tokens: Sequence[Token], problems: list[Problem]
) -> tuple[Override, ...]:
    """Options end at the first argument that is none.

    A program that ends at an argument applies nothing: what was meant is read then, white space in a value and the
    options behind it, so that one fault is told and not what would follow from half of the options.
    """
    return _Reader(line, command, tokens, problems).read()


class _Reader:
    def __init__(self, line: LogicalLine, command: str, tokens: Sequence[Token], problems: list[Problem]) -> None:
        self._line = line
        self._command = command
        self._tokens = tokens
        self._problems = problems
        self._index = 0

    def read(self) -> tuple[Override, ...]:
        found: list[Override] = []
        while self._index < len(self._tokens):
            token = self._tokens[self._index]
            if not _is_option(token):
                if not self._is_stray(token):
                    break
                self._tell_argument(token)
                continue
            self._index += 1
            option = token.text[1:].lstrip(_FLAGS)
            if option == "o" and self._index >= len(self._tokens):
                self._tell("override", "nothing follows `-o`", "write `-o name=value`", token)
            elif option == "o":
                token = self._tokens[self._index]
                self._index += 1
                found.extend(self._override(token))
            elif option.startswith("o"):
                start = token.end - len(option) + 1
                found.extend(self._override(Token(self._line.text[start : token.end], start, token.end)))
            elif option in _WITH_VALUE:
                self._index += 1
        return tuple(found)

    def _override(self, token: Token) -> list[Override]:
        if token.text.startswith("{"):
            return self._in_braces(token)
        name, equals, value = token.text.partition("=")
        name_end = token.start + len(name)
        if equals and name:
            words = self._strays(any_command=not value)
            if words:
                self._tell_value(token, words)
            end = words[-1].end if words and self._command not in _IGNORING else token.end
            return [self._setting(token.start, name_end, name_end + 1, end)]
        if name and self._peek().startswith("="):
            message = (
                f"white space around `=` ends the option: `-o {shorten(name)} =` stops the service at its start"
            )
            self._tell("override-space", message, f"write `-o name=value`, {_BRACES}", token)
            value_start = self._tokens[self._index].start + 1
            words = self._strays(any_command=True)
            return [self._setting(token.start, name_end, value_start, words[-1].end)]
        message = f"`-o {shorten(token.text)}` is no `name=value`, the service stops at its start"
        self._tell("override", message, "write `-o name=value`", token)
        self._strays()
        return []

    def _in_braces(self, token: Token) -> list[Override]:
        if not _is_closed(token.text):
            message = f"`{shorten(token.text)}` is not closed by a `}}` of its own"
            self._tell("override", message, "write `-o { name = value }`", token)
        body = token.text[1:].removesuffix("}")
        start = token.start + 1 + len(body) - len(body.lstrip(SPACE))
        text = body.strip(SPACE)
        name, equals, _ = text.partition("=")
        name = name.rstrip(SPACE)
        if not equals or not name:
            message = f"`-o {shorten(text)}` is no `name=value`, the service stops at its start"
            self._tell("override", message, "write `-o name=value`", token)
            return []
        return [self._setting(start, start + len(name), start + text.index("=") + 1, start + len(text))]

    def _setting(self, start: int, name_end: int, value_start: int, end: int) -> Override:
        text = self._line.text
        value = text[value_start:end]
        stripped = value.strip(SPACE)
        value_start += len(value) - len(value.lstrip(SPACE))
        return Override(
            text[start:name_end],
            self._line.at(start, name_end),
            stripped,
            self._line.at(value_start, value_start + len(stripped)),
        )

    def _strays(self, *, any_command: bool = False) -> list[Token]:
        """The words up to the next option that the program does not take, passed over."""
        words = []
        while self._index < len(self._tokens):
            token = self._tokens[self._index]
            if _is_option(token) or not self._is_stray(token, any_command=any_command):
                break
            words.append(token)
            self._index += 1
        if words and self._command in _IGNORING:
            self._index = len(self._tokens)
        return words

    def _is_stray(self, token: Token, *, any_command: bool = False) -> bool:
        if self._command in _WITH_ATTRIBUTES:
            return not _ATTRIBUTE.fullmatch(token.text)
        return any_command or self._command in _REFUSING or self._command in _IGNORING

    def _peek(self) -> str:
        return self._tokens[self._index].text if self._index < len(self._tokens) else ""

    def _tell_value(self, token: Token, words: Sequence[Token]) -> None:
        option, word = f"`-o {shorten(token.text)}`", f"`{shorten(words[0].text)}`"
        if token.text.endswith("="):
            message = f"white space after `=`: {option} sets nothing and what follows is another argument"
            self._tell("override-space", message, f"write `-o name=value`, {_BRACES}", token)
            return
        does = f"ignores {word} and all options after it" if self._command in _IGNORING else f"ends at {word}"
        message = f"white space ends {option}: {self._command} takes what follows for an argument and {does}"
        if words[0].text.startswith("#"):
            advice = "put the comment on a line of its own"
        else:
            name, _, value = self._line.text[token.start : words[-1].end].partition("=")
            advice = f"put braces around it: `-o {{ {name} = {value} }}`"
        self._tell("override-space", message, advice, token)

    def _tell_argument(self, token: Token) -> None:
        self._strays()
        word = f"`{shorten(token.text)}`"
        if self._command in _IGNORING:
            message = f"{self._command} takes no arguments: it ignores {word} and all options after it"
        else:
            message = f"{self._command} ends at {word}, an argument it does not take"
        self._tell("argument", message, "remove it, or write the option that it belongs to", token)

    def _tell(self, kind: str, message: str, advice: str, at: Token) -> None:
        self._problems.append(Problem(kind, message, advice, self._line.at(at.start, at.end)))


def _is_option(token: Token) -> bool:
    return token.text.startswith("-") and token.text != "-"


def _is_closed(text: str) -> bool:
    """Whether the first brace is closed by the last character."""
    depth = 0
    for index, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        if not depth:
            return index == len(text) - 1
    return False
