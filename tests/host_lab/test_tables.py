"""What tables that were not built, or built too early, do to mail of a running host."""

from __future__ import annotations

import os
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailcheck.analysis.host_facts import gather, host_facts
from mailcheck.host.tree import Tree
from mailcheck.lint.host_run import run_host_rules
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.run import RunSettings
from mailcheck.model.machine import Machine
from tests.host_lab import judged
from tests.host_lab.told import fault
from tests.lab.mail_host.host import OUTSIDE, MailHost
from tests.lab.mail_host.tree import Change

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
VIRTUAL = "etc/postfix/virtual"
MESSAGE = EmailMessage()
MESSAGE["From"], MESSAGE["To"] = "stranger@example.org", "ann@example.com"
MESSAGE.set_content("Hello.\n")


@pytest.fixture(scope="module")
def host() -> Iterator[MailHost]:
    with MailHost() as started:
        yield started


def answer(host: MailHost, recipient: str) -> int:
    """What RCPT is answered with for a recipient."""
    with host.connect(client=OUTSIDE) as smtp:
        smtp.ehlo()
        smtp.mail("stranger@example.org")
        return smtp.rcpt(recipient)[0]


def told(root: Path) -> list[str]:
    """The rules about tables that speak of a tree whose times count."""
    with Tree(root, live=True) as tree:
        machine = Machine(
            gather(tree.read), live=True, as_root=True, map_types=frozenset({"hash", "btree", "static", "tcp"})
        )
    rules = {name: rule for name, rule in installed_rules("plan").items() if name.startswith("host-map-")}
    report = run_host_rules(host_facts(machine), RunSettings(), rules, (), host=None)
    return [finding.rule for finding in report.findings]


def test_stale_edits_do_not_count(host: MailHost) -> None:
    """map.stale: the new alias is refused until postmap was run."""
    for root in (host.tree.root, host.folder):
        file = root / VIRTUAL
        file.write_text(file.read_text() + "new@example.com ann@example.com\n")
        built = file.with_suffix(".db").stat().st_mtime
        os.utime(file, (built + 60, built + 60))
    assert answer(host, "new@example.com") == 550
    assert "host-map-stale" in told(host.tree.root)
    for root in (host.tree.root, host.folder):
        file = root / VIRTUAL
        built = file.with_suffix(".db").stat().st_mtime
        os.utime(file, (built, built))


def test_a_missing_table_defers_everything(host: MailHost) -> None:
    """map.missing: every lookup is an error, so that all mail gets 451."""
    tables = [root / f"{VIRTUAL}.db" for root in (host.tree.root, host.folder)]
    for table in tables:
        table.rename(table.with_suffix(".away"))
    host.reload()
    try:
        with pytest.raises(smtplib.SMTPException) as caught:
            host.send(MESSAGE, "stranger@example.org", "ann@example.com", client=OUTSIDE)
        assert "451" in str(caught.value)
        assert told(host.tree.root) == ["host-map-missing"]
    finally:
        for table in tables:
            table.with_suffix(".away").rename(table)
        host.reload()


def test_vrfy_tells_who_is_there(host: MailHost) -> None:
    """vrfy: a mailbox that exists is told from one that does not, and nothing is logged."""

    def answers() -> list[int]:
        with host.connect(client=OUTSIDE) as smtp:
            smtp.ehlo()
            return [smtp.verify(f"{name}@example.com")[0] for name in ("ann", "nobody-here")]

    off, on = "disable_vrfy_command = yes", "disable_vrfy_command = no"
    assert answers() == [502, 502]
    with fault(host, Change("/etc/postfix/main.cf", off, on)):
        assert answers() == [252, 550]
        assert judged.told(host.tree, "smtp") == {"host-smtp-vrfy"}


def test_mail_still_flows(host: MailHost) -> None:
    host.send(MESSAGE, "stranger@example.org", "ann@example.com", client=OUTSIDE)
    assert host.mailbox("ann")[0]["From"] == "stranger@example.org"
