"""DKIM keys: where they stand, what they are, and what is wrong with them."""

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.analysis.dkim_keys import (
    MAX_ENCODED,
    BadKey,
    PublicKey,
    alias_targets,
    decode_key,
    dkim_records,
    keyed_domains,
    private_keys,
    published_keys,
    selector_aliases,
    selector_and_domain,
    selector_texts,
)
from mailcheck.lint.placeholders import fill
from mailcheck.model.zone import Zone
from tests.build import zone

RSA = fill("", "{rsa2048.public}")
OTHER = fill("", "{rsa2048b.public}")
KEY = f"v=DKIM1; k=rsa; p={RSA}"


def reason(key_type: str, encoded: str) -> str:
    key = decode_key(key_type, encoded)
    assert isinstance(key, BadKey)
    assert key.help
    return key.reason


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("s1._domainkey.example.com.", ("s1", "example.com.")),
        ("a.b._domainkey.news.example.com.", ("a.b", "news.example.com.")),
        ("*._domainkey.example.com.", ("*", "example.com.")),
        ("s1._domainkey.", ("s1", ".")),
        ("_domainkey.example.com.", None),
        ("_adsp._domainkey.example.com.", None),
        ("_report._domainkey.example.com.", None),
        ("s1.x_domainkey.example.com.", None),
        ("s1\\._domainkey.example.com.", None),
        ("example.com.", None),
    ],
)
def test_selector_and_domain(name: str, expected: tuple[str, str] | None) -> None:
    assert selector_and_domain(name) == expected


def test_records_at_selectors_and_keys_elsewhere() -> None:
    declared = zone(
        "example.com",
        f"s1._domainkey TXT {KEY}",
        "s2._domainkey TXT anything",
        "s2._domainkey TXT anything",
        f"stray TXT {KEY}",
        "@ TXT v=spf1 -all",
        "_domainkey TXT o=~",
    )
    found = [(record.name.split(".")[0], record.selector, record.domain) for record in dkim_records(declared)]
    assert found == [
        ("s1", "s1", "example.com."),
        ("s2", "s2", "example.com."),
        ("stray", None, "stray.example.com."),
    ]
    assert [texts.name for texts in selector_texts(declared)] == [
        "s1._domainkey.example.com.",
        "s2._domainkey.example.com.",
    ]


def test_a_record_knows_its_key_and_its_place() -> None:
    record, revoked, without = dkim_records(
        zone("example.com", f"s1._domainkey TXT {KEY}", "s2._domainkey TXT p=", "*._domainkey TXT k=rsa")
    )
    assert record.key == PublicKey(2048, 65537)
    start = len("s1._domainkey TXT v=DKIM1; k=rsa; p=") + 1
    assert record.key_at.span[1::2] == (start, start + len(RSA))
    assert revoked.key is None
    assert without.key is None
    assert without.key_at == without.at
    assert [item.is_wildcard for item in (record, revoked, without)] == [False, False, True]


@pytest.mark.parametrize("bits", [512, 1024, 1536, 2048, 4096, 8192])
@pytest.mark.parametrize("form", ["public", "bare"])
def test_rsa(bits: int, form: str) -> None:
    encoded = fill("", f"{{rsa{bits}.{form}}}")
    assert decode_key("rsa", encoded) == PublicKey(bits, 65537, bare=form == "bare")


def test_exponent() -> None:
    assert decode_key("rsa", fill("", "{rsa2048e3.public}")) == PublicKey(2048, 3)
    assert "no RSA public key" in reason("rsa", fill("", "{rsa2048.public}").replace("AQAB", "AQAA"))


def test_padding_may_be_left_out() -> None:
    encoded = fill("", "{rsa4096.public}")
    assert encoded.endswith("==")
    assert decode_key("rsa", encoded.rstrip("=")) == decode_key("rsa", encoded)


@pytest.mark.parametrize("bits", [1024, 2048, 4096])
def test_whichever_character_is_lost_the_key_is_bad(bits: int) -> None:
    encoded = fill("", f"{{rsa{bits}.public}}").rstrip("=")
    for at in range(len(encoded)):
        assert isinstance(decode_key("rsa", encoded[:at] + encoded[at + 1 :]), BadKey)


