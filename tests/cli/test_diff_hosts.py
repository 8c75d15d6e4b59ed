"""What `mailcheck diff` tells of mail hosts and of the security of the way to them, in every format."""

from __future__ import annotations

from html import unescape

import pytest

from tests.diffing import Repository, repository

__all__ = ["repository"]

PATH = "zones/example.com.zone"
REST = """$ORIGIN example.com.
$TTL 3600
@ SOA ns1 h 1 7200 900 1209600 3600
@ NS ns1
ns1 A 192.0.2.1
"""
ZONE = REST + "@ MX 10 mail\nmail A 192.0.2.25\n"
LOST = ("error", "mail to example.com is lost: none of its exchanges has an address that others can reach")


def lost(why: str) -> list[tuple[str, str]]:
    return [(LOST[0], f"{LOST[1]}; the mail host mail.example.com {why}")]


def told(repository: Repository, old: str, new: str) -> list[tuple[str, str]]:
    """What is told beside records of their own, the same in every format."""
    repository.commit({PATH: old})
    repository.write(PATH, new)
    found = [(each["severity"], each["message"]) for each in repository.domain("HEAD")["other"]]
    for form, mark in (("text", "{}: "), ("markdown", "**{}**: ")):
        assert repository.run("HEAD", "--format", form) == 0
        for severity, message in found:
            assert mark.format(severity) + message in unescape(repository.out)
    return found


HOSTS = [
    (ZONE, ZONE.replace("mail A 192.0.2.25\n", ""), lost("has no address any more")),
    (ZONE, ZONE.replace("192.0.2.25", "127.0.0.1"), lost("is at 127.0.0.1")),
    (ZONE, ZONE.replace("A 192.0.2.25", "AAAA ::1"), lost("is at ::1")),
    (ZONE, ZONE.replace("192.0.2.25", "10.0.0.1"), lost("is at 10.0.0.1")),
    (ZONE, ZONE.replace("A 192.0.2.25", "CNAME ns1"), [("warning", "the mail host mail.example.com is an alias of ns1.example.com now, at 192.0.2.1")]),
    (ZONE, ZONE.replace("A 192.0.2.25", "CNAME a.vendor.example."), [("warning", "the mail host mail.example.com is an alias of a.vendor.example now, whose address is not determined")]),
    (ZONE, ZONE.replace("A 192.0.2.25", "CNAME no"), lost("is an alias now, which has no address")),
    (ZONE, ZONE.replace("A 192.0.2.25", "NS ns.elsewhere.example."), [("warning", "the address of the mail host mail.example.com is not determined any more")]),
    (ZONE, ZONE.replace("192.0.2.25", "192.0.2.26"), [("info", "the mail host mail.example.com is at 192.0.2.26")]),
    (ZONE + "mail AAAA 2001:db8::1\n", ZONE, [("warning", "the mail host mail.example.com is at 192.0.2.25")]),
    (ZONE, ZONE + "mail AAAA 2001:db8::1\n", [("info", "the mail host mail.example.com is at 192.0.2.25, 2001:db8::1")]),
    (ZONE + "@ MX 20 ns1\n", ZONE.replace("mail A 192.0.2.25\n", "") + "@ MX 20 ns1\n", [("warning", "the mail host mail.example.com has no address any more")]),
    (ZONE, ZONE.replace("MX 10 mail", "MX 10 nowhere"), [LOST]),
    (ZONE, ZONE.replace("mail", "other"), [("info", "the mail host other.example.com is at 192.0.2.25")]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "other"), HOSTS)
def test_mail_hosts(repository: Repository, old: str, new: str, other: list[tuple[str, str]]) -> None:
    assert told(repository, old, new) == other


