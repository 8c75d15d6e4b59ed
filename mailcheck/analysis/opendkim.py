"""What OpenDKIM does on a host: where it listens, as whom, and what it signs with which key (opendkim.conf(5))."""

from __future__ import annotations

from functools import cached_property
from typing import Literal, NamedTuple

from mailcheck.analysis.daemon_start import start_files
from mailcheck.analysis.host_fact import Fact, NotDetermined
from mailcheck.analysis.host_paths import Files, absolute, parents
from mailcheck.analysis.opendkim_settings import DEFAULT_FILE, Settings
from mailcheck.analysis.opendkim_signing import Dangling, Signer, Signing, signer_for, signers_of
from mailcheck.analysis.opendkim_tables import Members, members_of
from mailcheck.grammar.config_lines import FileProblem
from mailcheck.grammar.opendkim_conf import Option, integer
from mailcheck.grammar.opendkim_data_set import KeyRow, key_row
from mailcheck.model.location import Location
from mailcheck.model.machine import HostFile, How

DATA_SETS = ("KeyTable", "SigningTable", "InternalHosts", "ExternalIgnoreList", "PeerList", "Domain")
"""The data sets whose members are read."""

_SYSTEMD_UMASK = "0022"


class Socket(NamedTuple):
    """Where a daemon listens. `kind` is empty where the value is of no known form.

    `path` of a Unix socket is absolute; of a TCP socket `host` is as written without brackets, empty for all
    addresses. `at` is the place of the whole value.
    """

    kind: Literal["unix", "inet", "inet6", ""]
    path: str
    port: str
    host: str
    at: Location


class OpenDkim:
    """OpenDKIM as the files of a host set it up."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._settings = Settings(files)
        self.conf_path = self._settings.conf.path
        self.start = self._settings.start

    @property
    def options(self) -> tuple[Option, ...]:
        """Every option of opendkim.conf and of what it includes, in the order they are read."""
        return self._settings.conf.options

    @property
    def problems(self) -> tuple[FileProblem, ...]:
        """What is wrong in these files; all kinds but `duplicate-option` keep OpenDKIM from starting."""
        return self._settings.conf.problems

    @property
    def files(self) -> tuple[str, ...]:
        """opendkim.conf and what it includes, in the order they are read."""
        return self._settings.conf.wanted

    @property
    def why(self) -> str:
        """Why opendkim.conf or the command line is not determined, empty where both were read."""
        return self._settings.flags.why or self._settings.conf.why

    def option(self, name: str) -> Fact:
        """What holds of an option of the manual."""
        return self._settings.option(name)

    def yes(self, name: str) -> bool | None:
        """Whether a Boolean option is on; None where it is not determined."""
        return self._settings.yes(name)

    @cached_property
    def socket(self) -> Socket | None:
        """Where it listens; None where it is not set or not determined, which `option("Socket")` tells apart."""
        fact = self.option("Socket")
        return parse_socket(fact.value, fact.at) if fact.value else None

    @property
    def default_socket(self) -> Fact | None:
        """The SOCKET of /etc/default/opendkim, None where it is not set there."""
        found = self._settings.defaults.get("SOCKET")
        if found is None:
            return None
        return Fact("SOCKET", found.value, found.value or "", found.at, DEFAULT_FILE, found.why)

    @property
    def default_socket_ignored(self) -> bool:
        """Whether that SOCKET has no effect: systemd's unit does not read it, the init script seldom does."""
        fact = self.option("Socket")
        return self.default_socket is not None and (fact.origin, fact.at.path) != ("init", DEFAULT_FILE)

    @property
    def signs(self) -> bool | None:
        """Whether its Mode lets it sign."""
        mode = self.option("Mode").value
        return None if mode is None else "s" in mode

    @property
    def user(self) -> Fact:
        """Whom it runs as: `UserID` (or `-u`), else `User=` of the unit, else root."""
        fact = self._user_id
        if fact.value is None or not fact.is_set:
            return self._of_unit("User", "root") if fact.value is not None else fact
        name = fact.value.partition(":")[0]
        return fact._replace(value=name, at=fact.at.within(0, len(name)))

    @property
    def group(self) -> Fact:
        """The group that `UserID` or the unit names; an empty value: the primary group of the user."""
        fact = self._user_id
        if fact.value is None or not fact.is_set:
            return self._of_unit("Group", "") if fact.value is not None else fact
        name, colon, group = fact.value.partition(":")
        start = len(name) + len(colon)
        return fact._replace(value=group, at=fact.at.within(start, len(fact.value)) if group else fact.at)

    @property
    def umask(self) -> Fact:
        """The mask as octal digits (`007`): `UMask`, else that of the unit, else systemd's."""
        fact = self.option("UMask")
        if fact.value is None:
            return fact
        if not fact.is_set:
            return self._of_unit("UMask", _SYSTEMD_UMASK)
        number = integer(fact.value)
        if number is None or number < 0:
            return fact._replace(value=None, why="it is no mask")
        return fact._replace(value=f"{number & 0o777:03o}")

    def members(self, name: str) -> Members:
        """The members of the data set that an option names."""
        return members_of(self.option(name), self.option("BaseDirectory").value or "/", self._files)

    @cached_property
    def key_table(self) -> tuple[KeyRow, ...] | NotDetermined:
        """The rows of the KeyTable that have all three parts; none where no KeyTable is set."""
        found = self.members("KeyTable")
        if found.entries is None:
            return NotDetermined(found.why)
        return tuple([row for entry in found.entries if (row := key_row(entry))])

    @cached_property
    def signing_table(self) -> Members:
        """The rows of the SigningTable: pattern, and `KEY NAME[:SIGNER]` as value."""
        return self.members("SigningTable")

    @cached_property
    def internal_hosts(self) -> Members:
        """The hosts whose mail is signed."""
        return self.members("InternalHosts")

    @cached_property
    def signers(self) -> tuple[Signer, ...] | NotDetermined:
        """What it signs with, in the order in which a message's domain is looked up."""
        found = self._signing
        return found if isinstance(found, NotDetermined) else found.signers

    @property
    def dangling(self) -> tuple[Dangling, ...]:
        """Rows of the SigningTable whose key the KeyTable lacks: mail that they match is refused for a time."""
        found = self._signing
        return () if isinstance(found, NotDetermined) else found.dangling

    def signs_for(self, domain: str) -> Signer | NotDetermined | None:
        """What signs mail from any local part at `domain` (with or without final dot); None where nothing does."""
        if self.signs is False:
            return None
        if self.signs is None:
            return NotDetermined(self.option("Mode").why)
        if isinstance(self.signers, NotDetermined):
            return self.signers
        subdomains = self.yes("SubDomains")
        if subdomains is None:
            return NotDetermined(self.option("SubDomains").why)
        return signer_for(domain.removesuffix("."), self.signers, subdomains)

    def key(self, signer: Signer) -> HostFile | None:
        """The file of a signer's key as read; None where the key stands in the table or depends on the message."""
        return self._files.get(signer.key_file)

    @cached_property
    def _signing(self) -> Signing | NotDetermined:
        folder = self.option("BaseDirectory").value or "/"
        if self.option("KeyTable").value is None:
            return NotDetermined(self.option("KeyTable").why)
        if isinstance(self.key_table, NotDetermined):
            return self.key_table
        table = self.signing_table if self.option("KeyTable").value else self.members("Domain")
        if table.entries is None:
            return NotDetermined(table.why)
        single = (self.option("Selector"), self.option("KeyFile"))
        for fact in single:
            if fact.value is None:
                return NotDetermined(fact.why)
        return signers_of(table, self.key_table if self.option("KeyTable").value else None, single, folder)

    @property
    def _user_id(self) -> Fact:
        return self.option("UserID")

    def _of_unit(self, key: str, default: str) -> Fact:
        entry = self.start.setting(key)
        fact = self.option("UMask" if key == "UMask" else "UserID")
        if entry is None:
            return fact._replace(name=key, value=default, raw="", origin="default")
        return Fact(key, entry.value, entry.value, entry.at, "unit")


