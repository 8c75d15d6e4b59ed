"""`mailcheck trace --message`: a message that is really signed, under zones with its key, and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailcheck.analysis.signatures import MOST_SIGNATURES
from mailcheck.cli.main import main
from tests.cli.test_trace import Captured, as_json, summary
from tests.signing import FIELDS, ed25519_key, rsa_key, signed

ZONE = """\
$ORIGIN example.com.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ NS ns1
ns1 A 192.0.2.53
@ TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc TXT "v=DMARC1; p=reject; adkim=s"
s._domainkey TXT ({key})
"""
ELSEWHERE = ["--ip", "198.51.100.9", "--message", "mail.eml"]
KEY_LINE = 8
MANY = b"From: " + b",".join(b"a@%d.example" % number for number in range(11)) + b"\n\n"


@pytest.fixture(autouse=True)
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A zone with the public half of the key that signed mail.eml."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.chdir(tmp_path)
    publish(rsa_key().record)
    Path("mail.eml").write_bytes(signed(rsa_key()))
    return tmp_path


def publish(record: str) -> None:
    Path("zones").mkdir(exist_ok=True)
    strings = " ".join(f'"{record[at : at + 200]}"' for at in range(0, len(record), 200))
    Path("zones/example.com.zone").write_text(ZONE.format(key=strings), encoding="utf-8")


def test_a_signature_that_matches_lets_the_message_pass(capsys: Captured) -> None:
    assert main(["trace", *ELSEWHERE]) == 0
    parts = summary(capsys.readouterr().out)
    assert "fail" in parts["SPF MAIL FROM"]
    assert "it matches the 2048-bit RSA key at s._domainkey.example.com TXT" in parts["DKIM"]
    assert f"  zones/example.com.zone:{KEY_LINE}:" in parts["DKIM"]
    assert "aligned and passed: DKIM of example.com" in parts["DMARC"]


def test_another_key_in_the_zone_lets_it_fail_for_that_reason(capsys: Captured) -> None:
    publish(rsa_key(name="other").record)
    assert main(["trace", *ELSEWHERE]) == 1
    out = capsys.readouterr().out
    assert out.startswith("fail: DMARC fails for example.com, whose policy asks receivers to reject it\n")
    line = summary(out)["DKIM"]
    reason = "the signature does not match the signed fields and the key at s._domainkey.example.com TXT"
    assert line.split()[1] == "fail"
    assert f"  s at example.com: {reason}  " in line
    assert f"  zones/example.com.zone:{KEY_LINE}:" in line


def test_a_changed_body_and_a_revoked_key(capsys: Captured) -> None:
    Path("mail.eml").write_bytes(signed(rsa_key()).replace(b"attachment", b"attachments"))
    assert "the body does not match" in as_json(capsys, *ELSEWHERE, code=1)["dkim"][0]["reason"]
    publish("v=DKIM1; p=")
    (signature,) = as_json(capsys, *ELSEWHERE, code=1)["dkim"]
    assert (signature["result"], signature["line"]) == ("permerror", KEY_LINE)
    assert "the key is revoked" in signature["reason"]


def test_the_signature_survives_a_forwarder(capsys: Captured) -> None:
    read = as_json(capsys, *ELSEWHERE, "--via-ip", "198.51.100.10", "--srs-domain", "forward.example")
    assert read["forwarded"]["mail_from"] == "SRS0=hash=tt=example.com=postmaster@forward.example"
    assert read["forwarded"]["dmarc"]["aligned"] == [{"method": "dkim", "domain": "example.com"}]
    assert [part["part"] for part in read["undetermined"]] == ["ptr", "forwarded spf mail_from", "forwarded ptr"]


def test_a_key_that_says_testing_is_told(capsys: Captured) -> None:
    publish(ed25519_key().record.replace("v=DKIM1;", "v=DKIM1; t=y;"))
    Path("mail.eml").write_bytes(signed(ed25519_key()))
    assert main(["trace", *ELSEWHERE]) == 0
    assert "the key says that signing is being tested (`t=y`)" in summary(capsys.readouterr().out)["DKIM"]


def test_return_path_is_not_believed(capsys: Captured) -> None:
    Path("mail.eml").write_bytes(b"Return-Path: <x@evil.example>\n" + signed(rsa_key()))
    read = as_json(capsys, *ELSEWHERE)
    assert read["message"]["mail_from"] == "postmaster@example.com"
    assert read["message"]["mail_from_assumed"]


def test_of_several_authors_the_worst_counts(capsys: Captured) -> None:
    fields = {**FIELDS, "From": "Ann <ann@example.com>, Eve <eve@sub.example.com>"}
    Path("mail.eml").write_bytes(signed(rsa_key(), fields=fields))
    read = as_json(capsys, *ELSEWHERE, code=1)
    assert read["message"]["authors"] == ["example.com", "sub.example.com"]
    assert (read["dmarc"]["author"], read["dmarc"]["result"]) == ("sub.example.com", "fail")


def test_signatures_beyond_the_first_ones_are_counted(capsys: Captured) -> None:
    octets = signed(rsa_key())
    signature = octets[: octets.index(b"\r\nFrom:") + 2]
    Path("mail.eml").write_bytes(signature * MOST_SIGNATURES + octets)
    assert main(["trace", *ELSEWHERE]) == 0
    assert "not checked: 1 more signature" in capsys.readouterr().out


def test_a_selector_that_is_not_declared_is_no_key(capsys: Captured) -> None:
    arguments = ["--ip", "198.51.100.9", "--from", "a@example.com", "--dkim"]
    assert main(["trace", *arguments, "d=example.com,s=old"]) == 1
    line = summary(capsys.readouterr().out)["DKIM"]
    assert "permerror" in line
    assert "old._domainkey.example.com TXT, the name does not exist" in line
    read = as_json(capsys, *arguments, "d=elsewhere.example,s=s", code=1)
    assert {part["part"] for part in read["undetermined"]} == {"ptr", "dkim s._domainkey.elsewhere.example TXT"}


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (MANY, "message-too-many-authors"),
        (b"Subject: x\n\n", "message-no-author"),
        (b"A: 1\n" * 1_001, "message-too-many-fields"),
    ],
)
def test_a_message_that_is_refused(octets: bytes, code: str, capsys: Captured) -> None:
    Path("mail.eml").write_bytes(octets)
    assert main(["trace", *ELSEWHERE]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"error: {code} mail.eml:")


def test_a_sealed_message(capsys: Captured) -> None:
    from dkim import arc_sign  # type: ignore[import-untyped]

    key = rsa_key()
    results = b"Authentication-Results: example.com; dkim=pass header.d=example.com\r\n"
    octets = results + signed(key)
    sealed = arc_sign(octets, b"s", b"example.com", key.pem, b"example.com", include_headers=[b"from", b"subject"])
    Path("mail.eml").write_bytes(b"".join(sealed) + octets)
    read = as_json(capsys, *ELSEWHERE)
    assert read["arc_chain"]["result"] == "pass"
    assert [(each["instance"], each["cv"], each["seal"]["result"]) for each in read["arc"]] == [
        (1, "none", "pass")
    ]
    main(["trace", *ELSEWHERE])
    out = capsys.readouterr().out
    assert " pass " in summary(out)["ARC"]
    assert "message signature 1: pass, it matches" in out
