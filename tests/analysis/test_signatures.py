"""Verdicts on DKIM signatures: the message is signed here, or by dkimpy, and damaged afterwards."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.analysis.signature_values import Signature
from mailcheck.analysis.signatures import key_verdict, verify_signatures
from mailcheck.errors import UsageError
from mailcheck.lint.placeholders import fill
from mailcheck.model.dns import Absent, Answer, Question, Reason, Unknown
from tests.analysis.evaluation import Scripted, run
from tests.signing import BODY, FIELDS, NOW, Key, answering, ed25519_key, message, rsa_key, signed, texts

KEYS = [rsa_key(), ed25519_key()]
QUESTION = Question("s._domainkey.example.com.", "TXT")


def verdict(octets: bytes, answer: Answer | None = None, key: Key = KEYS[0]) -> Signature:
    outcome = run(verify_signatures(message(octets), NOW), answering(answer or texts(key.record)))
    (signature,) = outcome.dkim
    return signature


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_a_signature_that_matches(key: Key) -> None:
    octets = signed(key, {"t": str(NOW - 60), "x": str(NOW + 60), "i": "ann@mail.example.com"})
    answer = texts(key.record)
    found = verdict(octets, answer)
    assert (found.result, found.failed, found.open) == ("pass", None, None)
    assert (found.domain, found.selector, found.identity) == ("example.com.", "s", "ann@mail.example.com")
    assert (found.algorithm, found.signed) == (key.algorithm, ("from", "to", "subject"))
    assert (found.signed_at, found.expires_at, found.unsigned_octets) == (NOW - 60, NOW + 60, None)
    assert found.key is answer.records[0]
    assert found.key_bits == (2048 if key is KEYS[0] else 256)
    assert found.line == 1
    assert "s._domainkey.example.com" in found.reason


@pytest.mark.parametrize("key", KEYS, ids=repr)
@pytest.mark.parametrize(
    ("old", "new", "failed"),
    [
        (b"attachment", b"attachments", "body"),
        (b"the bill", b"the bail", "header"),
        (b"; d=example.com", b";  d=example.com", None),
        (b"; s=s", b"; s=s; z=1", "header"),
        (b"Subject: the bill", b"SUBJECT:  the\r\n\tbill ", None),
        (b"See the", b"See  the", None),
        (b"\r\n", b"\n", None),
    ],
)
def test_a_change_after_signing(key: Key, old: bytes, new: bytes, failed: str | None) -> None:
    octets = signed(key)
    assert old in octets
    found = verdict(octets.replace(old, new), texts(key.record))
    assert (found.result, found.failed) == ("fail" if failed else "pass", failed)


@pytest.mark.parametrize("around", [("", ""), (" ", ""), ("", " "), ("\r\n ", "\r\n\t")])
def test_white_space_around_the_signature_belongs_to_it(around: tuple[str, str]) -> None:
    assert verdict(signed(rsa_key(), around=around, behind="; q=dns/txt")).result == "pass"
    assert verdict(signed(rsa_key(), around=around)).result == "pass"


def test_another_key_does_not_verify() -> None:
    found = verdict(signed(rsa_key()), texts(rsa_key(2048, "other").record))
    assert (found.result, found.failed) == ("fail", "header")
    assert found.key_bits == 2048
    assert verdict(signed(rsa_key()), texts(rsa_key(1024).record)).failed == "header"


def test_a_second_from_field_breaks_it_and_is_named() -> None:
    octets = b"From: eve@example.org\r\n" + signed(rsa_key())
    found = verdict(octets)
    assert (found.result, found.failed) == ("fail", "header")
    assert "2 From fields" in found.reason


@pytest.mark.parametrize(
    ("tags", "result", "part"),
    [
        ({"v": "2"}, "permerror", "`v=2`"),
        ({"a": "rsa-sha1"}, "permerror", "RFC 8301"),
        ({"a": "dsa-sha256"}, "permerror", "`dsa-sha256`"),
        ({"c": "loose"}, "neutral", "`loose`"),
        ({"d": "example..com"}, "neutral", "`d=example..com`"),
        ({"d": "com\x1b"}, "neutral", "`d=com\x1b`"),
        ({"s": "a b"}, "neutral", "`s=a b`"),
        ({"h": "to:subject"}, "permerror", "From field is not signed"),
        ({"i": "@example.org"}, "permerror", "`i=@example.org`"),
        ({"i": "@notexample.com"}, "permerror", "not at or below"),
        ({"q": "http"}, "permerror", "`q=http`"),
        ({"l": "9" * 20}, "neutral", "no number"),
        ({"l": "-1"}, "neutral", "`l=-1`"),
        ({"t": "soon"}, "neutral", "`t=soon`"),
        ({"bh": "?"}, "neutral", "`bh` is not base64"),
        ({"bh": "abc"}, "neutral", "`bh` is not base64"),
        ({"x": str(NOW - 1)}, "policy", "expired"),
        ({"t": str(NOW + 3600)}, "policy", "future"),
        ({"t": str(NOW + 60)}, "pass", "matches"),
        ({"t": str(NOW), "x": str(NOW - 60)}, "permerror", "before it was made"),
        ({"h": "from" + ":x" * 1001}, "neutral", "more than 1000"),
        ({"z": "x" * 20_000}, "neutral", "longer than 16384"),
        ({"z": " \r\n" * 400 + " x"}, "neutral", "white space"),
        ({"": "x"}, "neutral", "no `tag=value`"),
        ({"z": "1;"}, "neutral", "between two semicolons"),
        ({"z": "1; d=example.com"}, "neutral", "the tag `d` stands twice"),
        ({"q": "dns/txt:http"}, "pass", "matches"),
    ],
)
def test_tags(tags: dict[str, str], result: str, part: str) -> None:
    found = verdict(signed(rsa_key(), tags))
    assert found.result == result
    assert part in found.reason


@pytest.mark.parametrize("tag", ["v", "a", "d", "s", "bh"])
def test_a_required_tag_is_missing(tag: str) -> None:
    found = verdict(signed(rsa_key(), without=tag))
    assert (found.result, found.reason) == ("neutral", f"the required tag `{tag}` is missing")


def test_what_lies_behind_the_length_is_told() -> None:
    octets = signed(rsa_key(), {"l": str(len(BODY))})
    assert verdict(octets).unsigned_octets == 0
    found = verdict(octets + b"Buy this.\r\n")
    assert (found.result, found.unsigned_octets) == ("pass", 11)
    assert "11 octets of the body are not signed" in found.reason


def test_a_length_over_the_body() -> None:
    found = verdict(signed(rsa_key(), {"l": str(len(BODY) + 1)}))
    assert found.result == "permerror"
    assert f"`l={len(BODY) + 1}`" in found.reason


@pytest.mark.parametrize(
    ("answer", "result", "part"),
    [
        (Absent("nxdomain"), "permerror", "no key for signature"),
        (Absent("nodata"), "permerror", "no TXT record"),
        (texts("v=DKIM1; p="), "permerror", "revoked"),
        (texts("v=DKIM1; p=MIIB"), "permerror", "the key"),
        (texts("v=DKIM1; p=!!"), "permerror", "not base64"),
        (texts("v=DKIM1"), "permerror", "no `p` tag"),
        (texts("v=spf1 -all"), "permerror", "s._domainkey.example.com"),
        (texts(""), "permerror", "no key"),
        (texts(rsa_key().record + "; h=sha1"), "permerror", "sha256"),
        (texts(rsa_key().record + "; s=tlsrpt"), "permerror", "not for mail"),
        (texts(ed25519_key().record), "permerror", "the key is ed25519"),
        (texts(rsa_key().record, rsa_key(1024).record), "permerror", "2 different records"),
        (texts("p=" + fill("", "{rsa512.public}")), "policy", "512 bits"),
        (texts(rsa_key().record, rsa_key().record), "pass", "matches"),
        (texts("p=" + rsa_key().bare.rstrip("=")), "pass", "matches"),
        (texts("p=" + rsa_key().without_parameters), "pass", "matches"),
        (texts(rsa_key().record + "; h=sha1:sha256; s=email; t=y:s; n=x"), "pass", "matches"),
    ],
)
def test_keys(answer: Answer, result: str, part: str) -> None:
    found = verdict(signed(rsa_key()), answer)
    assert found.result == result
    assert part in found.reason
    alone = run(key_verdict("example.com.", "s"), answering(answer))
    assert alone.result == ("pass" if "ed25519" in part else result)


def test_a_key_of_an_odd_exponent_is_not_taken() -> None:
    from base64 import b64encode

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    modulus = rsa_key().private.public_key().public_numbers().n  # type: ignore[union-attr]
    for numbers in (RSAPublicNumbers(2**64 + 1, modulus), RSAPublicNumbers(65537, 2**9000 + 1)):
        octets = numbers.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        found = verdict(signed(rsa_key()), texts("p=" + b64encode(octets).decode()))
        assert (found.result, found.failed) == ("policy", None)


def test_a_testing_key_is_told_whatever_the_result() -> None:
    octets, answer = signed(rsa_key()), texts(rsa_key().record + "; t=y")
    assert verdict(octets, answer).testing
    broken = verdict(octets + b"x", answer)
    assert (broken.result, broken.testing) == ("fail", True)
    assert not verdict(octets).testing
    assert verdict(octets, texts("v=DKIM1; t=y; p=")).testing


def test_a_strict_key_takes_no_identity_of_a_subdomain() -> None:
    strict = texts(rsa_key().record + "; t=s")
    assert verdict(signed(rsa_key(), {"i": "ann@EXAMPLE.com"}), strict).result == "pass"
    assert verdict(signed(rsa_key()), strict).result == "pass"
    found = verdict(signed(rsa_key(), {"i": "ann@mail.example.com"}), strict)
    assert found.result == "permerror"
    assert "`t=s`" in found.reason


@pytest.mark.parametrize("reason", ["timeout", "servfail", "refused", "formerr"])
def test_a_question_without_answer_is_temporary(reason: Reason) -> None:
    unknown = Unknown(reason)
    found = verdict(signed(rsa_key()), unknown)
    assert (found.result, found.open, found.failed) == ("temperror", (QUESTION, unknown), None)
    assert reason in found.reason


@pytest.mark.parametrize("reason", ["not_asked", "unusable", "budget", "limit", "unread"])
def test_a_question_not_asked_leaves_it_undetermined(reason: Reason) -> None:
    unknown = Unknown(reason)
    found = verdict(signed(rsa_key()) + b"more", unknown)
    assert (found.result, found.open, found.failed) == ("undetermined", (QUESTION, unknown), "body")
    assert found.reason.endswith("the body does not match `bh` either")
    alone = run(key_verdict("example.com.", "s"), answering(unknown))
    assert (alone.result, alone.open) == ("undetermined", (QUESTION, unknown))


def test_a_key_alone() -> None:
    answer = texts(rsa_key(1024).record + "; t=y")
    found = run(key_verdict("example.com.", "s"), answering(answer))
    assert (found.result, found.algorithm, found.key_bits, found.testing) == ("pass", "rsa", 1024, True)
    assert found.key is answer.records[0]


def test_an_unsigned_message_asks_nothing_and_needs_no_dkimpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dkim", None)
    outcome = run(verify_signatures(message(b"From: a@example.com\n\nhello"), NOW), Scripted({}))
    assert (outcome.dkim, outcome.unchecked, outcome.arc.result) == ((), 0, "none")


@pytest.mark.parametrize("module", ["dkim", "nacl.signing"])
def test_without_dkimpy_the_hint_says_what_to_install(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UsageError) as caught:
        verdict(signed(rsa_key()))
    assert caught.value.hint == "pip install 'mailcheck-dns[message]'"


def test_ten_signatures_are_checked_and_the_rest_is_counted() -> None:
    octets = signed(rsa_key())
    first = octets[: octets.index(b"\r\n") + 2]
    view = answering(texts(rsa_key().record))
    outcome = run(verify_signatures(message(first * 12 + octets), NOW), view)
    assert [found.result for found in outcome.dkim] == ["pass"] * 10
    assert [found.line for found in outcome.dkim] == list(range(1, 11))
    assert outcome.unchecked == 3
    assert view.batches == 1


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\n\n",
        b"DKIM-Signature:\n",
        b"DKIM-Signature: ;;;=;b\n\n",
        b"DKIM-Signature: \xff\x00\x1b=1; \x80\n\n",
        b"dkim-signature: v=1; a=rsa-sha256; d=\xc3\x28; s=s; h=from; bh=AAAA; b=AAAA\nFrom: x\n\n",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s; h=fr\xe9m:from; bh=AAAA; b=AAAA\n\n",
        b"DKIM-Signature: v=1; a=ed25519-sha256; d=example.com; s=s; h=from; bh=AAAA; b=AAAA\n\n",
        b"DKIM-Signature" + b" " * 70_000 + b": v=1\n\n",
    ],
)
def test_hostile_fields_never_pass_and_never_raise(octets: bytes) -> None:
    outcome = run(verify_signatures(message(octets), NOW), answering(texts(rsa_key().record)))
    assert all(found.result not in ("pass", "undetermined") for found in outcome.dkim)


@given(st.data())
def test_damage_of_any_kind_never_raises(data: st.DataObject) -> None:
    octets = signed(rsa_key(), {"l": "5", "t": "1", "x": "9999999999"})
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(octets)))
        noise = data.draw(
            st.binary(max_size=3) | st.sampled_from([b";", b"=", b"\r\n ", b"\r\n", b"b=", b"From:x\r\n"])
        )
        octets = octets[:at] + noise + octets[at + data.draw(st.integers(0, 3)) :]
    outcome = run(verify_signatures(message(octets), NOW), answering(texts(rsa_key().record)))
    assert all(found.reason for found in outcome.dkim)


def test_white_space_without_end_in_body_and_header_takes_no_time() -> None:
    """Quadratic time would take hours here."""
    spaces = " " * 3_000_000
    octets = signed(rsa_key(), body="x\r\n").replace(b"\r\n\r\nx", f"\r\n\r\nx{spaces}y".encode())
    assert verdict(octets).failed == "body"
    assert verdict(signed(rsa_key(), body="x y\r\n").replace(b"x y", f"x{spaces}y".encode())).result == "pass"


def test_signing_domains_beyond_ascii_are_asked_for_as_a_labels() -> None:
    octets = signed(rsa_key(), {"d": "bücher.example", "i": "a@BÜCHER.example"})
    name = "s._domainkey.xn--bcher-kva.example."
    view = Scripted({(name, "TXT"): texts(rsa_key().record, name=name)})
    (found,) = run(verify_signatures(message(octets), NOW), view).dkim
    assert (found.result, found.domain) == ("pass", "xn--bcher-kva.example.")


def test_fields_are_taken_from_the_bottom() -> None:
    fields = {**FIELDS, "Received": "from b by c"}
    octets = signed(rsa_key(), fields=fields)
    assert verdict(b"Received: from a by b\r\n" + octets).result == "pass"
    assert verdict(octets.replace(b"\r\n\r\nSee", b"\r\nReceived: from c by d\r\n\r\nSee")).failed == "header"
