"""What PostSRSd 1.x is started with: the variables of its launcher, or the options of its own command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mailcheck.analysis.daemon_start import Start
from mailcheck.analysis.host_fact import Fact
from mailcheck.analysis.host_paths import Files, text_of, unread
from mailcheck.grammar.postsrsd_options import FROM_ENVIRONMENT, postsrsd_options
from mailcheck.grammar.shell_assignments import parse_shell_assignments
from mailcheck.grammar.systemd_unit import CommandWord
from mailcheck.model.location import whole_line

DEFAULT_FILE = "/etc/default/postsrsd"
_PROGRAM = "/postsrsd"

_DEFAULTS = {
    "SRS_FORWARD_PORT": "10001",
    "SRS_REVERSE_PORT": "10002",
    "SRS_SECRET": "/etc/postsrsd.secret",
    "SRS_SEPARATOR": "=",
    "SRS_HASHLENGTH": "4",
    "SRS_HASHMIN": "4",
    "SRS_EXTRA_OPTIONS": "",
    "RUN_AS": "postsrsd",
    "SRS_LISTEN_ADDR": "127.0.0.1",
    "CHROOT": "/var/lib/postsrsd",
    "SRS_EXCLUDE_DOMAINS": "",
}
"""What Debian's launcher and init script of 1.10 set before they read /etc/default/postsrsd."""
_OWN_DEFAULTS = _DEFAULTS | {"SRS_SECRET": "", "RUN_AS": "", "CHROOT": ""}
"""What holds where the program is started itself (postsrsd(8))."""
_LETTERS = {
    "SRS_FORWARD_PORT": "f",
    "SRS_REVERSE_PORT": "r",
    "SRS_DOMAIN": "d",
    "SRS_SECRET": "s",
    "SRS_SEPARATOR": "a",
    "SRS_HASHLENGTH": "n",
    "SRS_HASHMIN": "N",
    "RUN_AS": "u",
    "SRS_LISTEN_ADDR": "l",
    "CHROOT": "c",
    "SRS_EXCLUDE_DOMAINS": "X",
    "SRS_EXTRA_OPTIONS": "A",
}


class Variables:
    """The variables of /etc/default/postsrsd over those that Debian's launcher sets, or options in their place."""

    def __init__(self, files: Files, start: Start) -> None:
        text = text_of(files, DEFAULT_FILE)
        self._why = unread(files, DEFAULT_FILE)
        self._tree = parse_shell_assignments(text, DEFAULT_FILE, _DEFAULTS) if text is not None else None
        self._start = start
        self._given = _options(start)
        self.problems = self._tree.problems if self._tree and self._given is None else ()

    def fact(self, name: str) -> Fact:
        """The value that holds of a variable, also where an option stands for it."""
        if self._given is not None:
            return self._of_options(name, self._given)
        nowhere = whole_line(DEFAULT_FILE)
        default = _DEFAULTS.get(name, "")
        if self._why:
            return Fact(name, None, "", nowhere, "default", self._why)
        found = self._tree.last(name) if self._tree else None
        if found is not None:
            return Fact(name, found.value, found.value or "", found.at, DEFAULT_FILE, found.why)
        if self._tree and not self._tree.complete:
            return Fact(name, None, "", nowhere, "default", f"{DEFAULT_FILE} runs commands")
        return Fact(name, default, "", nowhere, "default")

    def _of_options(self, name: str, given: Mapping[str, list[CommandWord]]) -> Fact:
        words = given.get(_LETTERS[name], [])
        at = words[-1].at if words else whole_line(self._start.path)
        if any(word.value is None for word in words) or (not words and {"", FROM_ENVIRONMENT} & given.keys()):
            return Fact(name, None, "", at, "unit", "the command line of PostSRSd is not known")
        if not words:
            return Fact(name, _OWN_DEFAULTS.get(name, ""), "", at, "default")
        values = [word.value or "" for word in words]
        value = ",".join(values) if name == "SRS_EXCLUDE_DOMAINS" else values[-1]
        return Fact(name, "-A" if name == "SRS_EXTRA_OPTIONS" else value, value, at, "unit")


def _options(start: Start) -> Mapping[str, list[CommandWord]] | None:
    """The options by letter, under `""` a word that is not known; None where a launcher sets them."""
    program = start.command[0].value if start.command else None
    if program is None or not program.endswith(_PROGRAM):
        return None
    found: dict[str, list[CommandWord]] = {}
    for letter, word in _each(start.command[1:]):
        found.setdefault(letter, []).append(word)
    return found


def _each(words: tuple[CommandWord, ...]) -> Iterator[tuple[str, CommandWord]]:
    known = tuple([word.value for word in words])
    for letter, value, number, start in postsrsd_options(known):
        word = words[number]
        yield letter, CommandWord(value, word.at.within(start, len(word.value or "")))
