"""The mail host of the lab does what a healthy one does, and what its changes say."""

import os
import smtplib
import socket
import ssl
from collections.abc import Iterator
from email.message import EmailMessage

import dkim
import pytest

from tests.lab.mail_host.host import OUTSIDE, MailHost
from tests.lab.mail_host.identity import host_pair
from tests.lab.mail_host.tree import Change, seed_tree

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
MAIN = "/etc/postfix/main.cf"


def message(author: str) -> EmailMessage:
    found = EmailMessage()
    found["From"], found["To"], found["Subject"] = author, "bob@example.com", "the bill"
    found["Date"], found["Message-ID"] = "Wed, 25 Nov 2026 17:00:00 +0000", "<1@example.org>"
    found.set_content("See the attachment.\n")
    return found


@pytest.fixture(scope="module")
def host() -> Iterator[MailHost]:
    with MailHost() as started:
        yield started


def test_own_mail_leaves_signed_and_under_its_own_name(host: MailHost) -> None:
    host.send(message("ann@example.com"), "ann@example.com", "bob@else.example")
    (sent,) = host.delivered()
    assert (sent.helo, sent.sender, sent.recipients) == (
        "mail.example.com",
        "ann@example.com",
        ("bob@else.example",),
    )
    assert dkim.verify(sent.content, dnsfunc=lambda name, timeout=5: host.nameserver.text(name.decode()))


def test_a_signature_does_not_survive_a_change(host: MailHost) -> None:
    host.send(message("ann@example.com"), "ann@example.com", "bob@else.example")
    content = host.delivered()[0].content.replace(b"attachment", b"other one")
    assert not dkim.verify(content, dnsfunc=lambda name, timeout=5: host.nameserver.text(name.decode()))


def test_programs_of_the_host_send_signed_mail(host: MailHost) -> None:
    host.sendmail(message("root@example.com"), "root", "bob@else.example")
    (sent,) = host.delivered()
    assert sent.sender == "root@example.com"
    assert sent.content.startswith(b"DKIM-Signature: ")


def test_forwarded_mail_gets_an_envelope_sender_of_ours(host: MailHost) -> None:
    host.send(message("joe@sender.example"), "joe@sender.example", "carol@example.net", client=OUTSIDE)
    (sent,) = host.delivered()
    assert sent.recipients == ("carol@mailbox.example",)
    assert sent.sender.startswith("SRS0=")
    assert sent.sender.endswith("=sender.example=joe@srs.example.com")
    assert b"From: joe@sender.example\r\n" in sent.content
    assert b"DKIM-Signature" not in sent.content


def test_its_bounce_comes_back_to_the_sender(host: MailHost) -> None:
    host.send(message("joe@sender.example"), "joe@sender.example", "bob@example.com", client=OUTSIDE)
    (sent,) = host.delivered()
    host.send(message("mailer-daemon@mailbox.example"), "", sent.sender, client=OUTSIDE)
    assert host.delivered()[0].recipients == ("joe@sender.example",)


def test_mail_for_a_mailbox_stays(host: MailHost) -> None:
    host.send(message("joe@sender.example"), "joe@sender.example", "postmaster@example.com", client=OUTSIDE)
    assert host.mailbox("ann")[0]["From"] == "joe@sender.example"
    assert not host.queue()


def test_strangers_are_not_relayed_for(host: MailHost) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        host.send(message("joe@sender.example"), "joe@sender.example", "bob@else.example", client=OUTSIDE)
    assert refused.value.recipients["bob@else.example"][0] == 554
    assert "Relay access denied" in host.logged("NOQUEUE: reject")


def test_starttls_shows_the_certificate_of_the_host(host: MailHost) -> None:
    context = ssl.create_default_context(cafile=str(host.tree.ca))
    with host.connect(client=OUTSIDE) as smtp:
        smtp._host = "mail.example.com"
        smtp.starttls(context=context)
        shown = smtp.sock.getpeercert(binary_form=True)
    assert shown == ssl.PEM_cert_to_DER_cert(host_pair().certificate.decode())


