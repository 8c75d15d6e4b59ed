"""Which SPF records are reached only by include."""

from mailcheck.analysis.spf_usage import only_included
from mailcheck.model.location import whole_line
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone


def zone(name: str, records: list[tuple[str, str, str]]) -> Zone:
    at = whole_line(f"{name}zone")
    return Zone(
        name,
        at.path,
        "master",
        tuple(Record(owner, rtype, 3600, text, at, at) for owner, rtype, text in records),
        at,
    )


def included_of(*records: tuple[str, str, str]) -> frozenset[str]:
    return only_included([zone("example.com.", list(records))])


def test_an_included_name_without_mail_data_only_serves_others() -> None:
    found = included_of(
        ("example.com.", "TXT", "v=spf1 include:spf.example.com -all"),
        ("spf.example.com.", "TXT", "v=spf1 ip4:192.0.2.0/24"),
    )
    assert found == {"spf.example.com."}


def test_an_include_from_another_zone_counts_in_any_case() -> None:
    found = only_included(
        [
            zone("example.net.", [("example.net.", "TXT", "v=spf1 ?Include:SPF.Example.COM. -all")]),
            zone("example.com.", [("spf.example.com.", "TXT", "v=spf1 ip4:192.0.2.0/24")]),
        ]
    )
    assert found == {"spf.example.com."}


def test_a_name_with_an_underscore_serves_others_though_nobody_here_includes_it() -> None:
    assert included_of(("_spf.example.com.", "TXT", "v=spf1 ip4:192.0.2.1")) == {"_spf.example.com."}


def test_a_host_or_a_mail_domain_decides_for_itself_though_included() -> None:
    own = [
        ("example.com.", "TXT", "v=spf1 include:mail.example.com include:news.example.com -all"),
        ("mail.example.com.", "TXT", "v=spf1 a"),
        ("mail.example.com.", "A", "192.0.2.1"),
        ("news.example.com.", "TXT", "v=spf1 mx"),
        ("news.example.com.", "MX", "10 mail.example.com."),
    ]
    assert included_of(*own) == frozenset()


def test_an_apex_decides_for_itself_though_included() -> None:
    zones = [
        zone("example.com.", [("example.com.", "TXT", "v=spf1 include:example.net -all")]),
        zone("example.net.", [("example.net.", "TXT", "v=spf1 mx")]),
    ]
    assert only_included(zones) == frozenset()


def test_an_apex_with_an_underscore_serves_others() -> None:
    assert only_included([zone("_spf.example.net.", [("_spf.example.net.", "TXT", "v=spf1 mx")])]) == {
        "_spf.example.net."
    }


def test_the_target_of_a_redirect_decides() -> None:
    found = included_of(
        ("example.com.", "TXT", "v=spf1 redirect=_spf.example.com"),
        ("_spf.example.com.", "TXT", "v=spf1 redirect=_spf2.example.com"),
        ("_spf2.example.com.", "TXT", "v=spf1 redirect=_spf.example.com"),
    )
    assert found == frozenset()


def test_a_redirect_inside_an_included_record_stays_inside_it() -> None:
    found = included_of(
        ("example.com.", "TXT", "v=spf1 include:_spf.example.com -all"),
        ("_spf.example.com.", "TXT", "v=spf1 redirect=_spf2.example.com"),
        ("_spf2.example.com.", "TXT", "v=spf1 ip4:192.0.2.1"),
    )
    assert found == {"_spf.example.com.", "_spf2.example.com."}


def test_a_target_with_macros_names_nobody() -> None:
    found = included_of(
        ("example.com.", "TXT", "v=spf1 include:%{d2}.spf.example.com redirect=%{d}"),
        ("spf.example.com.", "TXT", "v=spf1 ip4:192.0.2.1"),
    )
    assert found == frozenset()
