"""Rules about milters and names of a host say so where what was read does not tell."""

import pytest

from mailcheck.lint.cases import run_case
from mailcheck.lint.rule import Case, changed

MAIN, MASTER, DKIM, SPEC = (
    "/etc/postfix/main.cf", "/etc/postfix/master.cf", "/etc/opendkim.conf", "mailcheck.yaml",
)  # fmt: skip
ITEM, SOCKET = "unix:opendkim/opendkim.sock", "local:/var/spool/postfix/opendkim/opendkim.sock"
MILTER, NAME, RELAY = f"smtpd_milters = {ITEM}", "myhostname = mail.example.com", "relay_domains =\n"
NO_OPENDKIM = (DKIM, "/etc/default/opendkim")
NOT_LIVE = {"live": False, "unix_listeners": None, "tcp_listeners": None}
UNKNOWN_CHROOT = [
    (MAIN, "compatibility_level = 3.6", "compatibility_level = $process_id"),
    (MASTER, "smtp      inet  n       -       y", "smtp      inet  n       -       -"),
    (MAIN, ITEM, "unix:/opendkim/opendkim.sock"),
]
SKIPPED = [
    ("host-milter-missing", changed((MAIN, MILTER, "smtpd_milters = $process_id"))),
    (
        "host-milter-missing",
        changed((MAIN, MILTER, "content_filter = scan:[127.0.0.1]:10024"), removed=NO_OPENDKIM),
    ),
    ("host-milter-non-smtpd-empty", changed((MAIN, "= $smtpd_milters", "= $process_id"))),
    ("host-milter-socket-mismatch", changed(*UNKNOWN_CHROOT)),
    ("host-milter-socket-mismatch", changed((MAIN, ITEM, "inet:127.0.0.1:11332"))),
    ("host-milter-socket-dead", changed(**NOT_LIVE)),
    ("host-milter-socket-dead", changed(*UNKNOWN_CHROOT)),
    ("host-milter-socket-perm", changed(**NOT_LIVE)),
    ("host-milter-postfix-not-in-group", changed((DKIM, "opendkim:postfix", "opendkim"), removed=("/etc/group",))),
    ("host-milter-rewrite-after-sign", changed((MAIN, RELAY, "smtp_header_checks = mysql:/etc/postfix/h.cf\n"))),
    ("host-pf-myhostname-unqualified", changed((MAIN, NAME, "#"), uname="", removed=("/etc/hostname",))),
    ("host-pf-mydomain-default", changed((MAIN, "mydomain = example.com", "mydomain = $process_id"))),
    ("host-pf-myorigin-unqualified", changed((MAIN, "myorigin = /etc/mailname", "myorigin = $process_id"))),
    ("host-pf-myorigin-unqualified", changed(removed=("/etc/mailname",))),
    ("host-pf-helo-override", changed((MAIN, RELAY, "smtp_helo_name = $process_id\n"))),
    ("host-pf-helo-override", changed((MAIN, RELAY, "smtp_helo_name = mail.elsewhere.example\n"))),
    (
        "host-pf-mydestination-missing",
        changed((MAIN, "virtual_alias_domains = example.net", "virtual_alias_domains = mysql:/etc/postfix/d.cf")),
    ),
    (
        "host-pf-mydestination-missing",
        changed(removed=("zones/example.net.zone", "zones/mta-sts.example.net.txt")),
    ),
    (
        "host-pf-domain-in-two-classes",
        changed((MAIN, "virtual_alias_domains = example.net", "virtual_alias_domains = mysql:/etc/postfix/d.cf")),
    ),
    ("host-hostname-no-fqdn", changed(removed=("/etc/hostname",), uname="")),
    ("host-hostname-fqdn-is-apex", changed(removed=("/etc/hostname",), uname="")),
]


@pytest.mark.parametrize(("rule", "case"), SKIPPED)
def test_no_verdict_and_no_finding(rule: str, case: Case) -> None:
    report, _ = run_case(case)
    assert rule in {skip.rule for skip in report.skipped}
    assert rule not in {finding.rule for finding in report.findings}


def test_a_host_called_like_its_domain_whose_addresses_are_not_known() -> None:
    case = changed(
        (MAIN, NAME, "myhostname = example.com"),
        (MAIN, "smtp_bind_address = 192.0.2.25\nsmtp_bind_address6 = 2001:db8::25\n", ""),
        addresses=(),
    )
    report, _ = run_case(case)
    assert "host-pf-myhostname-is-domain" in {skip.rule for skip in report.skipped}


def test_a_host_called_like_its_domain_whose_reverse_zone_is_not_known() -> None:
    case = changed(
        (MAIN, NAME, "myhostname = example.com"),
        (
            "zones/example.com.zone",
            "        CAA ",
            "        A 192.0.2.25\n        AAAA 2001:db8::25\n        CAA ",
        ),
        removed=("zones/2.0.192.in-addr.arpa.zone", "zones/8.b.d.0.1.0.0.2.ip6.arpa.zone"),
    )
    report, _ = run_case(case)
    assert "host-pf-myhostname-is-domain" in {skip.rule for skip in report.skipped}
    assert "host-pf-myhostname-is-domain" not in {finding.rule for finding in report.findings}


def test_templates_tell_nothing() -> None:
    case = changed((MAIN, NAME, "myhostname = {{ name }}\n{% if x %}"))
    report, _ = run_case(case)
    assert not [found for found in report.findings if found.rule.startswith(("host-milter-", "host-pf-"))]


def test_rspamd_without_opendkim_is_not_found_fault_with() -> None:
    case = changed(
        (MAIN, ITEM, "inet:localhost:11332"),
        (MAIN, "milter_default_action = tempfail", "milter_default_action = accept"),
        (SPEC, "    selectors: [s202611]\n    srs-domain", "    srs-domain"),
        removed=NO_OPENDKIM,
        tcp_listeners=frozenset({"127.0.0.1:11332"}),
    )
    report, _ = run_case(case)
    assert not [found for found in report.findings if found.rule.startswith("host-milter-")]
