"""Who may relay, on the running host: each fault lets strangers do what they should not, or stops the service."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from tests.host_lab.told import fault, loud_lines, told
from tests.lab.mail_host.host import OUTSIDE, MailHost
from tests.lab.mail_host.tree import Change

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
MAIN = "/etc/postfix/main.cf"
REJECT = "    permit_sasl_authenticated,\n    reject_unauth_destination"
LISTED = "    permit_mynetworks,\n" + REJECT


@pytest.fixture(scope="module")
def host() -> Iterator[MailHost]:
    with MailHost([Change("/etc/postfix/access", "", "partner.example OK\n")]) as started:
        yield started


def message() -> EmailMessage:
    found = EmailMessage()
    found["From"], found["Subject"] = "joe@partner.example", "hello"
    found.set_content("Hello.\n")
    return found


def relay(host: MailHost) -> None:
    host.send(message(), "joe@partner.example", "bob@else.example", client=OUTSIDE)


def refused(host: MailHost) -> int:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        relay(host)
    return int(caught.value.recipients["bob@else.example"][0])


def test_the_healthy_host_refuses_strangers(host: MailHost) -> None:
    assert refused(host) == 554
    assert not told(host.tree, "relay", "size", "compat", "queue", "smuggle", "cf")


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("mynetworks = 127.0.0.1/32", "mynetworks = 0.0.0.0/0", "relay-mynetworks-wide"),
        (REJECT, "    check_sender_access texthash:/etc/postfix/access,\n" + REJECT, "relay-access-ok"),
    ],
)
def test_strangers_relay_and_nothing_is_logged(host: MailHost, old: str, new: str, rule: str) -> None:
    with fault(host, Change(MAIN, old, new)):
        before = host.log()
        relay(host)
        assert host.delivered()[0].recipients == ("bob@else.example",)
        assert not loud_lines(host, before)
        assert told(host.tree, "relay") == {rule}


def test_a_deferral_is_temporary(host: MailHost) -> None:
    with fault(host, Change(MAIN, "    reject_unauth_destination", "    defer_unauth_destination")):
        assert refused(host) == 454
        assert told(host.tree, "relay") == {"relay-defer-not-reject"}


@pytest.mark.parametrize("new", ["    permit_mynetworks", "    permit, reject_unauth_destination"])
def test_without_any_rejection_smtpd_ends(new: str) -> None:
    with MailHost([Change(MAIN, LISTED, new)]) as host:
        assert "reject_unauth_destination" in host.logged("fatal: in parameter smtpd_relay_restrictions")
        assert told(host.tree, "relay") == {"relay-no-reject"}
