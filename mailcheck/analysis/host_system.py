"""What a host is called and who belongs to which of its groups."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from mailcheck.analysis.host_fact import Fact, NotDetermined
from mailcheck.analysis.host_paths import Files, text_of, unread
from mailcheck.grammar.account_files import Account, Group, parse_group, parse_passwd
from mailcheck.grammar.config_lines import Word, numbered_lines, word_at
from mailcheck.grammar.hosts_file import HostsEntry, parse_hosts
from mailcheck.model.location import Location, whole_line
from mailcheck.model.machine import How, Machine

HOSTNAME, HOSTS, MAILNAME = "/etc/hostname", "/etc/hosts", "/etc/mailname"
GROUP, PASSWD = "/etc/group", "/etc/passwd"


class Member(NamedTuple):
    """A member of a group; `at` is the name in /etc/group, or in /etc/passwd for its primary group."""

    name: str
    at: Location
    is_primary: bool


class HostSystem:
    """The names, groups and accounts of a host."""

    def __init__(self, machine: Machine) -> None:
        self._files: Files = machine.files
        self._uname = machine.uname

    @cached_property
    def hostname(self) -> Fact:
        """The name that the kernel knows, else the first line of /etc/hostname that holds one (hostname(5))."""
        found = self._first_line(HOSTNAME, "hostname")
        if not self._uname:
            return found
        at = found.at if found.value == self._uname else whole_line(HOSTNAME)
        return Fact("hostname", self._uname, self._uname, at, HOSTNAME if at == found.at else "uname")

    @cached_property
    def mailname(self) -> Fact:
        """The first line of /etc/mailname; empty, origin `default`, where there is none."""
        return self._first_line(MAILNAME, "mailname")

    @cached_property
    def hosts(self) -> tuple[HostsEntry, ...]:
        """The entries of /etc/hosts, none where it could not be read (`why_no_hosts`)."""
        return parse_hosts(text_of(self._files, HOSTS) or "", HOSTS)

    @property
    def why_no_hosts(self) -> str:
        """Why /etc/hosts is not known, empty where it was read or is missing."""
        return unread(self._files, HOSTS)

    @cached_property
    def own_entry(self) -> HostsEntry | None:
        """The entry that gives the host its full name: the first that holds its hostname in any case."""
        name = (self.hostname.value or "").lower()
        named = [entry for entry in self.hosts if entry.ip and name in [word.text.lower() for word in entry.names]]
        return named[0] if name and named else None

    @cached_property
    def fqdn(self) -> Fact:
        """What `hostname -f` answers from /etc/hosts: the canonical name of its entry.

        Without an entry DNS or another service may tell it: the value is None, unless the hostname has a dot.
        """
        entry = self.own_entry
        if entry is not None:
            canonical = entry.names[0]
            return Fact("fqdn", canonical.text, canonical.text, canonical.at, HOSTS)
        if "." in (self.hostname.value or ""):
            return self.hostname._replace(name="fqdn")
        why = self.hostname.why or self.why_no_hosts or f"{HOSTS} does not name the host"
        return Fact("fqdn", None, "", whole_line(HOSTS), "default", why)

    @cached_property
    def domain(self) -> Fact:
        """What `hostname -d` answers: what follows the first dot of the full name, or nothing."""
        full = self.fqdn
        if full.value is None:
            return full._replace(name="domain")
        first, dot, rest = full.value.partition(".")
        at = full.at.within(len(first) + 1, len(full.value)) if dot else full.at
        return full._replace(name="domain", value=rest, at=at)

    @cached_property
    def groups(self) -> tuple[Group, ...] | NotDetermined:
        """The groups of /etc/group."""
        text = text_of(self._files, GROUP)
        return parse_group(text, GROUP) if text is not None else NotDetermined(self._why(GROUP))

    @cached_property
    def accounts(self) -> tuple[Account, ...] | NotDetermined:
        """The accounts of /etc/passwd."""
        text = text_of(self._files, PASSWD)
        return parse_passwd(text, PASSWD) if text is not None else NotDetermined(self._why(PASSWD))

    def group(self, name: str) -> Group | None:
        """The group of that name; None where there is none or the file is not known."""
        groups = () if isinstance(self.groups, NotDetermined) else self.groups
        return next((group for group in groups if group.name == name), None)

    def account(self, name: str) -> Account | None:
        """The account of that name; None where there is none or the file is not known."""
        accounts = () if isinstance(self.accounts, NotDetermined) else self.accounts
        return next((account for account in accounts if account.name == name), None)

    def primary_group(self, user: str) -> str | None:
        """The name of the primary group of an account; None where it is not known."""
        account = self.account(user)
        groups = () if isinstance(self.groups, NotDetermined) else self.groups
        return next((group.name for group in groups if account and group.number == account.group), None)

    def members(self, name: str) -> tuple[Member, ...] | NotDetermined:
        """Who is in a group, by its own line and as primary group; none where there is no such group."""
        for found in (self.groups, self.accounts):
            if isinstance(found, NotDetermined):
                return found
        group = self.group(name)
        if group is None or isinstance(self.accounts, NotDetermined):
            return ()
        listed = [Member(word.text, word.at, is_primary=False) for word in group.members]
        primary = [Member(one.name, one.at, is_primary=True) for one in self.accounts if one.group == group.number]
        return (*listed, *primary)

    def is_member(self, user: str, group: str) -> bool | None:
        """Whether `user` is in `group`; None where it is not determined."""
        members = self.members(group)
        return None if isinstance(members, NotDetermined) else user in [member.name for member in members]

    def _why(self, path: str) -> str:
        return unread(self._files, path) or f"there is no file {path}"

    def _first_line(self, path: str, name: str) -> Fact:
        text = text_of(self._files, path)
        if text is None:
            why = unread(self._files, path)
            return Fact(name, None if why else "", "", whole_line(path), "default", why)
        word = _first_word(text, path)
        return Fact(name, word.text, word.text, word.at, path if word.text else "default")


def system_files(files: Files) -> dict[str, How]:
    """What to read: the host's names, groups and accounts."""
    del files
    return dict.fromkeys((HOSTNAME, HOSTS, MAILNAME, GROUP, PASSWD), "text")


def _first_word(text: str, path: str) -> Word:
    """The first line that is neither empty nor a comment."""
    for number, line in numbered_lines(text):
        content = line.strip()
        if content and not content.startswith("#"):
            return word_at(path, number, line.index(content), content)
    return Word("", whole_line(path))
