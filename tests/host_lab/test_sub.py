"""What faults of the services for users do to a running host, and that the audit names each of them."""

import smtplib
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.host_lab.judged import told
from tests.host_lab.tls_client import changed_host, features
from tests.lab.mail_host.host import MailHost
from tests.lab.mail_host.tree import Change

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
MAIN, MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
SOCKET = "var/spool/postfix/private/auth"
LEVEL = "syslog_name=postfix/submission\n  -o smtpd_tls_security_level=encrypt\n"


@pytest.fixture(scope="module")
def host() -> Iterator[MailHost]:
    with MailHost() as started:
        yield started


@contextmanager
def dovecot(host: MailHost) -> Iterator[None]:
    """What Dovecot says to those who connect to its socket, and nothing more."""
    path = host.folder / SOCKET
    with _Server(str(path), _Greeting) as server:
        path.chmod(0o666)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()
            path.unlink()


class _Server(socketserver.ThreadingUnixStreamServer):
    # smtpd keeps its connection for as long as it lives.
    daemon_threads = True
    block_on_close = False


class _Greeting(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t1\nDONE\n")
        self.rfile.read()


def logins(host: MailHost) -> str:
    """The mechanisms offered to a user on the submission service."""
    context = ssl.create_default_context(cafile=str(host.tree.ca))
    context.check_hostname = False
    with host.connect("submission") as smtp:
        smtp.starttls(context=context)
        smtp.ehlo()
        return smtp.esmtp_features["auth"].strip()


def test_users_log_in_on_a_healthy_host(host: MailHost) -> None:
    with dovecot(host):
        assert logins(host) == "PLAIN"
        assert "auth" not in features(host, "submission")
    assert told(host.tree, "sub") == set()


def test_without_dovecot_smtpd_dies(host: MailHost) -> None:
    (host.tree.root / SOCKET).unlink()
    host.restart("postfix")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        logins(host)
    assert host.logged("fatal: no SASL authentication mechanisms")
    assert "host-sub-sasl-no-backend" in told(host.tree, "sub", live=True)


def test_passwords_are_asked_for_in_plain_text(host: MailHost) -> None:
    changes = (
        Change(MAIN, "smtpd_tls_auth_only = yes\n", "smtpd_tls_auth_only = no\n"),
        Change(MASTER, LEVEL, LEVEL.replace("encrypt", "may")),
    )
    with changed_host(host, *changes), dovecot(host):
        assert "auth" in features(host, "submission")
        assert told(host.tree, "sub") == {"host-sub-sasl-plain"}
