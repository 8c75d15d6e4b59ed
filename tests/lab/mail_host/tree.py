"""Writes a mail host as a directory tree, as its root file system would look, with its spec and zones beside it."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import struct
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from tests.lab.mail_host.accounts import Accounts, accounts
from tests.lab.mail_host.identity import HOST, authority, dkim_key, host_pair, snakeoil

_HERE = Path(__file__).parent
_SPOOL = "var/spool/postfix"
_MAPS = ("etc/postfix/virtual", "etc/postfix/mailboxes", "etc/postfix/senders")
_IN_CHROOT = ("hosts", "localtime", "nsswitch.conf", "resolv.conf", "services")
# A compiled time zone (RFC 8536) of one type: UTC.
_UTC = b"TZif" + bytes(16) + struct.pack(">6L", 0, 0, 0, 0, 1, 4) + bytes(6) + b"UTC\0"


class Change(NamedTuple):
    """Replace the first `old` of a file by `new`; without `old`, `new` goes to the end, of a new file perhaps.

    `path` is absolute as the host knows it; one without leading slash stands beside the tree
    (`mailcheck.yaml`, `zones/example.com.zone`).
    """

    path: str
    old: str
    new: str


class Tree(NamedTuple):
    """A written host: `root` is its root file system, the rest stands beside it in `base`."""

    base: Path

    @property
    def root(self) -> Path:
        return self.base / "root"

    @property
    def spec(self) -> Path:
        """Its mailcheck.yaml, which names the folder of its zones."""
        return self.base / "mailcheck.yaml"

    @property
    def zones(self) -> Path:
        return self.base / "zones"

    @property
    def ca(self) -> Path:
        """The certificate of the authority, PEM."""
        return self.base / "ca.pem"

    def host_path(self, path: str) -> Path:
        """Where a path of the host is, or of what stands beside it."""
        return self.root / path.removeprefix("/") if path.startswith("/") else self.base / path

    def change(self, *changes: Change) -> None:
        """Change files, of which none may stay as it was."""
        for path, old, new in changes:
            file = self.host_path(path)
            text = file.read_text(encoding="utf-8") if file.exists() or old else ""
            assert old in text, f"{path} has no {old!r}"
            file.write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")


MakeTree = Callable[[Path, Iterable[Change]], Tree]


def healthy_tree(base: Path, changes: Iterable[Change] = ()) -> Tree:
    """mail.example.com as a careful postmaster sets it up on Debian 12, with these changes, in a new or empty folder."""
    tree, known = Tree(base), accounts()
    _start(tree, known, "healthy")
    for domain in ("example.com", "example.net"):
        _write(tree, f"etc/dkimkeys/s202611.{domain}.private", dkim_key(domain).pem)
        known.own(tree.root / f"etc/dkimkeys/s202611.{domain}.private", "opendkim:opendkim", 0o600)
    known.own(tree.root / "etc/dkimkeys", "opendkim:opendkim", 0o700)
    _certificate(tree, known)
    known.own(tree.root / "etc/letsencrypt/renewal-hooks/deploy/postfix", "root:root", 0o755)
    _folder(tree, known, f"{_SPOOL}/opendkim", "opendkim:postfix", 0o750)
    _socket(tree, known, f"{_SPOOL}/opendkim/opendkim.sock", "opendkim:postfix", 0o770)
    _socket(tree, known, f"{_SPOOL}/private/auth", "postfix:postfix", 0o660)
    _folder(tree, known, "var/mail/vhosts", "vmail:vmail", 0o700)
    _finish(tree, changes, _MAPS)
    return tree


def seed_tree(base: Path, changes: Iterable[Change] = ()) -> Tree:
    """A host as a well-known guide of 2016 sets one up, on Debian 12: its packages' defaults and that guide's lines."""
    tree, known = Tree(base), accounts(opendkim="postfix")
    _start(tree, known, "seed")
    _write(tree, "etc/dkimkeys/mail.private", dkim_key("example.com").pem)
    known.own(tree.root / "etc/dkimkeys/mail.private", "opendkim:opendkim", 0o600)
    known.own(tree.root / "etc/dkimkeys", "opendkim:opendkim", 0o700)
    pair = snakeoil("example.com")
    _write(tree, "etc/ssl/certs/ssl-cert-snakeoil.pem", pair.certificate)
    _write(tree, "etc/ssl/private/ssl-cert-snakeoil.key", pair.key)
    known.own(tree.root / "etc/ssl/private/ssl-cert-snakeoil.key", "root:ssl-cert", 0o640)
    known.own(tree.root / "etc/ssl/private", "root:ssl-cert", 0o710)
    _folder(tree, known, "run/opendkim", "opendkim:opendkim", 0o755)
    _socket(tree, known, "run/opendkim/opendkim.sock", "opendkim:opendkim", 0o775)
    _folder(tree, known, f"{_SPOOL}/var/run/opendkim", "opendkim:opendkim", 0o755)
    _finish(tree, changes, ())
    return tree


def _start(tree: Tree, known: Accounts, name: str) -> None:
    """What is the same on every host: its files, accounts, secret and queue."""
    tree.base.mkdir(exist_ok=True)
    shutil.copytree(_HERE / name, tree.root, copy_function=shutil.copyfile)
    for path in tree.root.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    known.write(tree.root / "etc")
    _write(tree, "etc/localtime", _UTC)
    _write(tree, "etc/ssl/certs/ca-certificates.crt", authority().pem)
    _write(tree, "etc/postsrsd.secret", secrets.token_urlsafe(24).encode("ascii") + b"\n")
    known.own(tree.root / "etc/postsrsd.secret", "root:root", 0o600)
    _folder(tree, known, _SPOOL, "root:root", 0o755)
    _folder(tree, known, f"{_SPOOL}/private", "postfix:root", 0o700)
    _folder(tree, known, f"{_SPOOL}/public", "postfix:postdrop", 0o710)
    _folder(tree, known, "var/lib/postfix", "postfix:postfix", 0o755)
    _folder(tree, known, "var/lib/postsrsd", "root:root", 0o755)
    _folder(tree, known, "var/mail", "root:mail", 0o2775)
    _folder(tree, known, "var/log", "root:root", 0o755)
    _folder(tree, known, "run", "root:root", 0o755)
    _spec(tree)


def _finish(tree: Tree, changes: Iterable[Change], maps: Iterable[str]) -> None:
    """Make the changes, then what a host makes of its files: the chroot's copies and the tables."""
    tree.change(*changes)
    for name in _IN_CHROOT:
        _write(tree, f"{_SPOOL}/etc/{name}", (tree.root / "etc" / name).read_bytes())
    for path in tree.root.rglob("*"):
        settle(path)
    build_tables(tree, maps)


