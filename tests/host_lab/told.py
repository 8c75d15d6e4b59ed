"""What the audit says of a host of the lab, and faults that a running one has for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.host_lab import judged
from tests.lab.mail_host.host import MailHost
from tests.lab.mail_host.tree import Change, Tree

LOUD = ("warning:", "error:", "fatal:", "panic:")


def told(tree: Tree, *prefixes: str, live: bool = False) -> set[str]:
    """What the rules `host-PREFIX-...` find, without that beginning; `live` lets owners and modes count."""
    return {rule.removeprefix("host-") for rule in judged.told(tree, *prefixes, live=live)}


@contextmanager
def fault(host: MailHost, *changes: Change) -> Iterator[None]:
    """The host with these changes, which are taken back afterwards.

    Postfix is restarted: after a reload an old process may take one more connection, and a service that ended of a
    fault is started again after a minute only.
    """
    try:
        with host.changed(*changes):
            host.restart("postfix")
            yield
    finally:
        host.restart("postfix")


def loud_lines(host: MailHost, before: str) -> list[str]:
    """Warnings and errors that Postfix logged since its log was `before`."""
    return [line for line in host.log()[len(before) :].splitlines() if any(word in line for word in LOUD)]
