"""The accounts of a mail host: those of Debian's packages by this machine's numbers, so that owners have names."""

from __future__ import annotations

import grp
import os
import pwd
from pathlib import Path
from typing import NamedTuple

VMAIL = 5000
_USERS = {"root": 0, "daemon": 1, "mail": 8, "www-data": 33, "nobody": 65534, "vmail": VMAIL}
_PACKAGED_USERS = {"opendkim": 103, "postfix": 108, "postsrsd": 107}
_GROUPS = {
    "root": 0, "daemon": 1, "mail": 8, "www-data": 33, "ssl-cert": 105, "nogroup": 65534, "vmail": VMAIL,
}  # fmt: skip
_PACKAGED_GROUPS = {"opendkim": 106, "postfix": 111, "postdrop": 112, "postsrsd": 110}


class Accounts(NamedTuple):
    """Users and groups with their numbers, and the further members of groups."""

    users: dict[str, int]
    groups: dict[str, int]
    members: dict[str, str]

    def write(self, etc: Path) -> None:
        """Write `passwd` and `group`."""
        lines = [
            f"{name}:x:{number}:{self.groups.get(name, 65534)}::/nonexistent:/usr/sbin/nologin\n"
            for name, number in self.users.items()
        ]
        (etc / "passwd").write_text("".join(lines), encoding="ascii")
        lines = [f"{name}:x:{number}:{self.members.get(name, '')}\n" for name, number in self.groups.items()]
        (etc / "group").write_text("".join(lines), encoding="ascii")

    def own(self, path: Path, owner: str, mode: int) -> None:
        """Set mode and, as root, owner (`user:group`)."""
        if os.geteuid() == 0:
            user, _, group = owner.partition(":")
            os.chown(path, self.users[user], self.groups[group])
        path.chmod(mode)


def accounts(**members: str) -> Accounts:
    """The accounts of a host where groups have these further members."""
    users, groups = dict(_USERS), dict(_GROUPS)
    for name, number in _PACKAGED_USERS.items():
        try:
            users[name] = pwd.getpwnam(name).pw_uid
        except KeyError:
            users[name] = number
    for name, number in _PACKAGED_GROUPS.items():
        try:
            groups[name] = grp.getgrnam(name).gr_gid
        except KeyError:
            groups[name] = number
    return Accounts(users, groups, members)