@pytest.mark.parametrize(("old", "new"), [("10 mail|20 mail", "20 mail|10 mail"), ("20 mail|10 mail", "10 mail")])
def test_of_an_exchange_that_is_named_twice_the_lower_preference_counts(
    repository: Repository, old: str, new: str
) -> None:
    def zone(exchanges: str) -> str:
        return ZONE.replace("@ MX 10 mail\n", "".join(f"@ MX {each}\n" for each in exchanges.split("|")))

    repository.commit({PATH: zone(old)})
    repository.write(PATH, zone(new))
    assert repository.diff("HEAD")["domains"] == []
    repository.commit({PATH: zone("10 mail|15 ns1|20 mail")})
    repository.write(PATH, zone("20 mail|15 ns1|30 mail"))
    assert repository.domain("HEAD")["mx"]["moved"] == [
        {"what": "mail.example.com", "before": "10", "after": "20"}
    ]


STS = '_mta-sts TXT "v=STSv1; id=1"\nmta-sts A 192.0.2.80\n'
RPT = '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:a@example.com,mailto:b@example.com"\n'
IGNORED = "is invalid, so that senders ignore it"
TLSA = "TLSA 3 1 1 " + "00" * 32
DANE = f"_25._tcp.mail CNAME _tlsa\n_tlsa TLSA 3 1 1 {'22' * 32}\n"
BIMI = 'default._bimi TXT "v=BIMI1; l=https://example.com/x.svg"\n'
TRANSPORT = [
    (STS, STS.replace("id=1", "id=2"), [("info", "MTA-STS of example.com: changed")]),
    (STS, STS.replace("; id=1", ""), [("warning", f"the MTA-STS record of example.com {IGNORED}")]),
    (STS, STS.replace("STSv1", "STSv2"), [("warning", f"the MTA-STS record of example.com {IGNORED}")]),
    (STS, STS + '_mta-sts TXT "v=STSv1; id=2"\n', [("warning", f"the MTA-STS record of example.com {IGNORED}")]),
    (STS, STS.replace("mta-sts A 192.0.2.80\n", ""), None),
    (STS, STS.replace("mta-sts A 192.0.2.80\n", "mta-sts CNAME no\n"), None),
    (STS, STS.partition("\n")[2], [("warning", "removes the MTA-STS record of example.com")]),
    ("", STS, [("info", "publishes the MTA-STS record of example.com")]),
    (RPT, "", [("warning", "removes the TLS reporting record of example.com")]),
    (RPT, RPT.replace(",mailto:b@example.com", ""), [("warning", "TLS reporting of example.com: changed")]),
    (RPT, RPT.replace("rua=", "ruf="), [("warning", f"the TLS reporting record of example.com {IGNORED}")]),
    (RPT, RPT.replace("rua=", "rua=mailto:c@example.com,"), [("info", "TLS reporting of example.com: changed")]),
    ("_25._tcp.mail TLSA 3 1 1 " + "00" * 32 + "\n", "", [("warning", "senders no longer hold mail.example.com to a certificate (DANE)")]),
    (DANE, DANE.partition("\n")[2], [("warning", "senders no longer hold mail.example.com to a certificate (DANE)")]),
    (DANE, DANE.replace("22", "33"), [("info", "senders hold mail.example.com to other certificates (DANE)")]),
    (BIMI, "", [("warning", "removes the BIMI record default._bimi.example.com")]),
    ("sub DNAME example.com.\n", "", [("warning", "names below sub.example.com no longer lead to those below example.com")]),
    ('example.org._report._dmarc TXT "v=DMARC1"\n', "", [("warning", "example.com no longer takes DMARC reports on example.org")]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "other"), TRANSPORT)
def test_transport(repository: Repository, old: str, new: str, other: list[tuple[str, str]] | None) -> None:
    unfetched = (
        "senders cannot fetch the MTA-STS policy of example.com: mta-sts.example.com has no address any more"
    )
    assert told(repository, ZONE + old, ZONE + new) == (other or [("warning", unfetched)])


