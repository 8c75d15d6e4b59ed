"""The same host so that it runs below another directory: paths lead there, ports are free ones of loopback."""

from __future__ import annotations

import re
import shlex
import shutil
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from tests.lab.mail_host.tree import Tree, settle

_STANDARD = {"smtp": 25, "submission": 587, "submissions": 465, "smtps": 465}
_PATH = re.compile(r"(?<![\w./}-])/(?=(?:etc|run|usr/share/dns|var)/)")
_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\]):(\d+)")
_INET = re.compile(r"([^\s#]\S*)\s+inet\s")
_MILTER_PATH = re.compile(r"\bunix:/")
_CHROOT = re.compile(r"(?m)^\S+\s+inet\s+\S+\s+\S+\s+[y-]\s.*smtpd$")


class Ports(AbstractContextManager["Ports"]):
    """Free ports of 127.0.0.1 for the ports of a host, each found when first asked for.

    Until the context ends they are nobody else's, also while their daemon is down: each is bound here too, in the
    way that lets a daemon bind and listen.
    """

    def __init__(self, relay: int, resolver: int) -> None:
        self.relay = relay
        self.resolver = resolver
        self._found: dict[int, socket.socket] = {}

    def __exit__(self, *_: object) -> None:
        for bound in self._found.values():
            bound.close()

    def __getitem__(self, port: int | str) -> int:
        """The port that stands for a port or a service (`smtp`) of the host."""
        number = port if isinstance(port, int) else _STANDARD.get(port) or int(port)
        if number not in self._found:
            bound = self._found[number] = socket.socket()
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(("127.0.0.1", 0))
        return int(self._found[number].getsockname()[1])


class SrsCommand(NamedTuple):
    """How the start script of PostSRSd 1.x would start it, without the program, and where it listens."""

    arguments: tuple[str, ...]
    ports: tuple[int, int]


def running(tree: Tree, folder: Path, ports: Ports) -> None:
    """Write the host into `folder` with its paths and ports moved; again, to take over changed settings alone."""
    if not folder.exists():
        _copy(tree.root, folder)
    for name, moved in {
        "etc/postfix/master.cf": _master,
        "etc/postfix/main.cf": _main,
        "etc/opendkim.conf": _opendkim,
        "etc/default/postsrsd": _srs,
    }.items():
        _rewrite(tree.root / name, folder / name, moved, folder, ports)
    for file in (tree.root / "etc/opendkim").glob("*"):
        _rewrite(file, folder / "etc/opendkim" / file.name, _paths, folder, ports)


def srs_command(folder: Path, mydomain: str) -> SrsCommand:
    """How PostSRSd of a running host is started; its domain is `mydomain` where no setting names one."""
    values = {
        "SRS_FORWARD_PORT": "10001", "SRS_REVERSE_PORT": "10002", "SRS_DOMAIN": mydomain,
        "SRS_SECRET": "/etc/postsrsd.secret", "SRS_SEPARATOR": "=", "SRS_HASHLENGTH": "4", "SRS_HASHMIN": "4",
        "SRS_EXTRA_OPTIONS": "", "RUN_AS": "postsrsd", "SRS_LISTEN_ADDR": "127.0.0.1",
        "CHROOT": "/var/lib/postsrsd", "SRS_EXCLUDE_DOMAINS": "",
    }  # fmt: skip
    for line in shlex.split((folder / "etc/default/postsrsd").read_text(encoding="utf-8"), comments=True):
        name, _, value = line.partition("=")
        values[name] = value
    options = {
        "f": "SRS_FORWARD_PORT", "r": "SRS_REVERSE_PORT", "d": "SRS_DOMAIN", "s": "SRS_SECRET", "a": "SRS_SEPARATOR",
        "n": "SRS_HASHLENGTH", "N": "SRS_HASHMIN", "u": "RUN_AS", "l": "SRS_LISTEN_ADDR", "c": "CHROOT",
        "X": "SRS_EXCLUDE_DOMAINS",
    }  # fmt: skip
    arguments = [
        *values["SRS_EXTRA_OPTIONS"].split(),
        *(f"-{letter}{values[name]}" for letter, name in options.items()),
    ]
    return SrsCommand(tuple(arguments), (int(values["SRS_FORWARD_PORT"]), int(values["SRS_REVERSE_PORT"])))


