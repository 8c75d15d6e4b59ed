"""Mail records at names that lost an underscore."""

import pytest

from mailcheck.analysis.zone_underscores import lost_underscores
from tests.build import zone

DMARC = "TXT v=DMARC1; p=none"
TLS = "TXT v=TLSRPTv1; rua=mailto:a@example.com"


@pytest.mark.parametrize(
    ("line", "what", "meant"),
    [
        (f"dmarc {DMARC}", "DMARC", "_dmarc.example.com."),
        (f"dmarc.sub {DMARC}", "DMARC", "_dmarc.sub.example.com."),
        (f"example.net.report._dmarc {DMARC}", "DMARC", "example.net._report._dmarc.example.com."),
        (f"example.net._report.dmarc {DMARC}", "DMARC", "example.net._report._dmarc.example.com."),
        (f"*.report.dmarc {DMARC}", "DMARC", "*._report._dmarc.example.com."),
        ("s1.domainkey TXT p=abc", "DKIM", "s1._domainkey.example.com."),
        ("s1.domainkey.sub TXT v=DKIM1; p=abc", "DKIM", "s1._domainkey.sub.example.com."),
        ("s1.domainkey CNAME s1._domainkey.example.net.", "DKIM", "s1._domainkey.example.com."),
        ("dmarc CNAME _dmarc.example.net.", "DMARC", "_dmarc.example.com."),
        ("mta-sts TXT v=STSv1; id=1", "MTA-STS", "_mta-sts.example.com."),
        (f"smtp.tls {TLS}", "TLS reporting", "_smtp._tls.example.com."),
        (f"_smtp.tls {TLS}", "TLS reporting", "_smtp._tls.example.com."),
        (f"smtp._tls.sub {TLS}", "TLS reporting", "_smtp._tls.sub.example.com."),
        ("default.bimi TXT v=BIMI1; l=", "BIMI", "default._bimi.example.com."),
    ],
)
def test_a_lost_underscore(line: str, what: str, meant: str) -> None:
    (found,) = lost_underscores(zone("example.com", line))
    assert (found.what, found.meant) == (what, meant)
    assert (found.name, found.type) == (found.record.name, line.split(" ")[1])


@pytest.mark.parametrize(
    "line",
    [
        f"_dmarc {DMARC}",
        f"_dmarc.dmarc {DMARC}",
        f"_dmarc.report {DMARC}",
        f"dmarc._dmarc {DMARC}",
        f"mail {DMARC}",
        f"example.net._report._dmarc {DMARC}",
        "dmarc TXT reports go here",
        "dmarc A 192.0.2.1",
        "dmarc CNAME reports.example.net.",
        "s1._domainkey.domainkey TXT p=abc",
        "domainkey TXT o=-",
        "mta-sts CNAME _mta-sts.example.net.",
        "mta-sts A 192.0.2.1",
        f"_smtp._tls.smtp {TLS}",
        f"_smtp._tls.tls {TLS}",
        f"tls {TLS}",
        "smtp TXT v=spf1 a -all",
        "tls._bimi.bimi TXT v=BIMI1; l=",
    ],
)
def test_a_name_that_lost_nothing(line: str) -> None:
    assert lost_underscores(zone("example.com", line)) == ()


def test_the_labels_of_the_zone_itself_do_not_count() -> None:
    assert lost_underscores(zone("dmarc.example", f"@ {DMARC}", f"_dmarc {DMARC}")) == ()


def test_each_name_is_listed_once() -> None:
    assert len(lost_underscores(zone("example.com", f"dmarc {DMARC}", f"dmarc {DMARC} "))) == 1
