"""What PostSRSd does on a host: its domain, where it answers, which domains it leaves alone.

1.x is set up by environment variables in /etc/default/postsrsd or by options, 2.x by /etc/postsrsd.conf.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal, NamedTuple

from mailcheck.analysis.daemon_start import Start, start_files, start_of
from mailcheck.analysis.host_fact import Fact, NotDetermined
from mailcheck.analysis.host_paths import Files, absolute, parents, text_of, unread
from mailcheck.analysis.srs_variables import DEFAULT_FILE, Variables
from mailcheck.grammar.config_lines import FileProblem, Word, numbered_lines, span, words
from mailcheck.grammar.postsrsd_conf import KNOWN, PostSrsdConf, parse_postsrsd_conf
from mailcheck.grammar.postsrsd_options import postsrsd_flags
from mailcheck.model.location import Location, whole_line
from mailcheck.model.machine import HostFile, How

CONF_FILE = "/etc/postsrsd.conf"


class Endpoint(NamedTuple):
    """Where 2.x answers: `unix` with a path as written, or `inet` with host and port; `kind` empty for others."""

    kind: Literal["unix", "inet", ""]
    path: str
    host: str
    port: str
    at: Location


class Srs:
    """PostSRSd as the files of a host set it up.

    `default_domain` is Postfix's mydomain, which 1.x takes where SRS_DOMAIN is unset; None where it is not known.
    """

    def __init__(self, files: Files, default_domain: str | None = None) -> None:
        self._files = files
        self._default_domain = default_domain
        self.start: Start = start_of("postsrsd", files)
        self._shell = Variables(files, self.start)
        self.conf_path = _conf_path(self.start)
        self.has_default_file = _is_there(files, DEFAULT_FILE)
        self.has_conf_file = _is_there(files, self.conf_path)

    @property
    def generation(self) -> Literal[1, 2] | None:
        """1 or 2, by the program that is started, else by the one file that is there; None where both are."""
        command = self.start.command[0].value if self.start.command else ""
        if command and command.endswith("/postsrsd-systemd-launcher"):
            return 1
        if command and command.endswith("/postsrsd"):
            given = [word.value or "" for word in self.start.command[1:]]
            return 2 if any([word.startswith("-C") for word in given]) or self.has_conf_file else 1
        if self.start.how == "init" and not self.has_conf_file:
            return 1
        if self.has_default_file and self.has_conf_file:
            return None
        return 2 if self.has_conf_file else 1

    def variable(self, name: str) -> Fact:
        """1.x: what holds of a variable of /etc/default/postsrsd, or of the option that stands for it."""
        return self._shell.fact(name)

    @cached_property
    def domain(self) -> Fact:
        """The domain of rewritten addresses; the value is None where it is not determined."""
        if self.generation == 2:
            return self._conf_domain
        if self.generation is None:
            at = whole_line(DEFAULT_FILE)
            return Fact("SRS_DOMAIN", None, "", at, "default", "it is not known whether PostSRSd 1.x or 2.x runs")
        fact = self.variable("SRS_DOMAIN")
        if fact.is_set or fact.value is None:
            return fact
        why = "" if self._default_domain is not None else "Postfix's mydomain is not known"
        return fact._replace(value=self._default_domain, why=why)

    @property
    def forward_port(self) -> Fact:
        """1.x: the port that rewrites senders."""
        return self.variable("SRS_FORWARD_PORT")

    @property
    def reverse_port(self) -> Fact:
        """1.x: the port that turns rewritten recipients back."""
        return self.variable("SRS_REVERSE_PORT")

    @property
    def listen_address(self) -> Fact:
        """1.x: the address of both ports."""
        return self.variable("SRS_LISTEN_ADDR")

    @property
    def separator(self) -> Fact:
        """The character behind SRS0."""
        return self.conf("separator") if self.generation == 2 else self.variable("SRS_SEPARATOR")

    @property
    def user(self) -> Fact:
        """Whom it runs as; an empty value of 2.x is the default of its build."""
        return self.conf("unprivileged-user") if self.generation == 2 else self.variable("RUN_AS")

    @property
    def chroot(self) -> Fact:
        """The folder it locks itself into; an empty value of 2.x is the default of its build."""
        return self.conf("chroot-dir") if self.generation == 2 else self.variable("CHROOT")

    @property
    def always_rewrites(self) -> Fact:
        """The value is `yes` or `no`: whether it rewrites its own domain's addresses as well."""
        if self.generation == 2:
            fact = self.conf("always-rewrite")
            on = fact.value is not None and fact.value.lower() in {"yes", "on", "true"}
        else:
            fact = self.variable("SRS_EXTRA_OPTIONS")
            on = "A" in postsrsd_flags(fact.value or "")
        return fact if fact.value is None else fact._replace(value="yes" if on else "no")

    @property
    def secrets_file(self) -> Fact:
        """The path of the file of secrets."""
        return self.conf("secrets-file") if self.generation == 2 else self.variable("SRS_SECRET")

    @property
    def secrets(self) -> HostFile | None:
        """What was read of that file: its size and who may read it, never what it holds."""
        path = self.secrets_file.value
        return self._files.get(absolute(path)) if path else None

    @cached_property
    def excluded(self) -> tuple[Word, ...] | NotDetermined:
        """Domains left alone besides its own: SRS_EXCLUDE_DOMAINS, or `domains` and `domains-file`.

        One that begins with a dot is for all subdomains, but not for the domain itself.
        """
        if self.generation == 2:
            return self._conf_domains
        fact = self.variable("SRS_EXCLUDE_DOMAINS")
        return NotDetermined(fact.why) if fact.value is None else tuple(_names(fact.value, fact.at))

    def leaves_alone(self, domain: str) -> bool | None:
        """Whether addresses of `domain` (without final dot) keep as they are; None where it is not determined."""
        own, always, excluded = self.domain.value, self.always_rewrites.value, self.excluded
        if self.generation == 2 and always == "yes":
            return False
        if isinstance(excluded, NotDetermined):
            return None
        domain = domain.lower()
        if any([_covers(word.text.lower(), domain) for word in excluded]):
            return True
        return None if own is None or always is None else always == "no" and domain == own.lower()

    def conf(self, name: str) -> Fact:
        """2.x: what holds of an option of postsrsd.conf; of a list the first value."""
        nowhere = whole_line(self.conf_path)
        if self._tree is None:
            return Fact(name, None, "", nowhere, "default", unread(self._files, self.conf_path))
        option = self._tree.last(name)
        if option is None:
            return Fact(name, KNOWN.get(name, ""), "", nowhere, "default")
        value = option.values[0].text if option.values else ""
        return Fact(name, value, value, option.at, self.conf_path)

    @property
    def socketmap(self) -> Endpoint | None:
        """2.x: where it answers Postfix's socketmap; None where it does not or where it is not determined."""
        return _endpoint(self.conf("socketmap"))

    @property
    def milter(self) -> Endpoint | None:
        """2.x: where it answers as a milter; None where it does not or where it is not determined."""
        return _endpoint(self.conf("milter"))

    @property
    def problems(self) -> tuple[FileProblem, ...]:
        """What is wrong in its files."""
        return (*self._shell.problems, *(self._tree.problems if self._tree else ()))

    @cached_property
    def _tree(self) -> PostSrsdConf | None:
        text = text_of(self._files, self.conf_path)
        return parse_postsrsd_conf(text, self.conf_path) if text is not None else None

    @property
    def _conf_domain(self) -> Fact:
        """`srs-domain`, else the first of the domains, without a leading dot."""
        fact = self.conf("srs-domain")
        if fact.value is None:
            return fact
        if not fact.value:
            if isinstance(self._conf_domains, NotDetermined):
                return fact._replace(value=None, why=self._conf_domains.why)
            if not self._conf_domains:
                return fact
            first = self._conf_domains[0]
            fact = Fact("domains", first.text, first.text, first.at, first.at.path)
        return fact._replace(value=(fact.value or "").removeprefix("."))

    @cached_property
    def _conf_domains(self) -> tuple[Word, ...] | NotDetermined:
        if self._tree is None:
            return NotDetermined(unread(self._files, self.conf_path))
        option = self._tree.last("domains")
        named: tuple[Word, ...] = option.values if option else ()
        path = self.conf("domains-file").value
        if not path:
            return named
        path = absolute(path)
        text = text_of(self._files, path)
        if text is None:
            return NotDetermined(unread(self._files, path) or f"there is no file {path}")
        listed = [
            Word(line, span(path, number, 0, len(line))) for number, line in numbered_lines(text) if line.strip()
        ]
        return (*named, *listed)


