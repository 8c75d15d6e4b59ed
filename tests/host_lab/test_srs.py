"""What misconfigured SRS does to mail on a running host, and that the rule of that fault alone tells it."""

import smtplib
import socket
from email.message import EmailMessage

import pytest

from mailcheck.analysis.host_facts import host_facts, wanted_files
from mailcheck.config.find import load_configuration
from mailcheck.host.read import read_machine
from mailcheck.host.tree import Tree as Reader
from mailcheck.lint.host_run import run_host_rules
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.run import RunSettings
from mailcheck.model.limits import Limits
from mailcheck.model.progress import Silent
from mailcheck.zonefile.load import load_zones
from tests.lab.mail_host.host import OUTSIDE, MailHost
from tests.lab.mail_host.socketmap import Socketmap
from tests.lab.mail_host.tree import Change

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
MAIN, MASTER, DEFAULT = "/etc/postfix/main.cf", "/etc/postfix/master.cf", "/etc/default/postsrsd"
FORWARD, REVERSE = "tcp:127.0.0.1:10001", "tcp:127.0.0.1:10002"
EXCLUDED = Change(DEFAULT, "SRS_EXCLUDE_DOMAINS=example.com,.example.com,example.net\n", "")
ANN, JOE, BOB, CAROL = "ann@example.com", "joe@sender.example", "bob@else.example", "carol@example.net"


def told(host: MailHost, *, live: bool = False) -> set[str]:
    """The rules about SRS and egress that find something; `live` tells what really listens on the host's ports."""
    machine = read_machine(Reader(host.tree.root, live=False), wanted_files)
    if live:
        answering = frozenset([f"127.0.0.1:{port}" for port in (10001, 10002) if answers(host.ports[port])])
        machine = machine._replace(live=True, tcp_listeners=answering, unix_listeners=frozenset(), addresses=())
    configuration = load_configuration(host.tree.spec)
    loaded = load_zones([host.tree.zones], limits=Limits(), include_root=host.tree.base, progress=Silent())
    facts = host_facts(machine)
    report = run_host_rules(
        facts,
        RunSettings(configuration),
        installed_rules("plan"),
        loaded.zones,
        host=configuration.spec.hosts[facts.name],
    )
    return {found.rule for found in report.findings if found.rule.startswith(("host-srs-", "host-egress-"))}


def answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def message(author: str, to: str = "bob@else.example") -> EmailMessage:
    found = EmailMessage()
    found["From"], found["To"], found["Subject"] = author, to, "the bill"
    found["Date"], found["Message-ID"] = "Wed, 25 Nov 2026 17:00:00 +0000", "<1@example.org>"
    found.set_content("See the attachment.\n")
    return found


def reply_to(host: MailHost, sender: str, recipient: str, client: str = "127.0.0.1") -> str:
    """The code and text with which the host refuses a message."""
    with host.connect(client=client) as smtp:
        smtp.ehlo()
        smtp.mail(sender)
        code, text = smtp.rcpt(recipient)
        if code >= 400:
            return f"{code} {text.decode()}"
    raise AssertionError("it took the recipient")


def defers_mail(host: MailHost) -> bool:
    return reply_to(host, ANN, BOB).startswith("451 4.3.0")


def quiet(host: MailHost) -> bool:
    """Whether no line of the log warns of anything but the chroot's copies, which are not this machine's."""
    lines = [line for line in host.log().splitlines() if "postfix-script" not in line]
    return not [line for line in lines if "warning:" in line or "error:" in line]


def test_nothing_is_told_of_the_healthy_host() -> None:
    with MailHost() as host:
        assert told(host, live=True) == set()


def test_a_daemon_that_is_down_stops_all_mail() -> None:
    with MailHost(without=["postsrsd"]) as host:
        assert defers_mail(host)
        assert reply_to(host, JOE, "postmaster@example.com", OUTSIDE).startswith("451 4.3.0")
        assert told(host, live=True) == {"host-srs-daemon-down"}


def test_swapped_ports_turn_outgoing_mail_back() -> None:
    swap = (
        Change(MAIN, FORWARD, "tcp:127.0.0.1:9"),
        Change(MAIN, REVERSE, FORWARD),
        Change(MAIN, "tcp:127.0.0.1:9", REVERSE),
    )
    with MailHost(swap) as host:
        host.send(message(ANN), ANN, BOB)
        line = host.logged("status=bounced")
        assert "to=<SRS0=" in line
        assert "orig_to=<bob@else.example>" in line
        assert told(host) == {"host-srs-ports-swapped"}


@pytest.mark.parametrize(
    ("rule", "forward", "reverse"),
    [
        ("host-srs-protocol-mismatch", FORWARD, REVERSE),
        (
            "host-srs-socketmap-path",
            "socketmap:unix:/var/spool/postfix/srs:forward",
            "socketmap:unix:/var/spool/postfix/srs:reverse",
        ),
        ("", "socketmap:unix:srs:forward", "socketmap:unix:srs:reverse"),
    ],
)
def test_postsrsd_2_is_asked_by_its_protocol_and_where_it_is(rule: str, forward: str, reverse: str) -> None:
    conf = 'srs-domain = "srs.example.com"\ndomains = { "example.com", ".example.com", "example.net" }\n'
    changes = [Change("/etc/postsrsd.conf", "", conf)]
    changes += [Change(MAIN, old, new) for old, new in ((FORWARD, forward), (REVERSE, reverse)) if old != new]
    with MailHost(changes, without=["postsrsd"]) as host:
        (host.tree.root / DEFAULT[1:]).unlink()
        with Socketmap(host.folder / "var/spool/postfix/srs", "srs.example.com", ["example.com", "example.net"]):
            if rule:
                assert defers_mail(host)
            else:
                host.send(message(JOE), JOE, CAROL, client=OUTSIDE)
                assert host.delivered()[0].sender.startswith("SRS0=")
        assert told(host) == ({rule} if rule else set())


