"""The options of OpenDKIM that hold: command line before opendkim.conf with its includes before the default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.analysis.daemon_start import Start, start_of
from mailcheck.analysis.host_fact import Fact
from mailcheck.analysis.host_paths import Files, absolute, is_missing, text_of, unread
from mailcheck.grammar.config_lines import FileProblem
from mailcheck.grammar.opendkim_conf import Option, boolean, parse_opendkim_conf
from mailcheck.grammar.opendkim_options import DEFAULTS, FLAGS, KNOWN_OPTIONS, VALUE_FLAGS
from mailcheck.grammar.shell_assignments import Assignment, parse_shell_assignments
from mailcheck.grammar.systemd_unit import CommandWord
from mailcheck.model.location import Location, whole_line
from mailcheck.model.text import shorten

DEFAULT_FILE = "/etc/default/opendkim"
STANDARD_CONF = "/etc/opendkim.conf"
DEEPEST_INCLUDE = 5
"""Levels of files below opendkim.conf; OpenDKIM refuses to start beyond."""
MOST_INCLUDES = 100

_PROGRAM = "/usr/sbin/opendkim"


class Flags(NamedTuple):
    """What the command line sets, by the option's name; `why` where a part of it is not determined."""

    options: dict[str, Fact]
    conf: str
    why: str


class Conf(NamedTuple):
    """opendkim.conf with the files it includes, in the order in which OpenDKIM reads the options.

    Problems: those of the grammar, `duplicate-option` (the last one holds), `include-missing`, `include-depth`.
    `why` tells what could not be read, `wanted` what is to be read.
    """

    path: str
    options: tuple[Option, ...]
    problems: tuple[FileProblem, ...]
    wanted: tuple[str, ...]
    why: str

    def last(self, name: str) -> Option | None:
        """The option that holds, by its name in the manual."""
        return next((found for found in reversed(self.options) if found.known == name and found.value), None)


class Settings:
    """What holds of every option."""

    def __init__(self, files: Files) -> None:
        self.start, self.defaults = _start(files)
        self.flags = _flags(self.start)
        self.conf = read_conf(self.flags.conf, files)

    def option(self, name: str) -> Fact:
        """What holds of an option of the manual; empty where nobody sets it and it has no default."""
        known = KNOWN_OPTIONS.get(name.lower())
        name = known.name if known else name
        if set_there := self.flags.options.get(name):
            return set_there
        nowhere = whole_line(self.conf.path)
        if self.flags.why:
            return Fact(name, None, "", nowhere, "default", self.flags.why)
        option = self.conf.last(name)
        if option is None:
            default = DEFAULTS.get(name, "")
            return Fact(name, None if self.conf.why else default, default, nowhere, "default", self.conf.why)
        if self.conf.why:
            return Fact(name, None, option.value, option.at, option.at.path, self.conf.why)
        return Fact(name, option.value, option.value, option.at, option.at.path)

    def yes(self, name: str) -> bool | None:
        """Whether a Boolean option is on; None where it is not determined."""
        fact = self.option(name)
        return None if fact.value is None else bool(boolean(fact.value))


def read_conf(path: str, files: Files) -> Conf:
    """opendkim.conf at `path`, as far as its files were read."""
    reader = _ConfReader(files)
    reader.read(path, 0)
    problems = [*reader.problems, *_duplicates(reader.options)]
    return Conf(path, tuple(reader.options), tuple(problems), tuple(reader.wanted), reader.why)


class _ConfReader:
    def __init__(self, files: Files) -> None:
        self.options: list[Option] = []
        self.problems: list[FileProblem] = []
        self.wanted: list[str] = []
        self.why = ""
        self._files = files

    def read(self, path: str, depth: int) -> None:
        self.wanted.append(path)
        text = text_of(self._files, path)
        if text is None:
            self.why = self.why or unread(self._files, path)
            return
        tree = parse_opendkim_conf(text, path)
        self.problems += tree.problems
        for option in tree.options:
            self.options.append(option)
            if option.known == "Include" and option.value:
                self._include(option, depth + 1)

    def _include(self, option: Option, depth: int) -> None:
        path = absolute(option.value)
        shown = shorten(option.value)
        if depth > DEEPEST_INCLUDE or len(self.wanted) > MOST_INCLUDES:
            self._problem("include-depth", f"`{shown}` is included too deep", option.at)
            return
        self.read(path, depth)
        if is_missing(self._files, path):
            self._problem("include-missing", f"there is no file `{shown}`", option.at)

    def _problem(self, kind: str, message: str, at: Location) -> None:
        self.problems.append(FileProblem(kind, message, at))


