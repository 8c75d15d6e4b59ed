"""What faults in the names of a running host do to its mail, and that the audit names each of them."""

import smtplib
from collections.abc import Iterator

import pytest

from tests.host_lab.audited import audited, changed_host, message
from tests.lab.mail_host.host import OUTSIDE, MailHost
from tests.lab.mail_host.tree import Change

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
MAIN, SRS = "/etc/postfix/main.cf", "/etc/default/postsrsd"
NAME, LOCAL = "myhostname = mail.example.com\n", "mydestination = $myhostname, localhost."
RELAY = "relay_domains =\n"


@pytest.fixture(scope="module")
def host() -> Iterator[MailHost]:
    with MailHost() as started:
        yield started


def helo(host: MailHost) -> str:
    """The name under which a message leaves."""
    host.send(message("ann@example.com"), "ann@example.com", "bob@else.example")
    return host.delivered()[0].helo


def refusal(host: MailHost, recipient: str) -> tuple[int, bytes]:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        host.send(message("joe@sender.example"), "joe@sender.example", recipient, client=OUTSIDE)
    return caught.value.recipients[recipient]


def test_a_healthy_host_is_not_found_fault_with(host: MailHost) -> None:
    assert helo(host) == "mail.example.com"
    assert audited(host.tree, "pf", "hostname") == set()


@pytest.mark.parametrize(
    ("old", "new", "said", "rule"),
    [
        (NAME, "myhostname = vm\n", "vm", "host-pf-myhostname-unqualified"),
        (NAME, "myhostname = example.com\n", "example.com", "host-pf-myhostname-is-domain"),
        (RELAY, f"{RELAY}smtp_helo_name = vm\n", "vm", "host-pf-helo-override"),
        (RELAY, f"{RELAY}smtp_helo_name = vm # ours\n", "vm # ours", "host-pf-inline-comment"),
    ],
)
def test_the_wrong_name_is_said_to_others(host: MailHost, old: str, new: str, said: str, rule: str) -> None:
    with changed_host(
        host, Change(MAIN, LOCAL, "mydestination = mail.example.com, localhost."), Change(MAIN, old, new)
    ) as quiet:
        assert helo(host) == said
        assert quiet()
        assert audited(host.tree, "pf") == {rule}


def test_mail_for_a_domain_in_no_class_is_refused(host: MailHost) -> None:
    with changed_host(
        host, Change(MAIN, "virtual_alias_domains = example.net", "virtual_alias_domains = example.org")
    ):
        code, text = refusal(host, "carol@example.net")
        assert (code, b"Relay access denied" in text) == (554, True)
        assert audited(host.tree, "pf") == {"host-pf-mydestination-missing"}


def test_users_of_a_domain_in_two_classes_do_not_exist(host: MailHost) -> None:
    with changed_host(host, Change(MAIN, LOCAL, "mydestination = example.com, $myhostname, localhost.")):
        code, text = refusal(host, "reports@example.com")
        assert (code, b"User unknown" in text) == (550, True)
        host.logged("do not list domain example.com in BOTH mydestination and virtual_mailbox_domains")
        assert audited(host.tree, "pf") == {"host-pf-domain-in-two-classes"}


def test_programs_write_from_a_host_that_nobody_knows(host: MailHost) -> None:
    with changed_host(host, Change(MAIN, "myorigin = /etc/mailname", "myorigin = vm")):
        host.sendmail(message("root"), "root", "bob@else.example")
        content = host.delivered()[0].content
        assert b"From: root@vm\r\n" in content
        assert b"DKIM-Signature" not in content
        assert audited(host.tree, "pf") == {"host-pf-myorigin-unqualified"}


def test_senders_become_those_of_a_domain_that_is_not_ours(host: MailHost) -> None:
    changes = (
        Change(MAIN, "mydomain = example.com", "mydomain = localdomain"),
        Change(SRS, "SRS_DOMAIN=srs.example.com\n", "#\n"),
        Change(SRS, "SRS_EXCLUDE_DOMAINS=example.com,.example.com,example.net\n", "##\n"),
    )
    with changed_host(host, *changes):
        host.restart("postsrsd")
        host.send(message("ann@example.com"), "ann@example.com", "bob@else.example")
        assert host.delivered()[0].sender.endswith("=example.com=ann@localdomain")
        assert audited(host.tree, "pf") == {"host-pf-mydomain-default"}
