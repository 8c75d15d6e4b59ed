"""`mailcheck diff`: names that mail depends on though no record spells them out: behind wildcards and SPF macros."""

from __future__ import annotations

import pytest

from tests.diffing import Repository, repository

__all__ = ["repository"]

BASE = """$ORIGIN example.com.
$TTL 3600
@ SOA ns1 h 1 7200 900 1209600 3600
@ NS ns1
@ MX 10 mail
ns1 A 192.0.2.1
mail A 192.0.2.25
"""
WILDCARD = '* MX 10 mail\n* TXT "v=spf1 mx -all"\n'
Told = list[tuple[str, str, str]]


def told(repository: Repository, old: str, new: str) -> Told:
    """By domain what is told beside the records that have a part of their own, and how grave it is."""
    for side, lines in (("a", old), ("b", new)):
        repository.write(f"{side}/example.com.zone", BASE + lines + "\n")
    domains = repository.diff("a", "b")["domains"]
    return [
        (domain["domain"], each["severity"], each["message"]) for domain in domains for each in domain["other"]
    ]


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("shop A 192.0.2.80", "shop.example.com, which exists"),
        ("a.shop A 192.0.2.80\nb.shop A 192.0.2.81", "shop.example.com, which exists"),
        ("_acme-challenge.shop TXT x", "shop.example.com, which exists"),
        ("shop CNAME mail", "shop.example.com, which exists"),
        ("shop NS ns.other.net.\nwww A 192.0.2.80", "shop.example.com, www.example.com, which exist"),
        (
            "\n".join(f"h{number} A 192.0.2.80" for number in range(8)),
            "h0.example.com, h1.example.com, h2.example.com, h3.example.com, h4.example.com, h5.example.com"
            " and 2 more, which exist",
        ),
    ],
)
def test_a_name_that_exists_has_nothing_of_the_wildcard(repository: Repository, lines: str, names: str) -> None:
    lost = f"no longer answers for the MX and SPF of {names} now"
    assert told(repository, WILDCARD, WILDCARD + lines) == [("*.example.com.", "warning", lost)]
    back = f"answers for the MX and SPF of {names} no longer"
    assert told(repository, WILDCARD + lines, WILDCARD) == [("*.example.com.", "info", back)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("* A 192.0.2.80", "* A 192.0.2.80\nshop A 192.0.2.80"),
        (WILDCARD, WILDCARD + "_acme-challenge TXT x"),
        (WILDCARD + "shop A 192.0.2.80", WILDCARD + "shop A 192.0.2.80\na.shop A 192.0.2.80"),
        (WILDCARD + "sub NS ns.other.net.", WILDCARD + "sub NS ns.other.net.\nns.sub A 192.0.2.53"),
        (WILDCARD, WILDCARD + "shop MX 20 mail"),
        ("* MX 10 mail", "shop A 192.0.2.80"),
    ],
)
def test_no_mail_of_a_wildcard_is_hidden_otherwise(repository: Repository, old: str, new: str) -> None:
    assert told(repository, old, new) == []


def test_a_name_with_mail_of_its_own_tells_that_itself(repository: Repository) -> None:
    for side, lines in (("a", WILDCARD), ("b", WILDCARD + "shop MX 10 mail\n")):
        repository.write(f"{side}/example.com.zone", BASE + lines)
    (shop,) = repository.diff("a", "b")["domains"]
    assert (shop["domain"], shop["spf"]["severity"]) == ("shop.example.com.", "error")
    assert shop["spf"]["terms"] == {"gained": [], "lost": ["mx"]}


FINDS = "SPF: `{}` may find other records: {}"


@pytest.mark.parametrize(
    ("term", "line", "name"),
    [
        ("exists:%{i}._spf.example.com", "9.2.0.192._spf A 127.0.0.2", "9.2.0.192._spf.example.com"),
        (
            "exists:%{ir}.%{v}._spf.%{d}",
            "9.2.0.192.in-addr._spf A 127.0.0.2",
            "9.2.0.192.in-addr._spf.example.com",
        ),
        ("exists:%{i}._spf.example.com", "*._spf A 127.0.0.2", "*._spf.example.com"),
        ("a:%{l}.users.example.com", "bob.users AAAA 2001:db8::9", "bob.users.example.com"),
        ("include:%{l}._u.%{d}", 'bob._u TXT "v=spf1 -all"', "bob._u.example.com"),
        ("redirect=%{l}._u.%{d}", 'bob._u TXT "v=spf1 -all"', "bob._u.example.com"),
    ],
)
def test_records_that_a_term_with_macros_may_ask_for(
    repository: Repository, term: str, line: str, name: str
) -> None:
    record = f'@ TXT "v=spf1 {term}"\n'
    message = FINDS.format(term, name)
    assert told(repository, record, record + line) == [("example.com.", "info", message)]
    assert told(repository, record + line, record) == [("example.com.", "warning", message)]


def test_one_more_that_is_kept_out(repository: Repository) -> None:
    record = '@ TXT "v=spf1 -exists:%{l}.blocked.example.com ip4:192.0.2.9 -all"\n'
    message = FINDS.format("-exists:%{l}.blocked.example.com", "bob.blocked.example.com")
    assert told(repository, record, record + "bob.blocked A 127.0.0.2") == [("example.com.", "warning", message)]


@pytest.mark.parametrize(
    ("term", "old", "new"),
    [
        ("exists:%{i}._spf.example.com", "", "www._spf A 127.0.0.2"),
        ("exists:%{i}._spf.example.com", "", "_spf A 127.0.0.2"),
        ("exists:%{i}._spf.example.com", "", "9.2.0.192._spf TXT x"),
        ("exists:%{i}._spf.example.com", "9.2.0.192._spf A 127.0.0.2", "9.2.0.192._spf A 127.0.0.3"),
        ("exists:%{i}._spf.example.com", "9.2.0.192._spf A 127.0.0.2", "9.2.0.192._spf 60 A 127.0.0.2"),
        ("include:%{l}._u.example.com", "", 'bob._u TXT "hello"'),
        ("include:%{l}.%{o}", "", "bob A 192.0.2.9"),
        ("-all exists:%{i}._spf.example.com", "", "9.2.0.192._spf A 127.0.0.2"),
    ],
)
def test_records_that_no_message_leads_to_or_that_say_the_same(
    repository: Repository, term: str, old: str, new: str
) -> None:
    record = f'@ TXT "v=spf1 {term} -all"\n'
    assert told(repository, record + old, record + new) == []
