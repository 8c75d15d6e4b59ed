"""What faults about milters do to mail of a running host, and that the audit names each of them."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager

import dkim
import pytest

from mailcheck.analysis.host_facts import host_facts, wanted_files
from mailcheck.commands.hosts import judge_host
from mailcheck.config.find import load_configuration
from mailcheck.host.read import read_machine
from mailcheck.host.tree import Tree
from mailcheck.lint.run import RunSettings
from mailcheck.model.machine import Machine
from tests.host_lab.audited import audited, changed_host, message
from tests.lab.mail_host.host import MailHost
from tests.lab.mail_host.tree import Change

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
MAIN, MASTER, DKIM = "/etc/postfix/main.cf", "/etc/postfix/master.cf", "/etc/opendkim.conf"
SOCKET = "smtpd_milters = unix:opendkim/opendkim.sock"
ACCEPT = Change(MAIN, "milter_default_action = tempfail", "milter_default_action = accept")


@pytest.fixture(scope="module")
def host() -> Iterator[MailHost]:
    with MailHost() as started:
        yield started


def send(host: MailHost, service: str = "smtp") -> bytes:
    with host.connect(service) as smtp:
        smtp.sendmail("ann@example.com", ["bob@else.example"], message("ann@example.com").as_bytes())
    return host.delivered()[0].content


def is_valid(host: MailHost, content: bytes) -> bool:
    return bool(dkim.verify(content, dnsfunc=lambda name, timeout=5: host.nameserver.text(name.decode())))


def refused(host: MailHost) -> int:
    with pytest.raises(smtplib.SMTPResponseException) as caught:
        send(host)
    return caught.value.smtp_code


@contextmanager
def other_opendkim(host: MailHost, *changes: Change) -> Iterator[None]:
    host.stop("opendkim")
    try:
        with changed_host(host, *changes):
            host.start("opendkim")
            yield
            host.stop("opendkim")
    finally:
        host.start("opendkim")


def test_a_healthy_host_signs_and_is_not_found_fault_with(host: MailHost) -> None:
    assert is_valid(host, send(host))
    assert audited(host.tree, "milter") == set()


def test_without_milters_mail_leaves_unsigned_and_nothing_is_logged(host: MailHost) -> None:
    with changed_host(host, Change(MAIN, SOCKET, "smtpd_milters =")) as quiet:
        assert b"DKIM-Signature" not in send(host)
        assert quiet()
        assert audited(host.tree, "milter") == {"host-milter-missing"}


@pytest.mark.parametrize(
    ("item", "rule"),
    [
        ("unix:opendkim/other.sock", "host-milter-socket-mismatch"),
        ("unix:/var/spool/postfix/opendkim/opendkim.sock", "host-milter-path-absolute-in-chroot"),
    ],
)
def test_a_socket_that_is_not_there_keeps_mail_out(host: MailHost, item: str, rule: str) -> None:
    with changed_host(host, Change(MAIN, SOCKET, f"smtpd_milters = {item}")):
        assert refused(host) == 451
        assert "No such file or directory" in host.logged("connect to Milter service")
        assert audited(host.tree, "milter") == {rule}


def test_a_wrong_socket_and_accept_leave_mail_unsigned(host: MailHost) -> None:
    with changed_host(host, ACCEPT, Change(MAIN, SOCKET, "smtpd_milters = unix:opendkim/other.sock")):
        assert b"DKIM-Signature" not in send(host)
        assert audited(host.tree, "milter") == {"host-milter-default-accept", "host-milter-socket-mismatch"}


def test_mail_of_programs_leaves_unsigned_where_they_ask_no_milter(host: MailHost) -> None:
    with changed_host(host, Change(MAIN, "non_smtpd_milters = $smtpd_milters", "non_smtpd_milters =")) as quiet:
        host.sendmail(message("ann@example.com"), "ann@example.com", "bob@else.example")
        assert b"DKIM-Signature" not in host.delivered()[0].content
        assert is_valid(host, send(host))
        assert quiet()
        assert audited(host.tree, "milter") == {"host-milter-non-smtpd-empty"}


def test_an_old_protocol_still_signs(host: MailHost) -> None:
    with changed_host(host, Change(MAIN, SOCKET, f"milter_protocol = 2\n{SOCKET}")):
        assert is_valid(host, send(host))
        assert audited(host.tree, "milter") == {"host-milter-protocol-old"}


def test_one_service_without_milters_leaves_its_mail_unsigned(host: MailHost) -> None:
    changes = (
        Change(MASTER, "  -o smtpd_tls_security_level=encrypt\n", "  -o smtpd_milters=\n"),
        Change(MASTER, "  -o smtpd_sasl_auth_enable=yes\n", "  -o smtpd_sasl_auth_enable=no\n"),
        Change(MASTER, "=reject_sender_login_mismatch\n", "=\n"),
        Change(MASTER, "=permit_sasl_authenticated,reject\n", "=permit_mynetworks,reject\n"),
    )
    with changed_host(host, *changes) as quiet:
        assert b"DKIM-Signature" not in send(host, "submission")
        assert is_valid(host, send(host))
        assert quiet()
        assert audited(host.tree, "milter") == {"host-milter-service-override"}


def test_a_filter_that_gives_mail_back_to_milters_has_it_signed_twice(host: MailHost) -> None:
    back = "127.0.0.1:10025 inet n - y - - smtpd\n  -o content_filter=\n  -o myhostname=back.example.com\n"
    with changed_host(
        host,
        Change(
            MAIN, "relay_domains =\n", f"relay_domains =\ncontent_filter = smtp:[127.0.0.1]:{host.ports[10025]}\n"
        ),
        Change(MASTER, "pickup    unix", f"{back}pickup    unix"),
    ) as quiet:
        assert send(host).count(b"DKIM-Signature: ") == 2
        assert quiet()
        assert audited(host.tree, "milter") == {"host-milter-double-sign"}


def test_rewriting_on_the_way_out_breaks_the_signature(host: MailHost) -> None:
    generic = "smtp_generic_maps = inline:{ ann@example.com=bob@example.com }"
    with changed_host(host, Change(MAIN, "relay_domains =\n", f"relay_domains =\n{generic}\n")) as quiet:
        content = send(host)
        assert b"DKIM-Signature: " in content
        assert not is_valid(host, content)
        assert quiet()
        assert audited(host.tree, "milter") == {"host-milter-rewrite-after-sign"}


def test_macros_without_auth_type_are_named(host: MailHost) -> None:
    with changed_host(host, Change(MAIN, SOCKET, f"milter_mail_macros = i {{mail_addr}}\n{SOCKET}")):
        assert audited(host.tree, "milter") == {"host-milter-mail-macros"}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("UMask                   007", "UMask                   022", "host-milter-socket-perm"),
        (
            "UserID                  opendkim:postfix",
            "UserID                  opendkim",
            "host-milter-postfix-not-in-group",
        ),
    ],
)
def test_a_socket_that_postfix_may_not_use_keeps_mail_out(host: MailHost, old: str, new: str, rule: str) -> None:
    with other_opendkim(host, Change(DKIM, old, new)):
        assert refused(host) == 451
        assert "Permission denied" in host.logged("Permission denied")
        assert audited(host.tree, "milter") == {rule}


def test_a_daemon_that_is_down_keeps_mail_out_or_lets_it_leave_unsigned(host: MailHost) -> None:
    host.stop("opendkim")
    try:
        assert refused(host) == 451
        machine = read_machine(Tree(host.tree.root, live=False), wanted_files)
        assert found_on(host, machine._replace(live=True, unix_listeners=frozenset())) == {
            "host-milter-socket-dead"
        }
        with changed_host(host, ACCEPT):
            assert b"DKIM-Signature" not in send(host)
            assert audited(host.tree, "milter") == {"host-milter-default-accept"}
    finally:
        host.start("opendkim")


def found_on(host: MailHost, machine: Machine) -> set[str]:
    """The rules about milters that have something to say of the running machine."""
    run = RunSettings(load_configuration(host.tree.spec))
    report = judge_host(host_facts(machine), run, (), None)
    return {finding.rule for finding in report.findings if finding.rule.startswith("host-milter-")}