def test_localhost_is_unknown_in_an_empty_chroot() -> None:
    changes = (Change(MAIN, FORWARD, "tcp:localhost:10001"), Change(MAIN, REVERSE, "tcp:localhost:10002"))
    with MailHost(changes) as host:
        host.send(message(ANN), ANN, BOB)
        assert host.delivered()[0].sender == ANN
        assert told(host, live=True) == set()
        for top in (host.tree.root, host.folder):
            for name in ("hosts", "nsswitch.conf", "resolv.conf", "services"):
                (top / "var/spool/postfix/etc" / name).unlink()
        host.restart("postfix")
        assert defers_mail(host)
        assert told(host, live=True) == {"host-srs-localhost-in-chroot"}


def test_without_a_domain_own_mail_leaves_as_localdomain() -> None:
    changes = (
        EXCLUDED,
        Change(DEFAULT, "SRS_DOMAIN=srs.example.com\n", ""),
        Change(MAIN, "mydomain = example.com", "mydomain = localdomain"),
    )
    with MailHost(changes) as host:
        host.send(message(ANN), ANN, BOB)
        assert host.delivered()[0].sender.endswith("=example.com=ann@localdomain")
        assert quiet(host)
        assert told(host) == {"host-srs-domain-default"}


def test_a_domain_that_is_not_excluded_is_rewritten() -> None:
    with MailHost([EXCLUDED]) as host:
        host.send(message(ANN), ANN, BOB)
        assert host.delivered()[0].sender.endswith("=example.com=ann@srs.example.com")
        assert quiet(host)
        assert told(host) == {"host-srs-own-domain-rewritten"}


def test_always_rewrites_its_own_domain_but_not_what_is_excluded() -> None:
    changes = (
        Change(DEFAULT, "SRS_DOMAIN=srs.example.com", "SRS_DOMAIN=example.com\nSRS_EXTRA_OPTIONS=-A"),
        Change(
            DEFAULT, "SRS_EXCLUDE_DOMAINS=example.com,.example.com,example.net", "SRS_EXCLUDE_DOMAINS=example.net"
        ),
    )
    with MailHost(changes) as host:
        host.send(message(ANN), ANN, BOB)
        assert host.delivered()[0].sender.endswith("=example.com=ann@example.com")
        host.send(message(CAROL), CAROL, BOB)
        assert host.delivered()[0].sender == CAROL
        assert quiet(host)
        assert told(host) == {"host-srs-always"}


def test_bounces_to_an_srs_domain_of_no_class_are_refused() -> None:
    with MailHost([Change(MAIN, "localhost, srs.example.com", "localhost")]) as host:
        host.send(message(JOE), JOE, CAROL, client=OUTSIDE)
        (sent,) = host.delivered()
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            host.send(message(CAROL), "", sent.sender, client=OUTSIDE)
        assert refused.value.recipients[sent.sender][0] == 554
        assert told(host) == {"host-srs-domain-not-accepted"}


def test_a_rewritten_author_is_signed_as_ours() -> None:
    change = Change(MAIN, "sender_canonical_classes = envelope_sender\n", "")
    with MailHost([change]) as host:
        host.send(message(JOE), JOE, BOB)
        content = host.delivered()[0].content
        assert b"\nFrom: SRS0=" in content
        assert quiet(host)
        assert told(host) == {"host-srs-header-sender"}


def test_the_reader_gets_the_address_behind_an_srs_address() -> None:
    change = Change(MAIN, "recipient_canonical_classes = envelope_recipient\n", "")
    with MailHost([change]) as host:
        host.send(message(JOE), JOE, CAROL, client=OUTSIDE)
        rewritten = host.delivered()[0].sender
        host.send(message(ANN, rewritten), ANN, BOB)
        content = host.delivered()[0].content
        assert b"\nTo: joe@sender.example\r\n" in content
        assert quiet(host)
        assert told(host) == {"host-srs-header-recipient"}


def test_canonical_maps_rewrite_recipients_too() -> None:
    change = Change(MAIN, f"sender_canonical_maps = {FORWARD}", f"canonical_maps = {FORWARD}")
    with MailHost([change]) as host:
        host.send(message(ANN), ANN, BOB)
        assert "to=<SRS0=" in host.logged("status=bounced")
        assert told(host) == {"host-srs-canonical-maps"}


@pytest.mark.parametrize("fixed", [False, True])
def test_what_comes_back_from_a_filter_is_rewritten_again(fixed: bool) -> None:
    service = "filter    unix  -       -       n       -       10      smtp\n  -o disable_dns_lookups=yes\n"
    back = "127.0.0.1:10025 inet n  -       n       -       -       smtpd\n  -o content_filter=\n"
    once = "  -o receive_override_options=no_address_mappings\n" if fixed else ""
    changes = (
        Change(MASTER, "", f"{back}{once}{service}"),
        Change(MAIN, "relayhost =\n", "relayhost =\ncontent_filter = filter:127.0.0.1:10025\n"),
        Change(MAIN, "sender_canonical_classes = envelope_sender\n", ""),
    )
    with MailHost(changes) as host:
        host.send(message(JOE), JOE, CAROL, client=OUTSIDE)
        content = host.delivered()[0].content
        assert (b"\nFrom: joe@sender.example\r\n" in content) == fixed
        assert (b"\nFrom: SRS0=" in content) != fixed
        assert quiet(host)
        assert told(host) - {"host-srs-header-sender"} == (set() if fixed else {"host-srs-filter-order"})
