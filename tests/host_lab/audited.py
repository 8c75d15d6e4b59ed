"""What the audit says of a host of the lab, and changes to a running one that are taken back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from mailcheck.commands.audit import AuditSettings, audit_host
from mailcheck.model.progress import Silent
from tests.host_lab.told import fault, loud_lines
from tests.lab.mail_host.host import MailHost
from tests.lab.mail_host.tree import Change, Tree


def audited(tree: Tree, *prefixes: str) -> set[str]:
    """The ids of these prefixes (`milter`) among what `mailcheck audit host --root` finds."""
    settings = AuditSettings(root=tree.root, config=tree.spec, zones=(tree.zones,))
    begins = tuple([f"host-{prefix}-" for prefix in prefixes])
    return {finding.rule for finding in audit_host(settings, Silent()).findings if finding.rule.startswith(begins)}


@contextmanager
def changed_host(host: MailHost, *changes: Change) -> Iterator[Callable[[], bool]]:
    """The host with a `fault`; yields whether no line of warning or error was logged since."""
    with fault(host, *changes):
        before = host.log()
        yield lambda: not loud_lines(host, before)


def message(author: str) -> EmailMessage:
    """A short message by `author`."""
    found = EmailMessage()
    found["From"], found["To"], found["Subject"] = author, "bob@example.com", "the bill"
    found["Date"], found["Message-ID"] = "Wed, 25 Nov 2026 17:00:00 +0000", "<1@example.org>"
    found.set_content("See the attachment.\n")
    return found