def srs_facts(files: Files, default_domain: str | None = None) -> Srs | None:
    """PostSRSd of a host; None where neither a configuration nor a service of it is there."""
    found = Srs(files, default_domain)
    is_there = found.has_default_file or found.has_conf_file or found.start.how != "none"
    return found if is_there else None


def srs_files(files: Files) -> dict[str, How]:
    """What to read, as far as the files read so far tell."""
    wanted: dict[str, How] = start_files("postsrsd", files)
    srs = Srs(files)
    wanted |= {DEFAULT_FILE: "text", srs.conf_path: "text"}
    secrets = {srs.variable("SRS_SECRET").value} if srs.has_default_file or srs.start.command else set()
    if srs.has_conf_file:
        secrets.add(srs.conf("secrets-file").value)
        if path := srs.conf("domains-file").value:
            wanted[absolute(path)] = "text"
        for endpoint in (srs.socketmap, srs.milter):
            if endpoint and endpoint.kind == "unix":
                wanted[absolute(endpoint.path)] = "stat"
                wanted |= dict.fromkeys(parents(absolute(endpoint.path)), "stat")
    for path in secrets:
        if path:
            wanted |= dict.fromkeys(parents(absolute(path)), "stat")
            wanted[absolute(path)] = "secret"
    return wanted


def _is_there(files: Files, path: str) -> bool:
    found = files.get(path)
    return found is not None and found.state != "missing"


def _conf_path(start: Start) -> str:
    """The file that `-C` of the command line names, else the usual one."""
    given = [word.value or "" for word in start.command]
    for word, following in zip(given, [*given[1:], ""], strict=False):
        if word.startswith("-C"):
            return absolute(word[2:] or following or CONF_FILE)
    return CONF_FILE


def _names(value: str, at: Location) -> list[Word]:
    """What stands between commas and spaces."""
    return list(words(value.replace(",", " "), at))


def _covers(name: str, domain: str) -> bool:
    return domain.endswith(name) if name.startswith(".") else domain == name


def _endpoint(fact: Fact) -> Endpoint | None:
    if not fact.value:
        return None
    kind, _, rest = fact.value.partition(":")
    if kind == "unix":
        return Endpoint("unix", rest, "", "", fact.at)
    if kind == "inet":
        host, _, port = rest.rpartition(":")
        return Endpoint("inet", "", host.strip("[]"), port, fact.at)
    return Endpoint("", "", "", "", fact.at)
