"""What the audit says of a host of the lab, and changes to a running one that are taken back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from mailcheck.commands.audit import AuditSettings, audit_host
from mailcheck.model.progress import Silent
from tests.host_lab.told import loud_lines
from tests.lab.mail_host.host import MailHost
from tests.lab.mail_host.tree import Change, Tree


def audited(tree: Tree, *prefixes: str) -> set[str]:
    """The ids of these prefixes (`milter`) among what `mailcheck audit host --root` finds."""
    settings = AuditSettings(root=tree.root, config=tree.spec, zones=(tree.zones,))
    begins = tuple([f"host-{prefix}-" for prefix in prefixes])
    return {finding.rule for finding in audit_host(settings, Silent()).findings if finding.rule.startswith(begins)}


@contextmanager
def changed_host(host: MailHost, *changes: Change) -> Iterator[Callable[[], bool]]:
    """Postfix with these changes, which replace text, until the context ends.

    Yields whether no line of warning or error was logged since. Postfix is restarted: after a reload an old process
    may take one more connection.
    """
    host.change(*changes)
    host.restart("postfix")
    before = host.log()
    try:
        yield lambda: not loud_lines(host, before)
    finally:
        host.change(*[Change(path, new, old) for path, old, new in reversed(changes)])
        host.restart("postfix")


def message(author: str) -> EmailMessage:
    """A short message by `author`."""
    found = EmailMessage()
    found["From"], found["To"], found["Subject"] = author, "bob@example.com", "the bill"
    found["Date"], found["Message-ID"] = "Wed, 25 Nov 2026 17:00:00 +0000", "<1@example.org>"
    found.set_content("See the attachment.\n")
    return found
