"""What `mailcheck diff` tells of the certificates to which senders hold mail hosts."""

from __future__ import annotations

import pytest

from tests.diffing import Repository, repository

__all__ = ["repository"]

PATH = "zones/example.com.zone"
ZONE = """$ORIGIN example.com.
$TTL 3600
@ SOA ns1 h 1 7200 900 1209600 3600
@ NS ns1
ns1 A 192.0.2.1
@ MX 10 mail
mail A 192.0.2.25
"""
OWN = "_25._tcp.mail TLSA 3 1 1 " + "11" * 32 + "\n"
OTHER = OWN.replace("11" * 32, "22" * 32)
GONE = ("warning", "senders no longer hold mail.example.com to a certificate (DANE)")
OPEN = ("warning", "whether senders hold mail.example.com to a certificate (DANE) is not determined any more")
NEW = ("info", "senders hold mail.example.com to a certificate (DANE)")
OTHERS = ("info", "senders hold mail.example.com to other certificates (DANE)")


def told(repository: Repository, old: str, new: str) -> list[tuple[str, str]]:
    repository.commit({PATH: ZONE + old})
    repository.write(PATH, ZONE + new)
    found = repository.diff("HEAD")["domains"]
    return [(each["severity"], each["message"]) for domain in found for each in domain["other"]]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OWN, OWN.replace("_25._tcp.mail", "*._tcp.mail")),
        (OWN, OWN.replace("_25._tcp.mail", "_25._tcp.mail CNAME x\nx")),
        (
            "_25._tcp.mail CNAME x\n" + OWN.replace("_25._tcp.mail", "x"),
            OWN.replace("_25._tcp.mail", "*._tcp.mail"),
        ),
        (OWN, OWN.upper()),
        ("", OWN.replace("3 1 1", "1 1 1")),
        ("", OWN.replace("3 1 1", "255 1 1")),
        ("", OWN.replace("1111\n", "\n")),
        ("", OWN.replace("3 1 1", "3 1 2")),
        ("", OWN.replace("3 1 1", "3 1 0")),
        (OWN, OWN + OWN.replace("3 1 1", "0 1 1")),
        ("", OWN.replace("_25", "_587")),
        (OWN, OWN + OTHER.replace("_25._tcp", "*._tcp")),
    ],
)
def test_where_senders_hold_the_host_to_the_same_nothing_changes(
    repository: Repository, old: str, new: str
) -> None:
    assert told(repository, old, new) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", OWN, NEW),
        (OWN, "", GONE),
        (OWN, OTHER, OTHERS),
        (OWN, OWN + OTHER, OTHERS),
        (OWN, OWN.replace("3 1 1", "0 1 1"), GONE),
        (OWN, OWN.replace("1111\n", "\n"), GONE),
        (OWN.replace("3 1 1", "0 1 1"), OWN, NEW),
        (OWN, "_tcp.mail NS ns.elsewhere.example.\n", OPEN),
        (OWN, "_25._tcp.mail CNAME a.vendor.example.\n", OPEN),
        (OWN, OWN.replace("_25._tcp.mail", "_25._tcp.mail CNAME x\ny"), GONE),
        ("*._tcp.mail TLSA" + OWN.partition("TLSA")[2], "_443._tcp.mail A 192.0.2.1\n", GONE),
        ("*._tcp.mail TLSA" + OWN.partition("TLSA")[2], "*._tcp.mail TLSA" + OTHER.partition("TLSA")[2], OTHERS),
    ],
)
def test_what_senders_hold_the_host_to(
    repository: Repository, old: str, new: str, expected: tuple[str, str]
) -> None:
    assert told(repository, old, new) == [expected]


def test_a_host_that_domains_of_others_use_counts(repository: Repository) -> None:
    name = "_25._tcp.mx.mail"
    assert told(repository, OWN.replace("_25._tcp.mail", name), "") == [
        ("warning", "senders no longer hold mx.mail.example.com to a certificate (DANE)")
    ]


def test_a_host_that_takes_no_mail_any_more_needs_none(repository: Repository) -> None:
    repository.commit({PATH: ZONE + OWN})
    repository.write(PATH, ZONE.replace("mail", "mx"))
    assert "DANE" not in str(repository.diff("HEAD"))
