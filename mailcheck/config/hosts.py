"""A host of the spec by the name that somebody typed."""

from __future__ import annotations

from mailcheck.config.document import nearest
from mailcheck.errors import UsageError
from mailcheck.model.names import absolute
from mailcheck.model.spec import HostSpec, MailSpec


def find_host(spec: MailSpec, name: str) -> HostSpec:
    """The host with its addresses and SRS domain, by its name with or without the final dot.

    Raises UsageError where the spec does not have it.
    """
    host = spec.hosts.get(absolute(name))
    if host is None:
        known = [known.removesuffix(".") for known in spec.hosts]
        raise UsageError(f"mailcheck.yaml has no host {name!r}", hint=nearest(name, known))
    return host
