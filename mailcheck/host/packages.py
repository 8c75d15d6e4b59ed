"""The version of Postfix that a host's package manager says is installed."""

from __future__ import annotations

import re

from mailcheck.host.tree import Tree
from mailcheck.model.patterns import late

MAX_STATUS = 32_000_000
"""Octets of a package manager's list."""

_DPKG = "/var/lib/dpkg/status"
_APK = ("/lib/apk/db/installed", "/usr/lib/apk/db/installed")
_VERSION = late(r"(?:\d{1,4}:)?(\d{1,4}\.\d{1,4}(?:\.\d{1,4})?)")


def packaged_postfix(tree: Tree) -> str:
    """The version as Postfix itself counts (`3.7.11`), empty where no list of packages tells."""
    found = _dpkg(tree.octets(_DPKG, MAX_STATUS) or b"")
    return found or next(filter(None, (_apk(tree, path) for path in _APK)), "")


def upstream_version(text: str) -> str:
    """`1:3.7.11-0+deb12u1` is 3.7.11; empty for what is no version."""
    found = _VERSION.match(text)
    return found[1] if found else ""


def _dpkg(status: bytes) -> str:
    """As dpkg lists packages: a stanza each, of fields `Name: value`."""
    stanza = _stanza(status, b"Package: postfix")
    if stanza is None or not re.search(rb"^Status: \S+ \S+ installed$", stanza, re.MULTILINE):
        return ""
    return _version(stanza, rb"^Version: (.{1,100})$")


def _apk(tree: Tree, path: str) -> str:
    """As apk lists packages: a stanza each, of lines `P:name`, `V:version`."""
    stanza = _stanza(tree.octets(path, MAX_STATUS) or b"", b"P:postfix")
    return "" if stanza is None else _version(stanza, rb"^V:(.{1,100})$")


def _stanza(text: bytes, line: bytes) -> bytes | None:
    """The lines around `line` up to the blank lines that part stanzas."""
    found = re.search(rb"^" + re.escape(line) + rb"$", text, re.MULTILINE)
    if found is None:
        return None
    start = text.rfind(b"\n\n", 0, found.start()) + 1
    end = text.find(b"\n\n", found.end())
    return text[start : end if end >= 0 else None]


def _version(stanza: bytes, pattern: bytes) -> str:
    found = re.search(pattern, stanza, re.MULTILINE)
    return upstream_version(found[1].decode("ascii", "replace")) if found else ""
