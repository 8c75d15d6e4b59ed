"""Whether Postfix may use the Unix socket on which OpenDKIM listens (unix(7))."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_paths import parents
from mailcheck.analysis.milters import is_opendkim, milters
from mailcheck.analysis.opendkim import OpenDkim
from mailcheck.analysis.postfix import Postfix
from mailcheck.model.location import Location
from mailcheck.model.machine import Stat


class Barrier(NamedTuple):
    """What keeps Postfix's user out: the socket itself, or a folder above it.

    `group` may use it and the user is not in it; where it is empty, no group helps. `mode` is that of the
    socket as OpenDKIM makes it, or of the folder; `at` the setting that made it so.
    """

    path: str
    group: str
    mode: int
    at: Location
    user: str


def barriers(facts: HostFacts, postfix: Postfix) -> Iterator[Barrier | NotDetermined]:
    """None where Postfix does not ask OpenDKIM, or not at a Unix socket."""
    daemon = facts.opendkim
    if daemon is None or daemon.socket is None or daemon.socket.kind != "unix" or not _asks(postfix, daemon):
        return
    user = postfix.of("mail_owner").value
    if daemon.user.value != user:
        yield from _socket(facts, daemon, user)
    yield from _folders(facts, postfix, daemon, user)


def _asks(postfix: Postfix, daemon: OpenDkim) -> bool:
    services = (*postfix.smtpd_services, *postfix.services_running("cleanup"))
    return any([is_opendkim(milter, daemon) is True for one in services for milter in milters(postfix, one)])


def _socket(facts: HostFacts, daemon: OpenDkim, user: str) -> Iterator[Barrier | NotDetermined]:
    assert daemon.socket is not None
    for fact in (daemon.umask, daemon.user, daemon.group):
        if fact.value is None:
            yield NotDetermined(fact.why)
            return
    mode = 0o777 & ~int(daemon.umask.value or "0", 8)
    path = daemon.socket.path
    if not mode & 0o022:
        yield Barrier(path, "", mode, daemon.umask.at if daemon.umask.is_set else daemon.socket.at, user)
    elif not mode & 0o002:
        group = _group(facts, daemon)
        if group is None:
            yield NotDetermined(f"the group of `{daemon.user.value}` is not known")
        else:
            yield from _unless_member(facts, Barrier(path, group, mode, daemon.group.at, user))


def _group(facts: HostFacts, daemon: OpenDkim) -> str | None:
    """The group of the socket: that of a folder with the set-group-ID bit, else the one OpenDKIM runs as."""
    assert daemon.socket is not None
    folder = facts.machine.file(next(parents(daemon.socket.path)))
    if folder and folder.stat and folder.stat.mode & 0o2000:
        return folder.stat.group
    return daemon.group.value or facts.system.primary_group(daemon.user.value or "")


def _folders(facts: HostFacts, postfix: Postfix, daemon: OpenDkim, user: str) -> Iterator[Barrier | NotDetermined]:
    assert daemon.socket is not None
    queue = postfix.of("queue_directory").value.rstrip("/")
    for path in parents(daemon.socket.path):
        if path == queue:
            return  # where Postfix is already
        file = facts.machine.file(path)
        if file is None or file.state != "folder":
            continue
        if file.stat is None:
            yield NotDetermined("not checked: owners and modes of a copied tree cannot be trusted")
            return
        yield from _folder(facts, file.stat, Barrier(path, "", file.stat.mode, daemon.socket.at, user))


def _folder(facts: HostFacts, stat: Stat, barrier: Barrier) -> Iterator[Barrier | NotDetermined]:
    if stat.owner == barrier.user:
        if not stat.mode & 0o100:
            yield barrier
    elif stat.mode & 0o001:
        return
    elif stat.mode & 0o010:
        yield from _unless_member(facts, barrier._replace(group=stat.group))
    else:
        yield barrier


def _unless_member(facts: HostFacts, barrier: Barrier) -> Iterator[Barrier | NotDetermined]:
    is_member = facts.system.is_member(barrier.user, barrier.group)
    if is_member is None:
        yield NotDetermined("the groups and accounts of the host are not known")
    elif not is_member:
        yield barrier
