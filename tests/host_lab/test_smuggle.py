"""SMTP smuggling on the running host: two messages arrive where one was sent."""

import smtplib
from collections.abc import Iterator
from contextlib import suppress
from email.message import Message

import pytest

from tests.host_lab.told import fault, loud_lines, told
from tests.lab.mail_host.host import OUTSIDE, MailHost
from tests.lab.mail_host.tree import Change

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
MAIN = "/etc/postfix/main.cf"
NEWLINE = Change(MAIN, "smtpd_forbid_bare_newline = normalize", "smtpd_forbid_bare_newline = no")
PIPELINING = (
    Change(MAIN, "smtpd_data_restrictions = reject_unauth_pipelining", "smtpd_data_restrictions ="),
    Change(MAIN, "smtpd_forbid_unauth_pipelining = yes", "smtpd_forbid_unauth_pipelining = no"),
)


@pytest.fixture(scope="module")
def host() -> Iterator[MailHost]:
    with MailHost() as started:
        yield started


def smuggle(host: MailHost, name: str) -> None:
    """Send one message that holds, after a bare newline, what could be a second one."""
    inner = (
        f"\n.\r\nMAIL FROM:<admin@example.net>\r\nRCPT TO:<postmaster@example.com>\r\nDATA\r\n"
        f"Subject: forged {name}\r\n\r\nforged\r\n.\r\n"
    )
    smtp = host.connect(client=OUTSIDE)
    smtp.ehlo()
    smtp.mail("joe@sender.example")
    smtp.rcpt("postmaster@example.com")
    smtp.docmd("DATA")
    smtp.send(f"Subject: sent {name}\r\n\r\ntext{inner}QUIT\r\n")
    with suppress(smtplib.SMTPServerDisconnected):
        while smtp.getreply()[0] != 221:
            pass
    smtp.close()


def arrived(messages: list[Message], name: str) -> set[str]:
    return {
        subject.split(maxsplit=1)[0] for found in messages if (subject := str(found["Subject"])).endswith(name)
    }


def test_two_messages_arrive_and_nothing_is_logged(host: MailHost) -> None:
    with fault(host, NEWLINE, *PIPELINING):
        before = host.log()
        smuggle(host, "open")
        assert arrived(host.mailbox("ann", 2), "open") == {"sent", "forged"}
        assert not loud_lines(host, before)
        assert told(host.tree, "smuggle") == {"smuggle-bare-newline", "smuggle-pipelining"}


def test_each_of_the_two_settings_stops_it(host: MailHost) -> None:
    count = len(host.mailbox("ann", 0))
    with fault(host, *PIPELINING):
        smuggle(host, "normalized")
        assert told(host.tree, "smuggle") == {"smuggle-pipelining"}
        assert arrived(host.mailbox("ann", count + 1), "normalized") == {"sent"}
    with fault(host, NEWLINE):
        smuggle(host, "in-step")
        assert told(host.tree, "smuggle") == {"smuggle-bare-newline"}
    assert "forged" not in arrived(host.mailbox("ann", count + 1), "in-step")
