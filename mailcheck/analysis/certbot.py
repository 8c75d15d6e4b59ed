"""Whether certbot, having renewed a certificate, could reload anything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from mailcheck.model.machine import HostFile, How

_LIVE: Final = "/etc/letsencrypt/live/"
HOOKS: Final = "/etc/letsencrypt/renewal-hooks/deploy"
"""The folder of programs that run after each renewal."""
_HOOK = re.compile(r"^\s*(?:renew|deploy|post)_hook\s*=\s*\S", re.MULTILINE)


def renewal_file(certificate: str) -> str:
    """The file in which certbot keeps how it renews a certificate of its `live` folder; empty for others."""
    name, slash, _ = certificate.removeprefix(_LIVE).partition("/")
    return f"/etc/letsencrypt/renewal/{name}.conf" if certificate.startswith(_LIVE) and slash else ""


def certbot_files(certificate: str) -> Iterator[tuple[str, How]]:
    """What tells of the hooks of a certificate."""
    if renewal := renewal_file(certificate):
        yield renewal, "text"
        yield HOOKS, "list"


def may_reload(certificate: str, files: Mapping[str, HostFile]) -> bool | None:
    """Whether a hook runs after a renewal of the certificate; None where another program renews it, or unread."""
    renewal = renewal_file(certificate)
    told, hooks = files.get(renewal), files.get(HOOKS)
    if told is None or hooks is None:
        return None
    if hooks.names or _HOOK.search(told.text or ""):
        return True
    known = told.state in ("file", "missing") and hooks.state in ("folder", "missing")
    return False if known else None
