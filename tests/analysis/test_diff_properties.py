"""However a zone is written, what it does to mail is the same; and a diff undone is the diff the other way."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.analysis.diff import Comparison, Side, compare
from mailcheck.model.finding import Severity
from mailcheck.model.limits import Limits
from mailcheck.model.zone import Zone
from mailcheck.view.overlay import Overlay
from mailcheck.zonefile.bind import read_master
from mailcheck.zonefile.source import Budget, Includes, Source
from tests.diffing import rsa

TEXTS = {
    "@": "v=spf1 ip4:192.0.2.0/24 a:mail.example.com include:_spf.example.com ~all",
    "_spf": "v=spf1 ip6:2001:db8::/32 mx:example.com exists:%{i}.example.com -all",
    "_dmarc": "v=DMARC1; p=quarantine; sp=none; rua=mailto:a@example.com,mailto:b@example.com",
    "a._domainkey": f"v=DKIM1; k=rsa; p={rsa(2048)}",
    "*._domainkey.parked": "v=DKIM1; p=",
    "_mta-sts": "v=STSv1; id=1;",
    "_smtp._tls": "v=TLSRPTv1; rua=mailto:t@example.com",
    "default._bimi": "v=BIMI1; l=https://example.com/logo.svg",
    "other.example._report._dmarc": "v=DMARC1",
    "sub": "v=spf1 redirect=_spf.example.com",
    "*.wild": "v=spf1 mx -all",
}
OTHERS = (
    "@ MX 10 mail",
    "@ MX 20 mail2",
    "mail A 192.0.2.25",
    "mail AAAA 2001:db8::25",
    "mail2 A 192.0.2.26",
    "mta-sts A 192.0.2.80",
    "b._domainkey CNAME a._domainkey",
    "c._domainkey CNAME c.vendor.example.",
    "_25._tcp.mail TLSA 3 1 1 " + "0A" * 32,
    "_25._tcp.mail2 CNAME _25._tcp.mail",
    "*.wild MX 10 mail",
    "parked MX 0 .",
    "tree DNAME example.com.",
)
NETWORKS = ("192.0.2.0/24", "192.0.2.0/25", "192.0.2.128/25", "198.51.100.7", "203.0.113.0/30", "203.0.113.2/31")


def read(lines: list[str]) -> Zone:
    text = "\n".join(["$TTL 60", "@ SOA ns hm 1 2 3 4 5", *lines]) + "\n"
    includes = Includes(None, fallback=Path(), limits=Limits(), budget=Budget())
    zone, refused = read_master(
        Source("example.com.zone", text), "example.com.", "example.com.zone", limits=Limits(), includes=includes
    )
    assert not refused
    return zone


def compared(before: Zone, after: Zone) -> Comparison:
    return compare(*(Side([zone], Overlay([zone]).answer) for zone in (before, after)))


def cut(text: str, chance: random.Random) -> str:
    """The text as several quoted strings."""
    places = sorted(chance.sample(range(1, len(text)), chance.randint(0, min(6, len(text) - 1))))
    while any(end - start > 255 for start, end in zip([0, *places], [*places, len(text)], strict=True)):
        places = sorted({*places, *range(200, len(text), 200)})
    pieces = [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]
    return " ".join(f'"{piece}"' for piece in pieces)


def written(chance: random.Random) -> Zone:
    """The zone in some order, with some comments and TTLs, its texts cut somewhere."""
    lines = [
        f"{owner} {chance.choice(['', '300', '1h'])} TXT {cut(text, chance)}" for owner, text in TEXTS.items()
    ]
    lines += [f"{line} ; {chance.random()}" for line in OTHERS]
    chance.shuffle(lines)
    return read(lines)


@given(st.randoms(use_true_random=False), st.randoms(use_true_random=False))
def test_order_cuts_ttls_and_comments_are_no_change(one: random.Random, other: random.Random) -> None:
    assert compared(written(one), written(other)) == Comparison((), unanswered=False)


def _record(owner: str, text: str) -> str:
    return f"{owner} TXT {cut(text, random.Random(0))}"


RECORDS = (*(_record(owner, text) for owner, text in TEXTS.items()), *OTHERS)


@pytest.mark.parametrize("gone", RECORDS)
def test_no_record_goes_or_comes_unsaid(gone: str) -> None:
    whole, rest = read([*RECORDS]), read([record for record in RECORDS if record != gone])
    for before, after in ((whole, rest), (rest, whole)):
        assert any(domain.severities for domain in compared(before, after).domains)


def upper(record: str) -> str:
    """The record with its names and its hexadecimal digits in the other case."""
    head, quote, text = record.partition('"')
    return head.upper().replace("0A", "0a") + quote + text


def test_case_of_names_is_no_change() -> None:
    same = read([upper(record).replace("MAIL ", "mail.EXAMPLE.com. ") for record in RECORDS])
    assert compared(read([*RECORDS]), same) == Comparison((), unanswered=False)


@given(st.lists(st.sampled_from(NETWORKS), max_size=5), st.lists(st.sampled_from(NETWORKS), max_size=5))
def test_what_one_way_gains_the_other_way_loses(old: list[str], new: list[str]) -> None:
    before, after = (
        read([f'@ TXT "v=spf1 {" ".join(f"ip4:{net}" for net in nets)} -all"']) for nets in (old, new)
    )
    there, back = compared(before, after).domains, compared(after, before).domains
    assert len(there) == len(back)
    for one, other in zip(there, back, strict=True):
        assert one.spf
        assert other.spf
        assert (one.spf.gained, one.spf.lost) == (other.spf.lost, other.spf.gained)
        assert one.spf.severity is (Severity.WARNING if one.spf.lost else Severity.INFO)


def test_a_zone_against_itself_says_nothing_whatever_is_open() -> None:
    zone = read(
        [
            '@ TXT "v=spf1 include:a.vendor.example -all"',
            "@ MX 10 mail.vendor.example.",
            "a._domainkey CNAME a.vendor.example.",
        ]
    )
    assert compared(zone, zone) == Comparison((), unanswered=False)