@pytest.mark.parametrize("lost", [1, 2, 3, 4, 50])
@pytest.mark.parametrize("bits", [1024, 2048, 4096])
def test_a_key_cut_short_is_named_so(bits: int, lost: int) -> None:
    encoded = fill("", f"{{rsa{bits}.public}}").rstrip("=")
    assert "cut short" in reason("rsa", encoded[:-lost])


@pytest.mark.parametrize(
    ("encoded", "words"),
    [
        (RSA + "AAAA", "goes on for 3 octets"),
        (RSA + "A", "one character too many"),
        (RSA[1:], "does not begin like a DER key"),
        ("MA", "does not begin like a DER key"),
        ("MIA=", "does not begin like a DER key"),
        ("MIUAAAAAAAAA", "does not begin like a DER key"),
        ("MAA=", "no RSA public key"),
        ("A", "does not begin like a DER key"),
        ("AAAA===", "ends in 3 `=`"),
        ("A" * (MAX_ENCODED + 1), "more than any key"),
        (fill("", "{ed25519.public}"), "32 octets"),
        (fill("", "{ed25519.spki}"), "not RSA"),
    ],
)
def test_text_that_is_no_rsa_key(encoded: str, words: str) -> None:
    assert words in reason("rsa", encoded)


def test_ed25519() -> None:
    encoded = fill("", "{ed25519.public}")
    assert decode_key("ed25519", encoded) == PublicKey(256)
    wrapped = decode_key("ed25519", fill("", "{ed25519.spki}"))
    assert isinstance(wrapped, BadKey)
    assert f"`p={encoded}`" in wrapped.help
    assert "31 octets" in reason("ed25519", fill("", "{ed25519.truncated}"))
    rsa = decode_key("ed25519", RSA)
    assert isinstance(rsa, BadKey)
    assert "k=rsa" in rsa.help


@given(st.binary(max_size=400), st.sampled_from(["rsa", "ed25519"]))
def test_any_octets_give_a_verdict(octets: bytes, key_type: str) -> None:
    for data in (octets, b"\x30" + octets, b64decode(RSA)[: min(len(octets), 293)]):
        key = decode_key(key_type, b64encode(data).decode())
        assert isinstance(key, PublicKey if key_type == "ed25519" and len(data) == 32 else BadKey)


def test_private_keys_at_any_name() -> None:
    secret = fill("", "{ed25519.private}")
    declared = zone(
        "example.com", f"s1._domainkey TXT p={secret}", f"note TXT {secret}", f"s2._domainkey TXT {KEY}"
    )
    assert [record.name for record in private_keys(declared)] == [
        "s1._domainkey.example.com.",
        "note.example.com.",
    ]


def test_keyed_domains() -> None:
    zones = [
        zone("example.com", f"s1._domainkey TXT {KEY}", "s1._domainkey.empty TXT p=", "s1._domainkey.odd TXT x"),
        zone("example.net", "s1._domainkey CNAME s1.keys.example.", "_domainkey.sub NS ns1.example."),
        zone("example.org", "s1._domainkey.example.org TXT p=AAAA", "s1._domainkey.deep NS ns1.example."),
        zone("example", "_domainkey.all CNAME keys.example."),
    ]
    assert keyed_domains(zones) == {
        "example.com.",
        "odd.example.com.",
        "example.net.",
        "sub.example.net.",
        "example.org.",
        "deep.example.org.",
        "all.example.",
    }


def names(places: tuple[tuple[Zone, object], ...]) -> list[str]:
    return [record.name for _, record in places]  # type: ignore[attr-defined]


def test_published_keys_are_those_at_several_names() -> None:
    zones = [
        zone("example.com", f"s1._domainkey TXT {KEY}", f"s2._domainkey TXT p={OTHER}", "s3._domainkey TXT p="),
        zone("example.net", f"s1._domainkey TXT p={RSA[:100]} {RSA[100:]}", "s3._domainkey TXT p="),
        zone("example.org", f"*._domainkey TXT p={OTHER}", f"stray TXT p={OTHER}"),
    ]
    published = published_keys(zones)
    assert list(published) == [RSA]
    assert names(published[RSA]) == ["s1._domainkey.example.com.", "s1._domainkey.example.net."]


def test_aliases_and_where_they_lead() -> None:
    declared = zone("example.com", "s1._domainkey CNAME S1.Keys.example.", "www CNAME web.example.com.")
    assert [aliases.name for aliases in selector_aliases(declared)] == ["s1._domainkey.example.com."]
    assert alias_targets([declared]) == {"s1.keys.example."}
