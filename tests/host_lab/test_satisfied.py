"""Which line of the healthy tree answers which check; a check of what must not be there needs no line."""

import pytest

from tests.lab.mail_host.tree import Tree, healthy_tree

MAIN, MASTER, DKIM, SRS, HOSTS = (
    "/etc/postfix/main.cf", "/etc/postfix/master.cf", "/etc/opendkim.conf", "/etc/default/postsrsd", "/etc/hosts",
)  # fmt: skip
ZONE, V4, V6 = (
    f"zones/{name}.zone" for name in ("example.com", "2.0.192.in-addr.arpa", "8.b.d.0.1.0.0.2.ip6.arpa")
)
LINES = [
    ("hostname.fqdn-is-apex hostname.no-fqdn", HOSTS, "127.0.1.1       mail.example.com mail"),
    ("pf.myhostname-unqualified pf.myhostname-is-domain pf.helo-override", MAIN, "myhostname = mail.example.com"),
    ("pf.mydomain-default", MAIN, "mydomain = example.com"),
    ("pf.myorigin-unqualified", MAIN, "myorigin = /etc/mailname"),
    ("pf.mydestination-missing pf.domain-in-two-classes", MAIN, "virtual_mailbox_domains = example.com"),
    (
        "srs.domain-not-accepted",
        MAIN,
        "mydestination = $myhostname, localhost.$mydomain, localhost, srs.example.com",
    ),
    ("egress.no-ptr egress.fcrdns egress.ptr-ne-helo", V4, "25      PTR     mail.example.com."),
    ("egress.ipv6-no-ptr", V6, "PTR mail.example.com."),
    ("egress.spf-not-covering egress.spf-too-wide", ZONE, '"v=spf1 a:mail.example.com -all"'),
    ("egress.helo-no-spf", ZONE, '"v=spf1 a -all"'),
    ("egress.relayhost-not-in-spf", MAIN, "relayhost =\n"),
    ("milter.missing milter.socket-mismatch milter.path-absolute-in-chroot", MAIN, "unix:opendkim/opendkim.sock"),
    ("milter.non-smtpd-empty", MAIN, "non_smtpd_milters = $smtpd_milters"),
    ("milter.default-accept", MAIN, "milter_default_action = tempfail"),
    ("milter.socket-perm", DKIM, "UMask                   007"),
    ("milter.postfix-not-in-group dkim.runs-as-root", DKIM, "UserID                  opendkim:postfix"),
    ("dkim.nothing-to-sign dkim.two-modes", DKIM, "KeyTable                refile:"),
    ("dkim.signingtable-no-refile", DKIM, "SigningTable            refile:"),
    ("dkim.domain-mismatch dkim.subdomains", "/etc/opendkim/SigningTable", "*@mail.example.com s202611."),
    ("dkim.signingtable-dangling dkim.selector-name", "/etc/opendkim/KeyTable", "s202611._domainkey.example.com"),
    ("dkim.requiresafekeys-off", DKIM, "RequireSafeKeys         yes"),
    ("dkim.key-dns-missing dkim.key-dns-mismatch", ZONE, 's202611._domainkey      TXT     "v=DKIM1; h=sha256'),
    ("dkim.mode", DKIM, "Mode                    sv"),
    ("dkim.internalhosts dkim.internalhosts-wide", "/etc/opendkim/TrustedHosts", "127.0.0.1\n::1\n"),
    ("dkim.canon-simple", DKIM, "Canonicalization        relaxed/simple"),
    ("dkim.no-oversign", DKIM, "OversignHeaders         From"),
    ("dkim.sha1", DKIM, "SignatureAlgorithm      rsa-sha256"),
    ("srs.domain-default", SRS, "SRS_DOMAIN=srs.example.com"),
    ("srs.own-domain-rewritten", SRS, "SRS_EXCLUDE_DOMAINS=example.com,.example.com,example.net"),
    ("srs.listen", SRS, "SRS_LISTEN_ADDR=127.0.0.1"),
    ("srs.ports-swapped srs.localhost-in-chroot", MAIN, "sender_canonical_maps = tcp:127.0.0.1:10001"),
    ("srs.header-sender", MAIN, "sender_canonical_classes = envelope_sender"),
    ("srs.header-recipient", MAIN, "recipient_canonical_classes = envelope_recipient"),
    ("relay.mynetworks-wide", MAIN, "mynetworks = 127.0.0.1/32 [::1]/128"),
    ("relay.no-reject relay.defer-not-reject", MAIN, "    reject_unauth_destination"),
    ("tls.none tls.encrypt-25", MAIN, "smtpd_tls_security_level = may"),
    ("tls.old-proto", MAIN, "smtpd_tls_protocols = >=TLSv1.2"),
    ("tls.outbound-none", MAIN, "smtp_tls_security_level = may"),
    ("tls.tlsa", ZONE, "TLSA    3 1 1"),
    ("sub.sasl-plain", MAIN, "smtpd_tls_auth_only = yes"),
    ("sub.no-encrypt", MASTER, "smtpd_tls_security_level=encrypt"),
    ("sub.no-465", MASTER, "smtpd_tls_wrappermode=yes"),
    ("sub.no-sender-login", MASTER, "reject_sender_login_mismatch"),
    ("alias.postmaster alias.root", "/etc/aliases", "root:           ann@example.com"),
    ("alias.rua-missing", "/etc/postfix/virtual", "dmarc@example.com"),
    ("alias.rua-external", ZONE, "example.net._report._dmarc"),
    ("size.mailbox-lt-message", MAIN, "virtual_mailbox_limit = 0"),
    ("size.too-small-for-reports", MAIN, "message_size_limit = 36700160"),
    ("compat.level", MAIN, "compatibility_level = 3.6"),
    ("smuggle.bare-newline", MAIN, "smtpd_forbid_bare_newline = normalize"),
    ("smuggle.pipelining", MAIN, "smtpd_forbid_unauth_pipelining = yes"),
    ("vrfy", MAIN, "disable_vrfy_command = yes"),
    ("helo.required", MAIN, "smtpd_helo_required = yes"),
    ("banner", MAIN, "smtpd_banner = $myhostname ESMTP"),
    ("rate", MASTER, "smtpd_client_message_rate_limit=60"),
    ("queue.lifetime", MAIN, "maximal_queue_lifetime = 5d"),
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return healthy_tree(tmp_path_factory.mktemp("satisfied") / "host")


@pytest.mark.parametrize(("path", "line"), [row[1:] for row in LINES], ids=[row[0] for row in LINES])
def test_the_line_is_there(tree: Tree, path: str, line: str) -> None:
    assert line in tree.host_path(path).read_text(encoding="utf-8")
