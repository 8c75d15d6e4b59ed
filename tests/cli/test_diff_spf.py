"""`mailcheck diff`: what a change of an SPF record does to whom, known or not determined, and how grave that is."""

from __future__ import annotations

from typing import Any

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
all TXT "v=spf1 +all"
"""
HOSTS = "".join(f"h{number} A 198.51.100.{number}\nh{number} AAAA 2001:db8::{number}\n" for number in range(12))
TEN = " ".join(f"a:h{number}.example.com" for number in range(10))
MX = "".join(f"many MX {number} h{number}\n" for number in range(11))


def changed(repository: Repository, old: str, new: str, lines: str = "") -> list[dict[str, Any]]:
    """The domains that change with the record."""
    for side, record in (("a", old), ("b", new)):
        text = f'{BASE}{HOSTS}{MX}{lines}@ TXT "v=spf1 {record}"\n'
        repository.write(f"{side}/example.com.zone", text)
    found: list[dict[str, Any]] = repository.diff("a", "b")["domains"]
    return found


def spf(repository: Repository, old: str, new: str) -> dict[str, Any]:
    (domain,) = changed(repository, old, new)
    found: dict[str, Any] = domain["spf"]
    return found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("include:v.net -all", "?include:v.net -all"),
        ("include:v.net -all", "-include:v.net -all"),
        ("include:v.net -all", "-ip4:192.0.2.1 include:v.net -all"),
        ("-ip4:192.0.2.1 include:v.net -all", "include:v.net -ip4:192.0.2.1 -all"),
        ("include:v.net -all", "-all"),
        ("a:x.other.net -all", "?a:x.other.net -all"),
        ("mx:other.net -all", "~mx:other.net -all"),
        ("exists:x.net -all", "-exists:x.net -all"),
        ("exists:%{i}.x.net -all", "?exists:%{i}.x.net -all"),
        ("exists:%{i}.x.net -all", "-all"),
        ("include:%{i}.x.net -all", "-all"),
        ("ptr -all", "-ptr -all"),
        ("redirect=v.net", "-ip4:192.0.2.1 redirect=v.net"),
        ("redirect=v.net", "redirect=w.net"),
        ("redirect=v.net", "include:v.net"),
    ],
)
def test_what_is_not_determined_decides_otherwise(repository: Repository, old: str, new: str) -> None:
    found = spf(repository, old, new)
    assert found["severity"] == "warning"
    assert found["depends_on"]
    assert (found["gained"], found["lost"]) == ([], [])


def test_an_included_record_whose_own_include_is_not_determined(repository: Repository) -> None:
    zones = 'in TXT "v=spf1 {}include:v.net -all"\n'
    for side, qualifier in (("a", ""), ("b", "?")):
        text = f'{BASE}{zones.format(qualifier)}@ TXT "v=spf1 include:in.example.com -all"\n'
        repository.write(f"{side}/example.com.zone", text)
    (domain,) = repository.diff("a", "b")["domains"]
    assert (domain["domain"], domain["spf"]["depends_on"]) == ("example.com.", ["v.net TXT"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ip4:192.0.2.1 include:v.net -all", "include:v.net ip4:192.0.2.1 -all"),
        ("include:v.net include:w.net -all", "include:w.net include:v.net -all"),
        ("a:x.net/32 -all", "a:x.net -all"),
        ("exists:%{i}.x.net ptr -all", "ptr exists:%{i}.x.net -all"),
        ("ptr -all", "ptr:example.com -all"),
        ("exists:%{i}.x.net include:V.net -all", "exists:%{i}.X.net. include:v.NET. -all"),
        ("ip4:192.0.2.0/25 ip4:192.0.2.128/25 include:v.net", "include:v.net ip4:192.0.2.0/24 ?all"),
        ("-all", "ip6:::ffff:192.0.2.1 -ip6:::ffff:0:0/96 -all"),
    ],
)
def test_what_decides_the_same_is_no_change(repository: Repository, old: str, new: str) -> None:
    assert changed(repository, old, new) == []


def test_a_network_that_comes_leaves_what_is_not_determined_alone(repository: Repository) -> None:
    found = spf(repository, "include:v.net -all", "ip4:192.0.2.7 include:v.net -all")
    assert (found["severity"], found["gained"], found["depends_on"]) == ("info", ["192.0.2.7/32"], [])


def test_nobody_may_send_behind_the_lookup_limit(repository: Repository) -> None:
    found = spf(repository, f"{TEN} -all", f"{TEN} a:h10.example.com -all")
    assert (found["severity"], found["gained"]) == ("error", [])
    assert found["changes"] == [{"what": "everyone else", "before": "fail", "after": "permerror"}]
    eleven = f"{TEN} a:h10.example.com"
    moved = spf(repository, f"ip4:203.0.113.1 {eleven} -all", f"{eleven} ip4:203.0.113.1 -all")
    assert moved["lost"] == ["203.0.113.1/32"]
    gained = spf(repository, f"{eleven} ip4:203.0.113.1 -all", f"ip4:203.0.113.1 {eleven} -all")
    assert (gained["gained"], gained["severity"]) == (["203.0.113.1/32"], "info")


@pytest.mark.parametrize("third", ["a:g3.example.com", "mx:all.example.com", "exists:g3.example.com"])
def test_nobody_may_send_behind_the_third_void_lookup(repository: Repository, third: str) -> None:
    two = "a:g1.example.com a:g2.example.com"
    found = spf(repository, f"{two} ip4:203.0.113.1 -all", f"{two} {third} ip4:203.0.113.1 -all")
    assert (found["severity"], found["lost"]) == ("error", ["203.0.113.1/32"])


def test_an_mx_of_eleven_hosts_is_an_error_for_all_who_come_so_far(repository: Repository) -> None:
    found = spf(repository, "mx:example.com -all", "ip4:203.0.113.1 mx:many.example.com -all")
    assert (found["severity"], found["gained"], found["lost"]) == ("error", ["203.0.113.1/32"], ["192.0.2.25/32"])


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("-all", "ip4:0.0.0.0/0 -all", "error"),
        ("-all", "ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all", "error"),
        ("-all", "ip4:0.0.0.0/1 -all", "error"),
        ("-all", "ip6:::/0 -all", "error"),
        ("-all", "a:mail.example.com/0 -all", "error"),
        ("-all", "exists:mail.example.com -all", "error"),
        ("-all", "include:all.example.com -all", "error"),
        ("-all", "redirect=all.example.com", "error"),
        ("?all", "+all", "error"),
        ("ip4:192.0.2.1 redirect=v.net", "+all", "error"),
        ("-all", "ip4:198.48.0.0/12 -all", "warning"),
        ("-all", "ip4:198.51.0.0/16 -all", "info"),
        ("ip4:192.0.2.1 -all", "ip4:192.0.0.0/8 -all", "error"),
        ("ip4:192.0.0.0/9 -all", "ip4:192.0.0.0/8 -all", "error"),
        ("ip4:198.51.100.0/24 -all", "ip4:198.48.0.0/12 -all", "warning"),
        ("ip4:192.0.0.0/8 -all", "ip4:192.0.0.0/8 ip4:203.0.113.1 -all", "info"),
    ],
)
def test_whom_it_lets_send_counts_and_not_how_that_is_written(
    repository: Repository, old: str, new: str, severity: str
) -> None:
    assert spf(repository, old, new)["severity"] == severity


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("?ip4:192.0.2.8/31 ~all", "-ip4:192.0.2.8/31 ~all", ("192.0.2.8/31", "neutral", "fail")),
        ("~a:mail.example.com ?all", "-a:mail.example.com ?all", ("192.0.2.25/32", "softfail", "fail")),
        ("-ip4:192.0.2.9 ~all", "?ip4:192.0.2.9 ~all", ("192.0.2.9/32", "fail", "neutral")),
    ],
)
def test_networks_that_get_another_result_than_before(
    repository: Repository, old: str, new: str, change: tuple[str, str, str]
) -> None:
    found = spf(repository, old, new)
    assert [tuple(each.values()) for each in found["changes"]] == [change]
    assert found["severity"] == "warning"


@pytest.mark.parametrize("elsewhere", ["sub NS ns.other.net.", "sub DNAME other.net."])
def test_a_record_that_is_not_determined_any_more(repository: Repository, elsewhere: str) -> None:
    record = 'news.sub TXT "v=spf1 ip4:192.0.2.9 -all"\n'
    for side, line in (("a", record), ("b", elsewhere + "\n")):
        repository.write(f"{side}/example.com.zone", BASE + line)
    *_, gone = repository.diff("a", "b")["domains"]
    assert gone["spf"]["changes"] == [{"what": "record", "before": "one record", "after": "not determined"}]
    assert gone["spf"]["severity"] == "warning"
    *_, come = repository.diff("b", "a")["domains"]
    assert come["spf"]["severity"] == "info"


def test_networks_that_change_as_everyone_else_does_are_not_told(repository: Repository) -> None:
    found = spf(repository, "~ip4:192.0.2.9 ~all", "-ip4:192.0.2.9 -all")
    assert [each["what"] for each in found["changes"]] == ["everyone else"]
    assert found["severity"] == "info"


INCLUDED = 'spf TXT "v=spf1 ip4:203.0.113.{} -all"\n'
ROOT = '@ TXT "v=spf1 include:spf.example.com -all"\n'


def domains(repository: Repository, *lines: str) -> list[str]:
    """Those of which something is told when the included record changes."""
    for side, last in (("a", "1"), ("b", "2")):
        text = BASE + "".join(line.replace("{}", last) for line in lines)
        repository.write(f"{side}/example.com.zone", text)
    return [domain["domain"] for domain in repository.diff("a", "b")["domains"]]


@pytest.mark.parametrize(
    "own",
    [
        "spf MX 10 mail\n",
        "spf A 192.0.2.4\n",
        '_dmarc.spf TXT "v=DMARC1; p=none"\n',
        'a._domainkey.spf TXT "v=DKIM1; p="\n',
    ],
)
def test_an_own_include_is_told_once_unless_it_has_mail_of_its_own(repository: Repository, own: str) -> None:
    assert domains(repository, INCLUDED, ROOT) == ["example.com."]
    assert domains(repository, INCLUDED, ROOT, own) == ["example.com.", "spf.example.com."]
    assert domains(repository, INCLUDED) == ["spf.example.com."]


def test_an_include_whose_change_does_nothing_to_who_includes_it_is_told(repository: Repository) -> None:
    covering = ROOT.replace("include", "ip4:203.0.113.0/24 include")
    assert domains(repository, INCLUDED, covering) == ["spf.example.com."]


def test_records_that_include_each_other_are_told_all_the_same(repository: Repository) -> None:
    one = '_a TXT "v=spf1 ip4:203.0.113.{} include:_b.example.com -all"\n'
    other = '_b TXT "v=spf1 include:_a.example.com -all"\n'
    assert domains(repository, one, other) == ["_a.example.com.", "_b.example.com."]


def test_what_depends_is_shown_to_people(repository: Repository) -> None:
    changed(repository, "include:v.net -all", "?include:v.net -all")
    assert repository.run("a", "b") == 0
    assert "what else may change depends on: v.net TXT" in repository.out
