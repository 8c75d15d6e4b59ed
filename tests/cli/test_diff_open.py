"""What two states leave open is named, and never called no change where it stands elsewhere now."""

from __future__ import annotations

import pytest

from tests.diffing import LOCK, Repository, repository

__all__ = ["repository"]

PATH = "zones/example.com.zone"
REVERSE = "zones/2.0.192.in-addr.arpa.zone"
HEAD = "$ORIGIN {}\n$TTL 3600\n@ SOA ns1.example.com. h 1 7200 900 1209600 3600\n@ NS ns1.example.com.\n"
ZONE = HEAD.format("example.com.") + "ns1 A 192.0.2.1\n@ MX 10 mail\nmail A 192.0.2.25\n"


def compare(repository: Repository, old: str, new: str) -> None:
    repository.commit({PATH: ZONE + old})
    repository.write(PATH, ZONE + new)


def named(repository: Repository) -> set[tuple[str, str, str]]:
    found = repository.diff("HEAD")["domains"]
    return {(each["name"], each["type"], each["side"]) for domain in found for each in domain["not_determined"]}


LOCK_HEAD = LOCK.partition("spf.vendor")[0]
SPF = '@ TXT "v=spf1 {} -all"\n'
STS = '_mta-sts TXT "v=STSv1; id=1"\n'
DMARC = '_dmarc TXT "v=DMARC1; p=none; rua=mailto:a@example.net"\n'
MOVED = [
    ("_dmarc CNAME {}.x.example.\n", ("_dmarc.example.com.", "TXT")),
    ("_mta-sts CNAME {}.x.example.\n", ("_mta-sts.example.com.", "TXT")),
    ("_smtp._tls CNAME {}.x.example.\n", ("_smtp._tls.example.com.", "TXT")),
    (STS + "mta-sts CNAME {}.x.example.\n", ("mta-sts.example.com.", "A")),
    (SPF.format("include:_s.example.com") + "_s CNAME {}.x.example.\n", ("_s.example.com.", "TXT")),
    ('@ TXT "v=spf1 redirect=_s.example.com"\n' "_s CNAME {}.x.example.\n", ("_s.example.com.", "TXT")),
    (SPF.format("a:out.example.com") + "out CNAME {}.x.example.\n", ("out.example.com.", "A")),
    (SPF.format("a:out.s.example.com") + "s DNAME {}.x.example.\n", ("out.s.example.com.", "A")),
    ('s._domainkey.news TXT "v=DKIM1; p="\nnews CNAME {}.x.example.\n', ("news.example.com.", "MX")),
    ("sub MX 10 mail\n*.sub CNAME {}.x.example.\n", ("_dmarc.sub.example.com.", "TXT")),
    ("_dmarc NS ns.{}.example.\n", ("_dmarc.example.com.", "TXT")),
    (SPF.format("include:a.s.example.com") + "s NS ns.{}.example.\n", ("a.s.example.com.", "TXT")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "question"), MOVED)
def test_what_stands_elsewhere_now_is_not_called_no_change(
    repository: Repository, text: str, question: tuple[str, str]
) -> None:
    compare(repository, text.replace("{}", "one"), text.replace("{}", "two"))
    assert (*question, "both") in named(repository)
    assert repository.run("HEAD") == 0
    assert "no change" not in repository.out
    assert "one" in repository.out
    assert "two" in repository.out


