"""postsrsd.conf of PostSRSd 2.x: `NAME = VALUE`, lists in braces, comments `#`, `//` and `/* */` (libConfuse)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.grammar.config_lines import FileProblem, Word
from mailcheck.grammar.placed_text import Places
from mailcheck.model.location import Location
from mailcheck.model.text import shorten

KNOWN = {
    "always-rewrite": "off",
    "chroot-dir": "",
    "daemonize": "off",
    "debug": "off",
    "domains": "",
    "domains-file": "",
    "envelope-database": "",
    "hash-length": "4",
    "hash-minimum": "4",
    "keep-alive": "30",
    "milter": "",
    "original-envelope": "embedded",
    "pid-file": "",
    "secrets-file": "/etc/postsrsd.secret",
    "separator": "=",
    "socketmap": "unix:/var/spool/postfix/srs",
    "srs-domain": "",
    "syslog": "off",
    "unprivileged-user": "",
}
"""The options and their defaults; none is told where each build has its own (user, chroot, database)."""

_TOKEN = re.compile(
    r"(?P<space>\s+|\#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))"
    r"|\"(?P<double>(?:[^\"\\]|\\.)*+)\"|'(?P<single>(?:[^'\\]|\\.)*+)'"
    r"|(?P<open>[\"'].*)|(?P<mark>\+?=|[{},])|(?P<bare>[^\s\"'={},#+]+)|(?P<other>.)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


class SrsOption(NamedTuple):
    """An option: one value, or the items of its list. `at` is the place of all of them."""

    name: str
    values: tuple[Word, ...]
    name_at: Location
    at: Location


class PostSrsdConf(NamedTuple):
    """The options in the file's order, and problems of kind `unknown-option` and `syntax`."""

    path: str
    options: tuple[SrsOption, ...]
    problems: tuple[FileProblem, ...]

    def last(self, name: str) -> SrsOption | None:
        """The option that holds in the end."""
        return next((found for found in reversed(self.options) if found.name == name), None)


def parse_postsrsd_conf(text: str, path: str) -> PostSrsdConf:
    """Read the file; linear in the text, never raises."""
    reader = _Reader(text, path)
    reader.read()
    return PostSrsdConf(path, tuple([given.option() for given in reader.given]), tuple(reader.problems))


class _Token(NamedTuple):
    kind: str
    word: Word


class _Given(NamedTuple):
    """An option to which `+=` may still add values."""

    name: Word
    values: list[Word]

    def option(self) -> SrsOption:
        at = self.name.at
        if self.values:
            first, last = self.values[0].at, self.values[-1].at
            is_one = len(self.values) == 1
            at = first if is_one else first._replace(end_line=last.end_line, end_column=last.end_column, pieces=())
        return SrsOption(self.name.text, tuple(self.values), self.name.at, at)


class _Reader:
    def __init__(self, text: str, path: str) -> None:
        self.given: list[_Given] = []
        self.problems: list[FileProblem] = []
        self._latest: dict[str, _Given] = {}
        self._places = Places(path, text)
        self._tokens = list(self._scanned(text))
        self._at = 0

    def read(self) -> None:
        while self._at < len(self._tokens):
            name = self._taken()
            if name.kind == "value" and self._peek("=", "+="):
                mark = self._taken()
                self._option(name.word, self._values(), adds=mark.kind == "+=")
            else:
                self._problem("syntax", f"`{shorten(name.word.text)}` is no option with a value", name.word.at)

    def _option(self, name: Word, values: list[Word] | None, *, adds: bool) -> None:
        if values is None:
            self._problem("syntax", f"`{shorten(name.text)}` has no value", name.at)
            return
        if name.text not in KNOWN:
            self._problem("unknown-option", f"PostSRSd has no option `{shorten(name.text)}`", name.at)
        if adds and name.text in self._latest:
            self._latest[name.text].values.extend(values)
            return
        self._latest[name.text] = _Given(name, values)
        self.given.append(self._latest[name.text])

    def _values(self) -> list[Word] | None:
        if self._peek("value"):
            return [self._taken().word]
        if not self._peek("{"):
            return None
        opening = self._taken()
        values: list[Word] = []
        while self._peek("value", ","):
            token = self._taken()
            if token.kind == "value":
                values.append(token.word)
        if self._peek("}"):
            self._taken()
        else:
            self._problem("syntax", "a list is not closed", opening.word.at)
        return values

    def _peek(self, *kinds: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at].kind in kinds

    def _taken(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _problem(self, kind: str, message: str, at: Location) -> None:
        self.problems.append(FileProblem(kind, message, at))

    def _scanned(self, text: str) -> Iterator[_Token]:
        for found in _TOKEN.finditer(text):
            group = str(found.lastgroup)
            if group == "space":
                continue
            value = found[group]
            start, end = found.span(group)
            at = self._places.value(range(start, end), start, end)
            if group in {"double", "single"}:
                value = _ESCAPE.sub(lambda one: _ESCAPED.get(one[1], one[1]), value)
            kind = value if group == "mark" else "other" if group in {"open", "other"} else "value"
            yield _Token(kind, Word(value, at))
