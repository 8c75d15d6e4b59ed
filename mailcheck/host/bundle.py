"""A machine as a JSON bundle, so that a host is read in one place and audited in another."""

from __future__ import annotations

import binascii
import ipaddress
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, get_args

from mailcheck import __version__
from mailcheck.errors import InputRefused
from mailcheck.grammar.pem import PROBLEMS, read_certificate
from mailcheck.host.masking import masked
from mailcheck.host.strict_json import Node, read_json
from mailcheck.host.tree import MAX_NAMES, MAX_TEXT
from mailcheck.model.machine import Certificate, HostFile, KeyHalf, Machine, Pem, Probe, Queue, Stat, State

VERSION = 1
MAX_SIZE = 8_000_000
"""Octets of a bundle."""
MAX_FILES = 2_000
MAX_ITEMS = 10_000
"""Addresses, listeners, certificates and probes, of each."""

_CODE = "bundle"
_LARGEST = 10**18
_MAX_PART = 200_000
"""Characters of a key or certificate in base64; a file of them has 64 KB at most."""
_MACHINE = (
    *("version", "tool", "read_at", "live", "as_root", "uname", "addresses", "unix_listeners", "tcp_listeners"),
    *("postfix_version", "map_types", "postfix_started", "queue", "probes", "files"),
)
_FIRST: tuple[Literal["certificate", "key", ""], ...] = ("certificate", "key", "")