def test_users_may_not_speak_in_the_clear(host: MailHost) -> None:
    with host.connect("submission") as smtp:
        smtp.ehlo()
        assert smtp.has_extn("starttls")
        assert not smtp.has_extn("auth")


def test_a_change_breaks_it_in_one_way() -> None:
    change = Change(MAIN, "milter_default_action = tempfail", "milter_default_action = accept")
    with MailHost([change], without=["opendkim"]) as host:
        host.send(message("ann@example.com"), "ann@example.com", "bob@else.example")
        assert b"DKIM-Signature" not in host.delivered()[0].content
        host.start("opendkim")
        host.send(message("ann@example.com"), "ann@example.com", "bob@else.example")
        assert b"DKIM-Signature" in host.delivered()[0].content


def test_a_running_host_learns_of_changes() -> None:
    with MailHost() as host:
        host.change(Change(MAIN, "smtpd_banner = $myhostname ESMTP", "smtpd_banner = $myhostname ESMTP changed"))
        host.reload()
        with host.connect() as smtp:
            assert smtp.noop()[0] == 250
        host.restart("postfix", "opendkim", "postsrsd")
        with smtplib.SMTP() as smtp:
            assert b"changed" in smtp.connect("127.0.0.1", host.ports["smtp"])[1]
        assert "ESMTP changed" in (host.tree.root / MAIN[1:]).read_text(encoding="utf-8")


def test_a_change_is_whole_for_a_daemon_that_starts_meanwhile() -> None:
    with MailHost(without=["postfix", "opendkim", "postsrsd"]) as host:
        path = host.folder / MAIN[1:]
        with path.open(encoding="utf-8") as opened:
            host.change(Change(MAIN, "biff = no", "biff = yes"))
            assert "\nbiff = no\n" in opened.read()
        with path.open(encoding="utf-8") as opened:
            host.change(Change("/etc/opendkim.conf", "Mode                    sv", "Mode s"))
            assert path.stat().st_ino == os.fstat(opened.fileno()).st_ino
            assert "\nbiff = yes\n" in opened.read()


def test_changes_are_taken_back_when_a_check_fails_as_well() -> None:
    with MailHost(without=["postfix", "opendkim", "postsrsd"]) as host:
        before = (host.folder / MAIN[1:]).read_bytes()
        with pytest.raises(AssertionError), host.changed(Change(MAIN, "biff = no", "biff = yes")):
            assert (host.folder / MAIN[1:]).read_bytes() == before
        assert (host.folder / MAIN[1:]).read_bytes() == before


def test_a_port_of_a_daemon_that_is_down_is_nobodys() -> None:
    with MailHost(without=["postfix", "opendkim", "postsrsd"]) as host, socket.socket() as other:
        with pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", host.ports["smtp"]))
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", host.ports["smtp"]), timeout=10)


def test_a_daemon_that_ends_is_told() -> None:
    change = Change("/etc/opendkim.conf", "Mode ", "Mood ")
    with pytest.raises(RuntimeError, match="opendkim ended with 78"):
        MailHost([change]).__enter__()


def test_what_was_started_is_gone_afterwards() -> None:
    with MailHost() as host:
        folder, before = host.folder, [daemon.process for daemon in host.daemons.values()]
    assert all(process.returncode is not None for process in before)
    assert not folder.parent.exists()


def test_two_hosts_do_not_disturb_each_other(host: MailHost) -> None:
    with MailHost() as other:
        for each, name in ((host, "bob@one.example"), (other, "bob@two.example")):
            each.send(message("ann@example.com"), "ann@example.com", name)
        assert [each.delivered()[0].recipients for each in (host, other)] == [
            ("bob@one.example",),
            ("bob@two.example",),
        ]


def test_the_guide_followed_to_the_letter_signs_nothing_and_rewrites_its_own_mail() -> None:
    with MailHost(make=seed_tree) as host:
        host.send(message("ann@example.com"), "ann@example.com", "bob@else.example")
        (sent,) = host.delivered()
    assert sent.sender.startswith("SRS0=")
    assert sent.sender.endswith("=example.com=ann@com")
    assert b"DKIM-Signature" not in sent.content