@pytest.mark.parametrize(
    ("mode", "severity", "said"),
    [("none", "warning", "mode enforce -> none"), ("testing", "warning", "mode enforce -> testing"), ("x", "warning", "mode enforce -> none that is valid")],
)  # fmt: skip
def test_a_policy_that_asks_for_less(repository: Repository, mode: str, severity: str, said: str) -> None:
    policy = "version: STSv1\nmode: enforce\nmx: mail.example.com\nmax_age: 86400\n"
    repository.commit({PATH: ZONE + STS, "zones/mta-sts.example.com.txt": policy})
    repository.write("zones/mta-sts.example.com.txt", policy.replace("enforce", mode))
    (other,) = repository.domain("HEAD")["other"]
    assert other == {"severity": severity, "message": f"the MTA-STS policy of example.com: {said}"}


def test_addresses_for_documentation_stand_for_real_ones(repository: Repository) -> None:
    old = ZONE.replace("example.com", "acme-mail.net")
    path = "zones/acme-mail.net.zone"
    repository.commit({path: old})
    repository.write(path, old + "www A 9.9.9.9\n")
    assert repository.diff("HEAD")["domains"] == []
    repository.write(path, old.replace("mail A 192.0.2.25", "mail A 192.0.2.26"))
    (other,) = repository.domain("HEAD", name="acme-mail.net.")["other"]
    assert other == {"severity": "info", "message": "the mail host mail.acme-mail.net is at 192.0.2.26"}
    repository.write(path, old.replace("mail A 192.0.2.25\n", ""))
    assert repository.domain("HEAD", name="acme-mail.net.")["severity"] == "error"


def test_addresses_for_documentation_are_none_that_real_ones_could_become(repository: Repository) -> None:
    old = ZONE.replace("example.com", "acme-mail.net").replace("192.0.2.25", "9.9.9.9")
    path = "zones/acme-mail.net.zone"
    repository.commit({path: old})
    repository.write(path, old.replace("9.9.9.9", "192.0.2.25"))
    assert repository.domain("HEAD", name="acme-mail.net.")["severity"] == "error"


@pytest.mark.parametrize("name", ["_443._tcp.mail", "_443._tcp.www", "_993._tcp.mail", "_25._udp.mail"])
def test_certificates_of_other_services_are_nothing_to_senders(repository: Repository, name: str) -> None:
    repository.commit({PATH: ZONE + f"{name} {TLSA}\n"})
    repository.write(PATH, ZONE)
    assert repository.diff("HEAD")["domains"] == []


def test_a_wildcard_has_certificates_for_senders_too(repository: Repository) -> None:
    said = "senders no longer hold mail.example.com to a certificate (DANE)"
    assert told(repository, ZONE + f"*._tcp.mail {TLSA}\n", ZONE) == [("warning", said)]


@pytest.mark.parametrize(
    ("old", "new"),
    [("10 mail", "0 mail"), ("10 mail|20 ns1", "1 mail|2 ns1"), ("10 mail|10 ns1", "20 ns1|20 mail")],
)
def test_preferences_in_the_same_order_are_no_change(repository: Repository, old: str, new: str) -> None:
    def zone(exchanges: str) -> str:
        return REST + "mail A 192.0.2.25\n" + "".join(f"@ MX {each}\n" for each in exchanges.split("|"))

    repository.commit({PATH: zone(old)})
    repository.write(PATH, zone(new))
    assert repository.diff("HEAD")["domains"] == []
    repository.write(PATH, zone("10 ns1|20 mail"))
    assert repository.domain("HEAD")["mx"] is not None


def test_a_null_mx_beside_an_exchange_loses_mail(repository: Repository) -> None:
    repository.commit({PATH: ZONE})
    repository.write(PATH, ZONE + "@ MX 0 .\n")
    found = repository.domain("HEAD")["mx"]
    assert (found["severity"], found["added"]) == ("error", ["null MX"])
    repository.commit()
    repository.write(PATH, ZONE)
    assert repository.domain("HEAD")["mx"]["severity"] == "info"