def bundle_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a bundle."""
    from importlib.resources import files

    schema: dict[str, Any] = json.loads(files(__package__).joinpath("bundle.schema.json").read_text("utf-8"))
    return schema


def bundle_text(machine: Machine) -> str:
    """The bundle: JSON in ASCII, the same for the same machine.

    Raises InputRefused `bundle-size` where it would be one that `read_bundle` refuses.
    """
    document = {
        "version": VERSION,
        "tool": {"name": "mailcheck", "version": __version__},
        "read_at": machine.read_at.isoformat(),
        "live": machine.live,
        "as_root": machine.as_root,
        "uname": machine.uname,
        "addresses": None if machine.addresses is None else [str(address) for address in machine.addresses],
        "unix_listeners": _sorted(machine.unix_listeners),
        "tcp_listeners": _sorted(machine.tcp_listeners),
        "postfix_version": machine.postfix_version,
        "map_types": _sorted(machine.map_types),
        "postfix_started": _time_text(machine.postfix_started),
        "queue": None
        if machine.queue is None
        else {"deferred": machine.queue.deferred, "oldest": _time_text(machine.queue.oldest)},
        "probes": None if machine.probes is None else [probe._asdict() for probe in machine.probes],
        "files": [_file_json(file) for _, file in sorted(machine.files.items())],
    }
    text = json.dumps(document, indent=1, sort_keys=True, allow_nan=False) + "\n"
    if len(text) > MAX_SIZE:
        largest = max(
            machine.files.values(), key=lambda file: len(file.text or ""), default=HostFile("", "missing")
        )
        raise InputRefused("bundle-size", f"the bundle would be over {MAX_SIZE} octets", path=largest.path)
    return text


def read_bundle(text: str, path: str) -> Machine:
    """The machine in a bundle; `path` is the bundle's own. Private keys in its texts are masked once more.

    Raises InputRefused `bundle-size`, `bundle-syntax` (with line and column), `bundle-version`, `bundle-shape`.
    """
    document = read_json(text, path, _CODE, MAX_SIZE)
    document.expect_version(VERSION)
    members = document.mapping(_MACHINE, _MACHINE)
    tool = members["tool"].mapping(("name", "version"), ("name", "version"))
    tool["name"].text()
    tool["version"].text()
    return Machine(
        files=_files(members["files"]),
        read_at=_time(members["read_at"]),
        live=members["live"].flag(),
        as_root=members["as_root"].flag(),
        uname=members["uname"].text(),
        addresses=members["addresses"].or_none(_addresses),
        unix_listeners=members["unix_listeners"].or_none(_texts),
        tcp_listeners=members["tcp_listeners"].or_none(_texts),
        postfix_version=members["postfix_version"].text(100),
        map_types=members["map_types"].or_none(_texts),
        postfix_started=members["postfix_started"].or_none(_time),
        queue=members["queue"].or_none(_queue),
        probes=members["probes"].or_none(lambda node: tuple(_probe(each) for each in node.items(MAX_ITEMS))),
    )


def _sorted(texts: Iterable[str] | None) -> list[str] | None:
    return None if texts is None else sorted(texts)


def _time_text(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def _file_json(file: HostFile) -> dict[str, Any]:
    """What is not told is left out."""
    members: dict[str, Any] = {"path": file.path, "state": file.state}
    if file.why:
        members["why"] = file.why
    if file.text is not None:
        members["text"] = masked(file.text, file.path)
    if file.pem is not None:
        members["pem"] = _pem_json(file.pem)
    if file.names:
        members["names"] = list(file.names)
    if file.stat is not None:
        members["stat"] = file.stat._asdict()
    if file.octets:
        members["octets"] = file.octets
    return members


def _pem_json(pem: Pem) -> dict[str, Any]:
    return {
        "certificates": [_encoded(certificate.der) for certificate in pem.certificates],
        "keys": [{"kind": key.kind, "bits": key.bits, "spki": _encoded(key.spki)} for key in pem.keys],
        "first": pem.first,
        "problem": pem.problem,
    }


def _encoded(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")


def _files(node: Node) -> MappingProxyType[str, HostFile]:
    files: dict[str, HostFile] = {}
    for item in node.items(MAX_FILES):
        file = _file(item)
        if file.path in files:
            item.refuse("is a file that was there before")
        files[file.path] = file
    return MappingProxyType(files)


def _file(node: Node) -> HostFile:
    members = node.mapping(HostFile._fields, ("path", "state"))
    read: dict[str, Any] = {
        "path": members["path"].parsed(_absolute, "an absolute path"),
        "state": members["state"].one_of(get_args(State)),
    }
    take: dict[str, Callable[[Node], Any]] = {
        "why": Node.text,
        "text": lambda text: masked(text.text(MAX_TEXT), read["path"]),
        "pem": _pem,
        "names": lambda names: tuple(name.text() for name in names.items(MAX_NAMES)),
        "stat": _stat,
        "octets": lambda octets: octets.integer(_LARGEST),
    }
    return HostFile(**read, **{key: take[key](member) for key, member in members.items() if key in take})


def _stat(node: Node) -> Stat:
    members = node.mapping(Stat._fields, Stat._fields)
    return Stat(
        members["mode"].integer(0o7777),
        members["owner"].text(),
        members["group"].text(),
        members["mtime"].number(),
    )


def _pem(node: Node) -> Pem:
    members = node.mapping(Pem._fields, Pem._fields)
    return Pem(
        tuple(_certificate(item) for item in members["certificates"].items(MAX_ITEMS)),
        tuple(_key(item) for item in members["keys"].items(MAX_ITEMS)),
        members["first"].one_of(_FIRST),
        members["problem"].one_of(PROBLEMS),
    )


def _certificate(node: Node) -> Certificate:
    return node.parsed(lambda text: read_certificate(_decoded(text)), "a certificate in base64", _MAX_PART)


def _key(node: Node) -> KeyHalf:
    members = node.mapping(KeyHalf._fields, KeyHalf._fields)
    spki = members["spki"].parsed(_decoded, "base64", _MAX_PART)
    return KeyHalf(members["kind"].text(20), members["bits"].integer(1_000_000), spki)


def _queue(node: Node) -> Queue:
    members = node.mapping(Queue._fields, Queue._fields)
    return Queue(members["deferred"].integer(_LARGEST), members["oldest"].or_none(_time))


def _probe(node: Node) -> Probe:
    members = node.mapping(Probe._fields, Probe._fields)
    return Probe(**{name: member.text(MAX_TEXT) for name, member in members.items()})


def _addresses(node: Node) -> tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, ...]:
    return tuple(item.parsed(ipaddress.ip_address, "an IP address") for item in node.items(MAX_ITEMS))


def _texts(node: Node) -> frozenset[str]:
    return frozenset([item.text() for item in node.items(MAX_ITEMS)])


def _time(node: Node) -> datetime:
    return node.parsed(_aware, "a time with its offset", 40)


def _aware(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(text)
    return time


def _absolute(text: str) -> str:
    if not text.startswith("/") or "\0" in text:
        raise ValueError(text)
    return text


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("no base64") from None
