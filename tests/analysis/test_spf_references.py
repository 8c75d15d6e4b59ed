"""Which names declared SPF records lead to, and which hosts declared MX records name."""

from mailcheck.analysis.spf_references import exchange_hosts, referenced_names
from mailcheck.analysis.spf_usage import only_included
from tests.build import zone


def test_includes_and_redirects_are_references() -> None:
    zones = [
        zone(
            "example.com",
            "@ TXT v=spf1 include:_spf.%{d} a:a.example.com -all",
            "news TXT v=spf1 redirect=Example.NET",
        ),
        zone("example.net", "@ TXT v=spf1 include:%{o}.example.org exp=why.example.net ?all include:x.example"),
    ]
    assert referenced_names(zones) == {"_spf.example.com.", "example.net.", "x.example."}


def test_parts_serve_others_and_are_no_domain_of_their_own() -> None:
    zones = [
        zone(
            "example.com",
            "@ TXT v=spf1 include:_spf.example.com include:news.example.com -all",
            "_spf TXT v=spf1 ip4:192.0.2.1 -all",
            "_alone TXT v=spf1 ip4:192.0.2.1 -all",
            "news TXT v=spf1 ip4:192.0.2.1 -all",
            "news MX 10 mail.example.com.",
        )
    ]
    assert only_included(zones) & referenced_names(zones) == {"_spf.example.com."}


def test_exchange_hosts_stand_in_the_zone_that_holds_their_address() -> None:
    zones = [
        zone(
            "example.com",
            "@ MX 10 mail.example.com.",
            "@ MX 20 mail.example.net.",
            "@ MX 30 mx.provider.example.",
            "@ MX 40 gone.example.com.",
            "@ MX 50 mail.sub.example.com.",
            "mail A 192.0.2.25",
            "www A 192.0.2.80",
            "mail.sub A 192.0.2.26",
        ),
        zone("example.net", "mail AAAA 2001:db8::25", "@ MX 10 mail.example.com."),
        zone("sub.example.com", "@ MX 0 ."),
    ]
    assert exchange_hosts(zones) == {
        "example.com.": ("mail.example.com.",),
        "example.net.": ("mail.example.net.",),
    }
