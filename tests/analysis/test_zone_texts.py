"""TXT records by standard and by size."""

import dns.message
import dns.rrset
import pytest

from mailcheck.analysis.zone_texts import answer_size, mail_kind, rdata_size, timed_mail_sets
from mailcheck.model.record import RecordSet
from tests.build import record, zone


@pytest.mark.parametrize(
    ("owner", "text", "kind"),
    [
        ("@", "v=spf1 -all", "spf"),
        ("@", "v=spf1", "spf"),
        ("_dmarc", " v = DMARC1 ; p=none", "dmarc"),
        ("x", "v=DKIM1; p=", "dkim"),
        ("s1._domainkey", "k=rsa; p=abc", "dkim"),
        ("s1.domainkey", "p=abc", "dkim"),
        ("_mta-sts", "v=STSv1; id=1", "mta-sts"),
        ("_smtp._tls", "v=TLSRPTv1;rua=mailto:a@example.com", "tls-rpt"),
        ("default._bimi", "v=BIMI1; l=", "bimi"),
        ("@", "v=spf10", None),
        ("@", "k=rsa; p=abc", None),
        ("s1._domainkey", "a note", None),
        ("@", "we use v=spf1", None),
        ("@", "", None),
    ],
)
def test_the_standard_of_a_text(owner: str, text: str, kind: str | None) -> None:
    assert mail_kind(record("example.com.", "example.com.zone", 1, f"{owner} TXT {text}")) == kind


def test_sets_whose_ttl_matters_to_mail() -> None:
    declared = zone(
        "example.com",
        "@ TXT hello",
        "@ TXT v=spf1 -all",
        "@ MX 10 mail.example.com.",
        "www TXT hello",
        "_mta-sts TXT v=STSv1; id=1",
        "s1._domainkey TXT p=abc",
        "_dmarc TXT v=DMARC1; p=none",
    )
    assert [(found.name, found.type) for found in timed_mail_sets(declared)] == [
        ("example.com.", "MX"),
        ("example.com.", "TXT"),
        ("s1._domainkey.example.com.", "TXT"),
        ("_dmarc.example.com.", "TXT"),
    ]


@pytest.mark.parametrize("cuts", [(), (3,), (255,), (100, 356, 357)])
@pytest.mark.parametrize("owner", ["@", r"a\.b\032c"])
def test_sizes_are_those_of_the_wire(cuts: tuple[int, ...], owner: str) -> None:
    texts = [
        record("example.com.", "example.com.zone", 1, f"{owner} TXT {'t' * size}")._replace(cuts=cuts)
        for size in (400, 900)
    ]
    assert rdata_size(texts[0]) == len(texts[0].rdata().to_wire() or b"")
    answer = dns.message.make_response(dns.message.make_query(texts[0].name, "TXT", use_edns=0, payload=4096))
    answer.answer.append(dns.rrset.from_rdata_list(texts[0].name, 3600, [text.rdata() for text in texts]))
    assert answer_size(RecordSet(texts[0].name, "TXT", tuple(texts))) == len(answer.to_wire(max_size=65_535))


def test_an_empty_text_has_its_length_octet() -> None:
    assert rdata_size(record("example.com.", "example.com.zone", 1, "@ TXT ")) == 1
