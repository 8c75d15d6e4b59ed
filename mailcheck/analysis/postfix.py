"""Postfix as it is configured: settings, services and tables of one instance, from the host's files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import NamedTuple

from mailcheck.analysis.host_paths import text_of
from mailcheck.analysis.postfix_maps import MapUse, named_tables
from mailcheck.analysis.postfix_settings import FORMER_NAMES, NO_SCOPE, HostNames, Item, Scope, Setting, Settings
from mailcheck.grammar.main_cf import Entry, MainCf, Swallowed, parse_main_cf
from mailcheck.grammar.master_cf import MasterCf, MasterService, parse_master_cf
from mailcheck.grammar.postfix_level import parse_level
from mailcheck.grammar.postfix_lines import Problem
from mailcheck.grammar.postfix_parameters import (
    HOST_DEPENDENT,
    MEASURED,
    Release,
    defaults,
    is_known_release,
    parse_release,
    service_defaults,
)
from mailcheck.grammar.postfix_parameters.known import referred_to_by_defaults, user_defined
from mailcheck.model.location import Location
from mailcheck.model.machine import HostFile

FOLDER = "/etc/postfix"
MAX_SERVICES = 1_000
"""Services of a master.cf; one with more is not judged."""
MAX_LINES = 100_000
"""Lines of a main.cf or master.cf; one with more is refused."""
_PORTS = {"smtp": 25, "submission": 587, "submissions": 465, "smtps": 465, "lmtp": 24, "qmqp": 628}


class Service(NamedTuple):
    """A service of master.cf. `host` is "" where it listens on all interfaces; `port` None where it is no number
    and no well-known name, or the service is not `inet`. `chroot` None: not determined."""

    name: str
    type: str
    chroot: bool | None
    command: str
    arguments: tuple[str, ...]
    overrides: Mapping[str, Setting]
    at: Location
    chroot_at: Location
    host: str = ""
    port: int | None = None


@dataclass(frozen=True)
class Postfix:
    """One instance. `main.problems` and `master.problems` say what of its files cannot be used.

    `master_why` says why master.cf was not read ("" where it was).
    """

    folder: str
    main: MainCf
    master: MasterCf
    release: Release
    version_known: bool
    host: HostNames
    master_why: str = ""

    @property
    def version(self) -> str:
        """The branch, such as `3.7`."""
        return ".".join([str(part) for part in self.release[:2]])

    @property
    def is_template(self) -> bool:
        """Then no setting is known."""
        return bool(self.template_problems)

    @property
    def template_problems(self) -> tuple[Problem, ...]:
        """What shows that a file is a template."""
        problems = (*self.main.problems, *self.master.problems)
        return tuple([problem for problem in problems if problem.kind == "template"])

    @cached_property
    def settings(self) -> Settings:
        of_services: dict[str, str] = {}
        for service in self.master.services:
            of_services |= service_defaults(service.name, service.command.rpartition("/")[2])
        return Settings(self.main, self.release, self.host, of_services)

    def of(self, name: str, service: Service | None = None) -> Setting:
        """The effective value of a parameter, for that service or for all that do not override it."""
        return self.settings.of(name, self._scope(service))

    def items(self, name: str, service: Service | None = None) -> tuple[Item, ...]:
        """The effective value as a list; `{ }` groups are one item each, braces included."""
        return self.settings.items(name, self._scope(service))

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """The services that master(8) offers: the last line of each, without those of `master_service_disable`."""
        last = {(one.name, one.type): one for one in self.master.services}
        return tuple([self._service(one) for one in last.values() if not self._is_disabled(one)])

    @cached_property
    def master_problems(self) -> tuple[Problem, ...]:
        """Problems of master.cf, without those in lines that master(8) skips as disabled."""
        skipped = [service.at for service in self.master.services if self._is_disabled(service)]
        return tuple(
            [
                problem
                for problem in self.master.problems
                if not any([at.line <= problem.at.line <= at.end_line for at in skipped])
            ]
        )

    @cached_property
    def smtpd_services(self) -> tuple[Service, ...]:
        """What takes mail over SMTP: `inet` and `pass` services that run smtpd."""
        return tuple([service for service in self.services_running("smtpd") if service.type in ("inet", "pass")])

    def services_running(self, command: str) -> tuple[Service, ...]:
        return tuple([service for service in self.services if service.command == command])

    @cached_property
    def maps(self) -> tuple[MapUse, ...]:
        """Every table named by a setting of main.cf or master.cf, and by the defaults of aliases.

        What the configuration's own parameters hold (`indexed = hash:/etc/postfix/`) is no table before a
        parameter of Postfix or a restriction class makes one of it.
        """
        found = [
            use for name in self._named() for use in named_tables(self.of(name), self.items(name), self._type)
        ]
        for service in self.services:
            for name, setting in service.overrides.items():
                if name not in self._table_names:
                    continue
                found.extend(named_tables(setting, self.items(name, service), self._type))
        return tuple(found)

    def maps_of(self, setting: str) -> tuple[MapUse, ...]:
        """The tables of one setting."""
        return tuple([use for use in self.maps if use.setting == setting])

    @cached_property
    def instances(self) -> tuple[Item, ...]:
        """Folders of further instances."""
        return tuple([Item(item.text.rstrip("/"), item.at) for item in self.items("multi_instance_directories")])

    @cached_property
    def known_names(self) -> frozenset[str]:
        """Parameters of the release and those that services bring."""
        return frozenset((*defaults(self.release), *HOST_DEPENDENT, *self.settings.of_services))

    @cached_property
    def unknown_entries(self) -> tuple[Entry, ...]:
        """Entries of main.cf that are no parameters and that nothing refers to, as postconf warns about them."""
        raw = {name: entry.value for name, entry in self.settings.entries.items()}
        values = [part.value for service in self.master.services for part in service.overrides]
        used = self.known_names | user_defined(raw, values) | referred_to_by_defaults(self.release)
        return tuple([entry for entry in self.main.entries if entry.name not in used])

    @cached_property
    def swallowed(self) -> tuple[tuple[Entry, Swallowed], ...]:
        """Indented `name = value` of a known parameter, with the entry that took it in."""
        return tuple(
            [
                (entry, part)
                for entry in self.main.entries
                for part in entry.swallowed
                if part.name in self.known_names
            ]
        )

    def host_path(self, path: str, service: Service | None = None) -> str:
        """A path as the host has it: below the queue folder for a relative one or in a chroot."""
        queue = self.of("queue_directory").value.rstrip("/")
        if not path.startswith("/"):
            return f"{queue}/{path}"
        return queue + path if service is not None and service.chroot else path

    @cached_property
    def _type(self) -> str:
        return self.of("default_database_type").value

    def _named(self) -> tuple[str, ...]:
        former = [new for old, new in FORMER_NAMES.items() if old in self.settings.entries]
        names = [name for name in self.settings.entries if name in self._table_names]
        return tuple(dict.fromkeys((*names, *former, "alias_maps", "alias_database")))

    @cached_property
    def _table_names(self) -> frozenset[str]:
        """Parameters whose values Postfix reads; those of others have a use only where these refer to them."""
        return self.known_names | {item.text for item in self.items("smtpd_restriction_classes")}

    def _scope(self, service: Service | None) -> Scope:
        if service is None:
            return NO_SCOPE
        overrides = {name: (setting.raw, setting.at) for name, setting in service.overrides.items()}
        return _scope(service.name, service.command, overrides)

    def _is_disabled(self, service: MasterService) -> bool:
        """Whether `master_service_disable` names it, by type or as name/type (before 2.11 name.type)."""
        for item in self.items("master_service_disable"):
            pattern = item.text.lstrip("!").lower()
            if "/" not in pattern:
                pattern = "/".join(pattern.rsplit(".", 1))
            named = f"{service.name}/{service.type}" if "/" in pattern else service.type
            if named.lower() == pattern:
                return (len(item.text) - len(item.text.lstrip("!"))) % 2 == 0
        return False

    def _service(self, tree: MasterService) -> Service:
        command = tree.command.rpartition("/")[2]
        overrides = {part.name: (part.value, part.at) for part in tree.overrides}
        scope = _scope(tree.name, command, overrides)
        host, port = _endpoint(tree.name) if tree.type == "inet" else ("", None)
        return Service(
            tree.name,
            tree.type,
            self._chroot(tree.chroot.text),
            command,
            tuple([field.text for field in tree.arguments]),
            MappingProxyType({name: self.settings.of(name, scope) for name in overrides}),
            tree.at,
            tree.chroot.at,
            host,
            port,
        )

    def _chroot(self, column: str) -> bool | None:
        if column in ("y", "n"):
            return column == "y"
        level = parse_level(self.of("compatibility_level").value)
        return None if level is None else level < (1, 0, 0)


def read_postfix(
    files: Mapping[str, HostFile], folder: str = FOLDER, version: str = "", uname: str = ""
) -> Postfix | None:
    """The instance in `folder`; None where its main.cf was not read.

    `version` as the system tells it (`3.7.11-0+deb12u1`), else the instance's `mail_version` is not known and the
    defaults are those of the measured release; `uname` is the host name that the kernel knows.
    """
    main = text_of(files, f"{folder}/main.cf")
    if main is None or is_too_long(main):
        return None
    master = files.get(f"{folder}/master.cf")
    if master is None or master.text is None:
        return _instance(folder, main, "", (master.why or master.state) if master else "not read", version, uname)
    if is_too_long(master.text):
        return _instance(folder, main, "", f"holds over {MAX_LINES} lines", version, uname)
    return _instance(folder, main, master.text, "", version, uname)


def is_too_long(text: str) -> bool:
    """Whether a configuration file has more lines than are read."""
    return text.count("\n") > MAX_LINES


@lru_cache(maxsize=4)  # the rounds of reading a host ask for the same instance each time
def _instance(folder: str, main: str, master: str, why: str, version: str, uname: str) -> Postfix:
    release = parse_release(version)
    known = is_known_release(release)
    tree = parse_master_cf(f"{folder}/master.cf", master)
    if len(tree.services) > MAX_SERVICES:
        tree, why = MasterCf(tree.path), f"holds over {MAX_SERVICES} services"
    return Postfix(
        folder,
        parse_main_cf(f"{folder}/main.cf", main),
        tree,
        release if known else MEASURED,
        known,
        HostNames(uname, ".".join([str(part) for part in release])),
        why,
    )


def _scope(service: str, command: str, overrides: Mapping[str, tuple[str, Location]]) -> Scope:
    return Scope(overrides, {"service_name": service, "process_name": command})


def _endpoint(name: str) -> tuple[str, int | None]:
    host, _, port = name.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    return host, int(port) if port.isascii() and port.isdigit() and len(port) < 6 else _PORTS.get(port)