SAME = [
    ("_dmarc CNAME one.x.example.\n", "_dmarc CNAME ONE.X.example.\n"),
    ("_dmarc CNAME one.x.example.\n", "_dmarc CNAME mine\nmine CNAME one.x.example.\n"),
    ("_dmarc NS ns1.x.example.\n", "_dmarc NS NS1.x.example.\n_dmarc NS ns2.x.example.\n"),
    ("www NS ns.one.example.\n", "www NS ns.two.example.\n"),
    ("www CNAME one.x.example.\n", "www CNAME two.x.example.\n"),
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_what_stands_at_the_same_place_is_no_change(repository: Repository, old: str, new: str) -> None:
    compare(repository, old, new)
    assert repository.diff("HEAD")["domains"] == []
    assert repository.run("HEAD") == 0
    assert "no change to mail" in repository.out


def test_consent_to_reports_that_stands_elsewhere(repository: Repository) -> None:
    other = HEAD.format("example.net.") + "example.com._report._dmarc CNAME {}.x.example.\n"
    repository.commit({PATH: ZONE + DMARC, "zones/example.net.zone": other.replace("{}", "one")})
    repository.write("zones/example.net.zone", other.replace("{}", "two"))
    assert named(repository) == {("example.com._report._dmarc.example.net.", "TXT", "both")}


def test_reverse_names_that_stand_elsewhere(repository: Repository) -> None:
    reverse = HEAD.format("2.0.192.in-addr.arpa.") + "25 CNAME 25.{}.example.\n"
    repository.commit({PATH: ZONE, REVERSE: reverse.replace("{}", "one")})
    repository.write(REVERSE, reverse.replace("{}", "two"))
    assert named(repository) == {("25.2.0.192.in-addr.arpa.", "PTR", "both")}


def test_certificates_that_stand_elsewhere(repository: Repository) -> None:
    compare(repository, "_25._tcp.mail CNAME one.x.example.\n", "_25._tcp.mail CNAME two.x.example.\n")
    said = (
        "the certificates that senders hold mail.example.com to (DANE), if any, stand elsewhere now: two.x.example"
    )
    assert repository.domain("HEAD")["other"] == [{"severity": "info", "message": said}]


def test_a_key_that_stands_elsewhere_is_told_once(repository: Repository) -> None:
    compare(repository, "s._domainkey CNAME one.x.example.\n", "s._domainkey CNAME two.x.example.\n")
    found = repository.domain("HEAD")
    assert [key["change"] for key in found["dkim"]] == ["replaced"]
    assert found["not_determined"] == []


KEYS_AT = "_domainkey NS ns.{}.example.\n"
DELEGATED = [
    (KEYS_AT.format("one"), KEYS_AT.format("two"), "info", "are delegated to ns.two.example"),
    ("", KEYS_AT.format("two"), "info", "are delegated to ns.two.example"),
    (KEYS_AT.format("one"), "", "warning", "are no longer delegated to ns.one.example"),
]


@pytest.mark.parametrize(("old", "new", "severity", "said"), DELEGATED)
def test_keys_that_are_delegated(repository: Repository, old: str, new: str, severity: str, said: str) -> None:
    compare(repository, old, new)
    message = f"the DKIM keys of example.com {said}"
    assert repository.domain("HEAD")["other"] == [{"severity": severity, "message": message}]


def test_a_server_more_for_delegated_keys_is_no_change(repository: Repository) -> None:
    compare(repository, KEYS_AT.format("one"), KEYS_AT.format("one") + KEYS_AT.format("two"))
    assert repository.diff("HEAD")["domains"] == []


def test_a_policy_that_is_not_determined_names_what_decides_it(repository: Repository) -> None:
    head = HEAD.format("mail.example.com.") + "@ MX 10 mail.example.com.\n@ A 192.0.2.25\n"
    repository.commit({PATH: head + '_dmarc TXT "v=DMARC1; p=reject"\n'})
    repository.write(PATH, head)
    assert ("_dmarc.example.com.", "TXT", "both") in named(repository)


DMARC_OWN = '_dmarc TXT "v=DMARC1; p=reject"\n'
OWN = ["_s", "spf", "a._s"]


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("place", ["CNAME v.example.net.", "NS ns.example.net."])
def test_an_own_include_that_others_answer_now_is_no_question_of_its_mail(
    repository: Repository, name: str, place: str
) -> None:
    spf = SPF.format(f"include:{name}.example.com") + DMARC_OWN
    compare(repository, spf + f'{name} TXT "v=spf1 ip4:198.51.100.7 -all"\n', spf + f"{name} {place}\n")
    found = repository.domain("HEAD")
    assert (found["spf"]["lost"], found["other"]) == (["198.51.100.7/32"], [])
    assert [each["name"] for each in found["not_determined"]] == [f"{name}.example.com."]


@pytest.mark.parametrize("name", OWN)
def test_an_own_include_that_the_lock_knows_under_another_name_is_no_change(
    repository: Repository, name: str
) -> None:
    record = '"v=spf1 ip4:198.51.100.7 -all"'
    spf = SPF.format(f"include:{name}.example.com") + DMARC_OWN
    repository.write("mailcheck.lock", LOCK_HEAD + f"v.example.net. TXT {record}\n")
    compare(repository, spf + f"{name} TXT {record}\n", spf + f"{name} CNAME v.example.net.\n")
    assert repository.diff("HEAD")["domains"] == []


def test_a_name_with_mail_of_its_own_that_others_answer_now(repository: Repository) -> None:
    spf = SPF.format("include:news.example.com") + DMARC_OWN
    old = 'news TXT "v=spf1 ip4:198.51.100.7 -all"\nnews MX 10 mail\n'
    compare(repository, spf + old, spf + "news CNAME v.example.net.\n")
    found = {each["domain"]: each["other"] for each in repository.diff("HEAD")["domains"]}
    said = "where mail to news.example.com goes is not determined any more"
    assert found == {"example.com.": [], "news.example.com.": [{"severity": "warning", "message": said}]}
