"""What faults in a running host's TLS do to those who send to it, and that the audit names each of them."""

import smtplib
from collections.abc import Iterator

import pytest

from tests.host_lab.judged import told
from tests.host_lab.tls_client import changed_host, features, loud_lines, refusal, starttls
from tests.lab.mail_host.host import OUTSIDE, MailHost
from tests.lab.mail_host.identity import HOST, authority, snakeoil
from tests.lab.mail_host.tree import Change, seed_tree

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
MAIN = "/etc/postfix/main.cf"
LEVEL = "smtpd_tls_security_level = may\n"
LIVE = f"/etc/letsencrypt/live/{HOST}"
FILES = f"smtpd_tls_chain_files =\n    {LIVE}/privkey.pem,\n    {LIVE}/fullchain.pem\n"


@pytest.fixture(scope="module")
def host() -> Iterator[MailHost]:
    with MailHost() as started:
        yield started


def test_the_certificate_of_a_healthy_host_is_verified(host: MailHost) -> None:
    assert refusal(host) == ""
    assert told(host.tree, "tls") == set()


def test_without_a_level_no_tls_is_offered(host: MailHost) -> None:
    with changed_host(host, Change(MAIN, LEVEL, "smtpd_tls_security_level =\n")):
        assert "starttls" not in features(host)
        assert told(host.tree, "tls") == {"host-tls-none"}


def test_without_a_certificate_tls_is_offered_and_refused(host: MailHost) -> None:
    with changed_host(host, Change(MAIN, FILES, "# none\n")):
        assert starttls(host) == 454
        assert told(host.tree, "tls") == {"host-tls-none"}


def test_senders_without_tls_are_turned_away(host: MailHost) -> None:
    with changed_host(host, Change(MAIN, LEVEL, "smtpd_tls_security_level = encrypt\n")):
        with host.connect(client=OUTSIDE) as smtp, pytest.raises(smtplib.SMTPSenderRefused) as caught:
            smtp.sendmail("joe@sender.example", ["ann@example.com"], b"Subject: x\r\n\r\nx\r\n")
        assert caught.value.smtp_code == 530
        assert told(host.tree, "tls") == {"host-tls-encrypt-25"}


@pytest.mark.parametrize("name", ["privkey", "fullchain"])
def test_a_file_that_is_not_there_breaks_tls(host: MailHost, name: str) -> None:
    with changed_host(host, Change(MAIN, f"{name}.pem", f"{name}-2027.pem")):
        assert refusal(host) in ("SMTPResponseException", "SSLError")
        assert told(host.tree, "tls") == {"host-tls-cert-missing"}


def test_the_key_of_another_renewal_breaks_tls(host: MailHost) -> None:
    pair = f"smtpd_tls_cert_file = {LIVE}/fullchain.pem\nsmtpd_tls_key_file = {LIVE}/privkey.pem\n"
    with changed_host(host, Change(MAIN, FILES, pair), key=authority().issue(HOST).key):
        assert starttls(host) == 454
        assert told(host.tree, "tls") == {"host-tls-cert-key-mismatch"}


def test_a_chain_with_the_certificate_first_breaks_tls(host: MailHost) -> None:
    files = f"smtpd_tls_chain_files = {LIVE}/fullchain.pem, {LIVE}/privkey.pem\n"
    with changed_host(host, Change(MAIN, FILES, files)):
        assert starttls(host) == 454
        assert told(host.tree, "tls") == {"host-tls-cert-key-mismatch"}


@pytest.mark.parametrize(
    ("names", "days", "why", "rule"),
    [
        ((HOST,), -1, "certificate has expired", "host-tls-expired"),
        (("example.com",), 60, "Hostname mismatch", "host-tls-san"),
        (("*.mail.example.com",), 60, "Hostname mismatch", "host-tls-san"),
    ],
)
def test_a_certificate_that_does_not_verify_is_presented_without_a_word(
    host: MailHost, names: tuple[str, ...], days: int, why: str, rule: str
) -> None:
    pair = authority().issue(*names, days=days)
    with changed_host(host, certificate=pair.certificate, key=pair.key):
        before = len(host.log())
        assert why in refusal(host)
        assert not [line for line in loud_lines(host.log()[before:]) if "alert" not in line]
        assert told(host.tree, "tls") == {rule, "host-tls-tlsa"}


def test_a_wildcard_of_one_label_verifies(host: MailHost) -> None:
    pair = authority().issue("*.example.com")
    with changed_host(host, certificate=pair.certificate, key=pair.key):
        assert refusal(host) == ""
        assert told(host.tree, "tls") == {"host-tls-tlsa"}


def test_a_certificate_signed_by_itself_does_not_verify(host: MailHost) -> None:
    pair = snakeoil(HOST)
    with changed_host(host, certificate=pair.certificate, key=pair.key):
        assert "self-signed certificate" in refusal(host)
        assert told(host.tree, "tls") == {"host-tls-snakeoil", "host-tls-tlsa"}


def test_the_certificate_that_debian_makes_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert "host-tls-snakeoil" in told(seed_tree(tmp_path_factory.mktemp("seed")), "tls")
