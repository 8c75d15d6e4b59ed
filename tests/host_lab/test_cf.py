"""Faults of main.cf and master.cf on the running host."""

import smtplib
import subprocess
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from tests.host_lab.told import fault, told
from tests.lab import program
from tests.lab.mail_host.host import OUTSIDE, MailHost
from tests.lab.mail_host.tree import Change

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
MAIN, MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
BANNER = "smtpd_banner = $myhostname ESMTP\n"


@pytest.fixture(scope="module")
def host() -> Iterator[MailHost]:
    with MailHost() as started:
        yield started


def greeting(host: MailHost) -> bytes:
    with smtplib.SMTP(timeout=30) as smtp:
        return smtp.connect("127.0.0.1", host.ports["smtp"])[1]


def run(host: MailHost, *command: str) -> subprocess.CompletedProcess[str]:
    """What a program of Postfix says of the running host."""
    line = [str(program(command[0])), "-c", str(host.folder / "etc/postfix"), *command[1:]]
    return subprocess.run(line, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize(
    ("new", "shown", "rule"),
    [
        (BANNER + "smtpd_banner = the last of us\n", b"the last of us", "cf-duplicate"),
        (BANNER.replace("banner", "baner"), b"mail.example.com ESMTP Postfix", "cf-unknown"),
        ("smtpd_banner = $myhostname ($nobody) ESMTP\n", b"mail.example.com () ESMTP", "cf-undefined-var"),
        (BANNER + " disable_vrfy_command = yes\n", b"ESMTP disable_vrfy_command = yes", "cf-swallowed"),
    ],
)
def test_what_the_greeting_shows(host: MailHost, new: str, shown: bytes, rule: str) -> None:
    with fault(host, Change(MAIN, BANNER, new)):
        assert shown in greeting(host)
        assert told(host.tree, "cf") == {rule}


def test_a_line_without_equals_stops_postfix(host: MailHost) -> None:
    with host.changed(Change(MAIN, "biff = no\n", "biff no\n")):
        assert "missing '='" in run(host, "postconf", "biff").stderr
        assert run(host, "postfix", "reload").returncode
        assert told(host.tree, "cf") == {"cf-syntax"}
    host.restart("postfix")


def test_space_around_an_override_stops_the_service_and_postfix_check_is_silent(host: MailHost) -> None:
    change = Change(MASTER, "-o syslog_name=postfix/submission\n", "-o syslog_name = postfix/submission\n")
    with fault(host, change):
        assert "missing '='" in host.logged('fatal: invalid "-o syslog_name" option value')
        assert host.logged("bad command startup -- throttling")
        before = host.log()
        assert not run(host, "postfix", "check").returncode
        assert MASTER not in host.log()[len(before) :]
        assert told(host.tree, "cf") == {"cf-master-o-space"}


def test_files_that_others_may_write_are_told_on_the_running_host_alone(host: MailHost) -> None:
    for root in (host.tree.root, host.folder):
        (root / "etc/postfix/main.cf").chmod(0o664)
    run(host, "postfix", "check")
    assert host.logged("group or other writable")
    assert told(host.tree, "cf", live=True) == {"cf-perm"}
    assert not told(host.tree, "cf")
    for root in (host.tree.root, host.folder):
        (root / "etc/postfix/main.cf").chmod(0o644)


def test_without_its_files_the_chroot_knows_no_names(host: MailHost) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "joe@sender.example", "hello"
    message.set_content("Hello.\n")
    for root in (host.tree.root, host.folder):
        for name in ("hosts", "resolv.conf"):
            (root / "var/spool/postfix/etc" / name).unlink()
    with fault(
        host, Change(MAIN, "smtpd_milters = unix:opendkim/opendkim.sock", "smtpd_milters = inet:localhost:8891")
    ):
        with pytest.raises(smtplib.SMTPException):
            host.send(message, "joe@sender.example", "carol@example.net", client=OUTSIDE)
        assert "localhost" in host.logged("Temporary failure in name resolution")
        assert told(host.tree, "cf", live=True) == {"cf-chroot-files"}
