"""Sizes and levels on the running host."""

from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from tests.host_lab.told import fault, told
from tests.lab.mail_host.host import OUTSIDE, MailHost
from tests.lab.mail_host.tree import Change

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
MAIN = "/etc/postfix/main.cf"


@pytest.fixture(scope="module")
def host() -> Iterator[MailHost]:
    with MailHost() as started:
        yield started


def test_mail_for_a_mailbox_that_is_too_small_waits(host: MailHost) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "joe@sender.example", "hello"
    message.set_content("Hello.\n")
    with fault(host, Change(MAIN, "virtual_mailbox_limit = 0", "virtual_mailbox_limit = 1000000")):
        host.send(message, "joe@sender.example", "postmaster@example.com", client=OUTSIDE)
        assert "virtual_mailbox_limit is smaller than message_size_limit" in host.logged("fatal:")
        assert [waiting["recipients"][0]["address"] for waiting in host.queue()] == ["ann@example.com"]
        assert told(host.tree, "size") == {"size-mailbox-lt-message"}


def test_without_a_level_old_defaults_hold(host: MailHost) -> None:
    with fault(host, Change(MAIN, "compatibility_level = 3.6\n", "# none\n")):
        assert host.logged("backwards-compatible default settings")
        assert told(host.tree, "compat") == {"compat-level"}