def _copy(root: Path, folder: Path) -> None:
    """Files, folders and links with their owners; sockets are made by those who listen."""
    folder.mkdir()
    for path in sorted(root.rglob("*")):
        target = folder / path.relative_to(root)
        if path.is_symlink():
            target.symlink_to(path.readlink())
        elif path.is_dir():
            target.mkdir()
            _like(path, target)
        elif path.is_file():
            shutil.copy2(path, target)
            _like(path, target)


def _like(path: Path, target: Path) -> None:
    status = path.stat()
    shutil.chown(target, status.st_uid, status.st_gid)
    target.chmod(status.st_mode & 0o7777)


def _rewrite(
    source: Path, target: Path, moved: Callable[[str, Path, Ports], str], folder: Path, ports: Ports
) -> None:
    """In one step, and not without a change: a daemon that starts meanwhile would end of half a file."""
    if not source.exists():
        return
    text = moved(source.read_text(encoding="utf-8"), folder, ports)
    if target.exists() and target.read_text(encoding="utf-8") == text:
        return
    new = target.with_name(f"{target.name}.new")
    new.write_text(text, encoding="utf-8")
    _like(source, new)
    settle(new)
    new.replace(target)


def _paths(text: str, folder: Path, _: Ports) -> str:
    return _PATH.sub(f"{folder}/", text)


def _main(text: str, folder: Path, ports: Ports) -> str:
    if _CHROOT.search((folder / "etc/postfix/master.cf").read_text(encoding="utf-8")):
        # The queue directory is its root, and that has moved already.
        text = _MILTER_PATH.sub("unix:./", text)
    moved = _loopback(_paths(text, folder, ports), ports)
    settings = {
        "queue_directory": f"{folder}/var/spool/postfix",
        "data_directory": f"{folder}/var/lib/postfix",
        "mail_spool_directory": f"{folder}/var/mail",
        "maillog_file": f"{folder}/var/log/mail.log",
        "maillog_file_prefixes": f"{folder}",
        "relayhost": f"[127.0.0.1]:{ports.relay}",
        "inet_protocols": "ipv4",
        "smtp_bind_address": "",
        # The machine's resolver may take seconds to know nothing of a stranger.
        "smtpd_peername_lookup": "no",
    }
    # What stood there before would be warned of in every line of the log.
    names = "|".join(settings)
    kept = re.sub(rf"(?m)^(?:{names})\s*=.*\n(?:[ \t].*\n)*", "# moved\n", moved)
    return kept + "".join(f"\n{name} = {value}" for name, value in settings.items()) + "\n"


def _master(text: str, folder: Path, ports: Ports) -> str:
    return "".join(_service(line, ports) for line in _paths(text, folder, ports).splitlines(keepends=True))


def _service(line: str, ports: Ports) -> str:
    """A line of master.cf; a service of the network listens on loopback alone."""
    found = _INET.match(line)
    if found is None:
        return _loopback(line, ports)
    return f"127.0.0.1:{ports[found[1].rpartition(':')[2]]}" + _loopback(line[found.end(1) :], ports)


def _loopback(text: str, ports: Ports) -> str:
    return _LOOPBACK.sub(lambda found: f"{found[1]}:{ports[int(found[2])]}", text)


def _opendkim(text: str, folder: Path, ports: Ports) -> str:
    kept = re.sub(r"(?m)^TrustAnchorFile.*\n", "", _paths(text, folder, ports))
    moved = re.sub(r"\binet:(\d+)", lambda found: f"inet:{ports[int(found[1])]}", kept)
    return f"{moved}\nNameservers 127.0.0.1@{ports.resolver}\n"


def _srs(text: str, folder: Path, ports: Ports) -> str:
    def port(found: re.Match[str]) -> str:
        return f"{found[1]}{ports[int(found[2])]}"

    return re.sub(r"(?m)^(SRS_(?:FORWARD|REVERSE)_PORT=)(\d+)", port, _paths(text, folder, ports))