def parse_socket(value: str, at: Location) -> Socket:
    """A socket of milter's `PROTOCOL:ADDRESS`; without a protocol it is the path of a Unix socket."""
    protocol, colon, rest = value.partition(":")
    if not colon:
        protocol, rest = "local", value
    if protocol in {"local", "unix"}:
        return Socket("unix", absolute(rest), "", "", at)
    if protocol not in {"inet", "inet6"}:
        return Socket("", "", "", "", at)
    port, _, host = rest.partition("@")
    return Socket("inet6" if protocol == "inet6" else "inet", "", port, host.strip("[]"), at)


def opendkim_facts(files: Files) -> OpenDkim | None:
    """OpenDKIM of a host; None where neither its configuration nor its service is there."""
    found = OpenDkim(files)
    conf = files.get(found.conf_path)
    is_there = conf is not None and conf.state != "missing"
    return found if is_there or found.start.how != "none" else None


def opendkim_files(files: Files) -> dict[str, How]:
    """What to read, as far as the files read so far tell."""
    wanted: dict[str, How] = start_files("opendkim", files)
    wanted[DEFAULT_FILE] = "text"
    settings = Settings(files)
    wanted |= dict.fromkeys(settings.conf.wanted, "text")
    daemon = OpenDkim(files)
    for name in DATA_SETS:
        if path := daemon.members(name).path:
            wanted[path] = "text"
    if daemon.socket and daemon.socket.kind == "unix":
        _with_parents(wanted, daemon.socket.path, "stat")
    for signer in () if isinstance(daemon.signers, NotDetermined) else daemon.signers:
        if signer.key_file:
            _with_parents(wanted, signer.key_file, "pem")
    if not isinstance(daemon.key_table, NotDetermined):
        folder = daemon.option("BaseDirectory").value or "/"
        for row in daemon.key_table:
            if row.key_file.text and "%" not in row.key_file.text:
                _with_parents(wanted, absolute(row.key_file.text, folder), "pem")
    return wanted


def _with_parents(wanted: dict[str, How], path: str, how: How) -> None:
    for parent in parents(path):
        wanted.setdefault(parent, "stat")
    wanted[path] = how
