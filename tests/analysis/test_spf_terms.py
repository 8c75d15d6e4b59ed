"""What single SPF terms stand for."""

import pytest

from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.analysis.spf_terms import macros_of, network_of, same_clients_key, term_text
from tests.build import zone


def spf(terms: str) -> SpfRecord:
    (found,) = spf_records(zone("example.com", f"@ TXT v=spf1 {terms}"))
    return found


@pytest.mark.parametrize(
    ("term", "network"),
    [
        ("ip4:192.0.2.17/24", (4, 0xC0000200, 24)),
        ("ip4:192.0.2.17", (4, 0xC0000211, 32)),
        ("ip4:192.0.2.17/0", (4, 0, 0)),
        ("ip6:2001:db8::1/32", (6, 0x20010DB8 << 96, 32)),
        ("ip6:::1", (6, 1, 128)),
        ("a:mail.example.com/24", None),
    ],
)
def test_the_network_of_a_term(term: str, network: tuple[int, int, int] | None) -> None:
    assert network_of(spf(term).tree.directives[0]) == network


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a", "A:Example.com."),
        ("-mx", "mx:example.com"),
        ("a/32", "a//128"),
        ("ip4:192.0.2.1", "ip4:192.0.2.1/32"),
        ("ip4:192.0.2.1/24", "~ip4:192.0.2.9/24"),
        ("include:a.example", "?INCLUDE:A.example"),
        ("ip6:2001:db8::", "ip6:2001:0db8::0/128"),
        ("ptr", "ptr:example.com"),
    ],
)
def test_terms_that_match_the_same_clients(first: str, second: str) -> None:
    one, other = spf(f"{first} {second}").tree.directives
    assert same_clients_key(one, "example.com.") == same_clients_key(other, "example.com.")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a", "mx"),
        ("a", "a:www.example.com"),
        ("a/24", "a"),
        ("a//0", "a"),
        ("ip4:192.0.2.0/24", "ip4:192.0.2.0/25"),
        ("exists:%{i}.a.example", "exists:%{I}.a.example"),
        ("include:a.example", "exists:a.example"),
    ],
)
def test_terms_that_match_other_clients(first: str, second: str) -> None:
    one, other = spf(f"{first} {second}").tree.directives
    assert same_clients_key(one, "example.com.") != same_clients_key(other, "example.com.")


def test_macros_stand_where_the_record_has_them() -> None:
    record = spf("exists:%{ir}.x.%{D2} a x-note=%{s} exp=%{p}.example.com redirect=%{l}.example.com moo%{h}")
    found = [
        [(macro.letter, record.record.text[macro.start : macro.end]) for macro in macros_of(term)]
        for term in record.tree.terms
    ]
    assert found == [[("i", "%{ir}"), ("d", "%{D2}")], [], [], [("p", "%{p}")], [("l", "%{l}")], []]


def test_a_term_is_quoted_as_written() -> None:
    record = spf("-A:Mail.example.com")
    assert term_text(record, record.tree.terms[0]) == "-A:Mail.example.com"