def settle(path: Path) -> None:
    """Let a file be a minute old: Postfix waits up to two seconds before it trusts a newer one."""
    then = time.time() - 60
    os.utime(path, (then, then), follow_symlinks=False)


def build_tables(tree: Tree, maps: Iterable[str] = _MAPS) -> None:
    """Build the tables anew, as newaliases and postmap do; without Postfix they are empty files."""
    settings = tree.base / "postmap"
    settings.mkdir(exist_ok=True)
    (settings / "main.cf").write_text("compatibility_level = 3.6\n", encoding="ascii")
    settle(settings / "main.cf")
    for path, command in {"etc/aliases": "postalias", **dict.fromkeys(maps, "postmap")}.items():
        found = shutil.which(command, path=os.pathsep.join(("/usr/sbin", os.environ.get("PATH", ""))))
        if found is None:
            _write(tree, f"{path}.db", b"")
        else:
            subprocess.run([found, "-c", str(settings), f"hash:{tree.root / path}"], check=True, timeout=60)


def _spec(tree: Tree) -> None:
    tree.zones.mkdir()
    values = {
        "key_com": dkim_key("example.com").record,
        "key_net": dkim_key("example.net").record,
        "tlsa": host_pair().tlsa,
    }
    for file in (_HERE / "spec/zones").iterdir():
        (tree.zones / file.name).write_text(file.read_text(encoding="ascii").format(**values), encoding="ascii")
    shutil.copyfile(_HERE / "spec/mailcheck.yaml", tree.spec)
    tree.ca.write_bytes(authority().pem)


def _certificate(tree: Tree, known: Accounts) -> None:
    """The certificate and its key where certbot puts them: links to the newest of an archive."""
    pair, folder = host_pair(), f"etc/letsencrypt/archive/{HOST}"
    _write(tree, f"{folder}/fullchain1.pem", pair.certificate)
    _write(tree, f"{folder}/privkey1.pem", pair.key)
    known.own(tree.root / folder / "privkey1.pem", "root:root", 0o600)
    live = tree.root / "etc/letsencrypt/live" / HOST
    live.mkdir(parents=True)
    for name in ("fullchain", "privkey"):
        (live / f"{name}.pem").symlink_to(f"../../archive/{HOST}/{name}1.pem")
    for name in ("archive", "live"):
        known.own(tree.root / "etc/letsencrypt" / name, "root:root", 0o700)


def _write(tree: Tree, path: str, content: bytes) -> None:
    file = tree.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o644)
    file.write_bytes(content)


def _folder(tree: Tree, known: Accounts, path: str, owner: str, mode: int) -> None:
    folder = tree.root / path
    folder.mkdir(parents=True, exist_ok=True)
    known.own(folder, owner, mode)


def _socket(tree: Tree, known: Accounts, path: str, owner: str, mode: int) -> None:
    """A socket that nothing listens on."""
    os.mknod(tree.root / path, stat.S_IFSOCK | mode)
    known.own(tree.root / path, owner, mode)