def _duplicates(options: list[Option]) -> Iterator[FileProblem]:
    """Options set in a second place; a file that is included twice sets its own in one place."""
    seen: dict[str, Option] = {}
    for option in {option.name_at: option for option in options}.values():
        if not option.known or option.known == "Include":
            continue
        if earlier := seen.get(option.known):
            message = f"`{option.known}` is set in line {earlier.name_at.line} of {earlier.name_at.path} already"
            yield FileProblem("duplicate-option", message, option.name_at)
        seen[option.known] = option


def _start(files: Files) -> tuple[Start, dict[str, Assignment]]:
    """How it is started, and what /etc/default/opendkim sets."""
    start = start_of("opendkim", files)
    text = text_of(files, DEFAULT_FILE)
    tree = parse_shell_assignments(text, DEFAULT_FILE, {"NAME": "opendkim"}) if text is not None else None
    defaults = {one.name: one for one in tree.assignments} if tree else {}
    if start.how == "init":
        why = unread(files, DEFAULT_FILE) or ("" if not tree or tree.complete else f"{DEFAULT_FILE} runs commands")
        start = start._replace(command=tuple(_init_command(defaults, files)), why=why)
    return start, defaults


def _init_command(defaults: dict[str, Assignment], files: Files) -> Iterator[CommandWord]:
    """The command line of Debian's init script; it takes SOCKET only where opendkim.conf has no `Socket`."""
    nowhere = whole_line(DEFAULT_FILE)
    yield CommandWord(_PROGRAM, nowhere)
    for flag, name in (("-u", "USER"), ("-P", "PIDFILE"), ("-p", "SOCKET")):
        one = defaults.get(name)
        if not one or one.value == "" or (name == "SOCKET" and _has_socket(files)):
            continue
        yield CommandWord(flag, one.name_at)
        yield CommandWord(one.value, one.at)
    if options := defaults.get("DAEMON_OPTS"):
        if options.value is None:
            yield CommandWord(None, options.at)
        for word in (options.value or "").split():
            yield CommandWord(word, options.at)


def _has_socket(files: Files) -> bool:
    """Whether the script finds a socket in the file: it knows the name in this spelling only, and no includes."""
    tree = parse_opendkim_conf(text_of(files, STANDARD_CONF) or "", STANDARD_CONF)
    return any([option.name == "Socket" for option in tree.options])


def _flags(start: Start) -> Flags:
    found: dict[str, Fact] = {}
    conf = STANDARD_CONF
    why = start.why
    words = iter(start.command[1:])
    if start.command and start.command[0].value is not None and "opendkim" not in start.command[0].value:
        why = why or f"it is started by `{shorten(start.command[0].value)}`"
    for word in words:
        if word.value is None:
            why = why or "its command line is not known"
        elif word.value[:1] == "-" and len(word.value) > 1:
            for letter, value in _letters(word, words):
                if letter == "x":
                    conf = absolute(value.value) if value.value else conf
                    why = why or ("" if value.value else "its configuration file is not known")
                elif name := FLAGS.get(letter):
                    reason = "" if value.value is not None else "only a running system knows it"
                    found[name] = Fact(name, value.value, value.value or "", value.at, start.how, reason)
    return Flags(found, conf, why)


def _letters(word: CommandWord, words: Iterator[CommandWord]) -> Iterator[tuple[str, CommandWord]]:
    """The flags of one word as getopt(3) takes them apart, each with its value, `yes` for a flag without one."""
    text = word.value or ""
    for number, letter in enumerate(text[1:], 1):
        if letter not in VALUE_FLAGS:
            yield letter, CommandWord("yes", word.at)
        elif text[number + 1 :]:
            yield letter, CommandWord(text[number + 1 :], word.at.within(number + 1, len(text)))
            return
        else:
            yield letter, next(words, CommandWord(None, word.at))
            return
