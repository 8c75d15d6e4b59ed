"""What was read of one mail host: its files as they are, and on the running host what the system tells.

Never a secret: of a private key only its public half is kept, of a file of passwords only its size and mode.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal, NamedTuple

from mailcheck.model.names import IPAddress

How = Literal["text", "pem", "secret", "stat", "list"]
"""How a file is wanted: its text; its certificates and the public halves of its keys; its size alone (never its
content); nothing but that it is there; the names in a folder. What the system knows of it comes with each."""

State = Literal["file", "folder", "socket", "missing", "denied", "refused"]
"""`denied` where reading it needs more rights, `refused` where it may not be read (a link out of the root, a
FIFO, a device, a file over its limit)."""


class Stat(NamedTuple):
    """Who may do what to a file. `owner` and `group` are names of the host's own files, else numbers as text.

    `mode` holds the permission bits (0o7777), `mtime` is in seconds since the epoch.
    """

    mode: int
    owner: str
    group: str
    mtime: float


class KeyHalf(NamedTuple):
    """The public half of a key: `spki` is its SubjectPublicKeyInfo in DER (RFC 5280 section 4.1).

    `kind` is `rsa`, `ed25519`, `ec` or another word of the field; `bits` its size.
    """

    kind: str
    bits: int
    spki: bytes


class Certificate(NamedTuple):
    """A certificate (RFC 5280). `names` are its DNS names (subjectAltName, else the common name), lower case."""

    names: tuple[str, ...]
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    key: KeyHalf
    der: bytes


class Pem(NamedTuple):
    """The certificates and keys of a PEM file, in the file's order.

    `first` says what stands first. `problem` says in a few words why a part could not be used (`encrypted key`,
    `no PEM`, `broken key`), and holds nothing of the file.
    """

    certificates: tuple[Certificate, ...] = ()
    keys: tuple[KeyHalf, ...] = ()
    first: Literal["certificate", "key", ""] = ""
    problem: str = ""


class HostFile(NamedTuple):
    """One path of the host. `path` is absolute as the host knows it; `why` explains denied and refused.

    `text` is there for a file wanted as text, `pem` likewise, `names` for a folder wanted as list. `stat` is
    None where owners, modes and times cannot be trusted (a copied tree) and where there is no file. `octets`
    is the size of a file.
    """

    path: str
    state: State
    why: str = ""
    text: str | None = None
    pem: Pem | None = None
    names: tuple[str, ...] = ()
    stat: Stat | None = None
    octets: int = 0


class Queue(NamedTuple):
    """Mail that waits: how many messages are deferred, and since when the oldest is in the queue."""

    deferred: int
    oldest: datetime | None


class Probe(NamedTuple):
    """What one harmless question to a service gave: `asked` names it, `answer` is what came, or `error` why not.

    `subject` tells what was asked: a service of master.cf, a socket, a domain. Where it was not asked, since it is
    no endpoint of loopback, `not_probed` says why: that tells nothing of the service.
    """

    kind: str
    subject: str
    asked: str
    answer: str = ""
    error: str = ""
    not_probed: str = ""


class Machine(NamedTuple):
    """A host as it was read at `read_at`.

    - `live`: whether it is the running host; else a copied tree, a container or image, where owners, modes,
      times and sockets tell nothing, and all fields below `as_root` are empty or None.
    - `as_root`: whether it was read with root's rights.
    - `uname`: the host name that the kernel knows.
    - `addresses`: the global addresses of its interfaces.
    - `unix_listeners`: paths of Unix sockets that something listens on; `tcp_listeners`: `ADDRESS:PORT`, IPv6
      in brackets.
    - `postfix_version` as the system tells it (package status, or the binary), `map_types` as `postconf -m`.
    - `postfix_started`: when its master process was started.
    - `probes`: None where nothing was probed.
    """

    files: Mapping[str, HostFile] = MappingProxyType({})
    read_at: datetime = datetime.min
    live: bool = False
    as_root: bool = False
    uname: str = ""
    addresses: tuple[IPAddress, ...] | None = None
    unix_listeners: frozenset[str] | None = None
    tcp_listeners: frozenset[str] | None = None
    postfix_version: str = ""
    map_types: frozenset[str] | None = None
    postfix_started: datetime | None = None
    queue: Queue | None = None
    probes: tuple[Probe, ...] | None = None

    def file(self, path: str) -> HostFile | None:
        """The file as it was read, or None where nobody asked for it."""
        return self.files.get(path)
