"""OpenDKIM and mailcheck say the same of signed messages, untouched and damaged."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import dkim
import pytest

from mailcheck.analysis.signatures import verify_signatures
from mailcheck.lint.placeholders import fill
from mailcheck.model.dns import Present
from tests.analysis.evaluation import run
from tests.lab.opendkim import signing, verify
from tests.signing import NOW, Key, answering, ed25519_key, message, rsa_key, signed, texts

pytestmark = pytest.mark.slow

NAME = "s._domainkey.example.com"
CANONICALIZATIONS = [f"{header}/{body}" for header in ("simple", "relaxed") for body in ("simple", "relaxed")]
WORDS = ("mail", "a", "the  bill", "\tx", "0=1;", "b=", "=?utf-8?q?=C3=BC?=", "Zürich", "--", ".", "From x", "é ")


def random_message(random: Random) -> bytes:
    """A message that reaches OpenDKIM's test mode unchanged: there each field begins with one space again."""

    def words(count: int) -> str:
        return " ".join(random.choice(WORDS) for _ in range(random.randint(0, count)))

    fold = "\r\n" + random.choice((" ", "\t", "   "))
    tail = random.choice(("", " ", "\t"))
    lines = [
        f"From: Ann {random.choice((fold, ''))}<ann@example.com>",
        f"Subject: On {words(5)}{random.choice((fold + 'and', ''))}{tail}",
        f"To: {fold.join(f'b{number}@example.net,' for number in range(random.randint(1, 4)))}",
        f"X-Note: x {words(3)}",
        "Date: Thu, 1 Jan 2026 00:00:00 +0000",
        f"Message-ID: <{random.randint(0, 9**9)}@example.com>",
    ]
    random.shuffle(lines)
    body = [words(6) + random.choice(("", " ", "\t \t")) for _ in range(random.randint(0, 8))]
    body += [""] * random.randint(0, 3)
    text = "".join(f"{line}\r\n" for line in body)
    return ("\r\n".join(lines) + "\r\n\r\n" + text).encode()


def in_body(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    def changed(octets: bytes) -> bytes:
        head, separator, body = octets.partition(b"\r\n\r\n")
        return head + separator + change(body)

    return changed


def replaced(pattern: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda octets: re.sub(pattern, new, octets, count=1)


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "none": lambda octets: octets,
    "line feeds alone": lambda octets: octets.replace(b"\r\n", b"\n"),
    "a letter of the body": in_body(lambda body: body.replace(b"mail", b"male")),
    "a line more": in_body(lambda body: body + b"x\r\n"),
    "empty lines at the end": in_body(lambda body: body + b"\r\n\r\n"),
    "blank lines at the end": in_body(lambda body: body + b"\r\n \r\n\t\r\n"),
    "white space in the body": in_body(lambda body: body.replace(b" ", b"  ")),
    "white space at line ends": in_body(lambda body: body.replace(b"\r\n", b" \r\n")),
    "white space at line starts": in_body(lambda body: b" " + body),
    "the subject": replaced(rb"\r\nSubject:", b"\r\nSubject: Re:"),
    "white space in a field": replaced(rb"<ann@", b"  <ann@"),
    "white space at a field's end": replaced(rb"\+0000\r\n", b"+0000 \r\n"),
    "a field folded": replaced(rb"Ann", b"Ann\r\n "),
    "a field name in other case": replaced(rb"\r\nSubject:", b"\r\nSUBJECT:"),
    "a field lost": replaced(rb"\r\nDate:[^\r]*", b""),
    "a field added": replaced(rb"\r\nFrom:", b"\r\nX-New: 1\r\nFrom:"),
    "a second subject above": lambda octets: b"Subject: x\r\n" + octets,
    "a second from above": lambda octets: b"From: eve@example.org\r\n" + octets,
    "a second from below": replaced(rb"\r\nDate:", b"\r\nFrom: eve@example.org\r\nDate:"),
    "a space in the signature": replaced(rb"; d=", b";  d="),
    "another identity": replaced(rb"; d=", b"; i=@example.com; d="),
    "a signature cut": replaced(rb"b=[A-Za-z0-9+/]{4}", b"b="),
    "a signature's letter": replaced(rb"\tb=.", b"\tb=/"),
    "a signature folded again": replaced(rb"(\tb=.{8})", rb"\1\r\n\t  "),
}


def ours(octets: bytes, answer: Present, now: int = NOW) -> bool:
    (found,) = run(verify_signatures(message(octets), now), answering(answer)).dkim
    assert found.result not in ("none", "temperror", "undetermined")
    return found.result == "pass"


# OpenDKIM 2.11 refuses itself what it signed with Ed25519 over a header in simple form.
@pytest.mark.parametrize(
    ("key", "canonicalization"),
    [(rsa_key(), way) for way in CANONICALIZATIONS] + [(ed25519_key(), way) for way in CANONICALIZATIONS[2:]],
    ids=repr,
)
def test_what_opendkim_signed(tmp_path: Path, key: Key, canonicalization: str) -> None:
    random = Random(canonicalization)
    settings = {
        "Domain": "example.com",
        "Selector": "s",
        "Canonicalization": canonicalization,
        "OversignHeaders": "From",
        "SignatureAlgorithm": key.algorithm,
    }
    with signing(tmp_path, key.pem, **settings) as sign:
        messages = sign([random_message(random) for _ in range(12)])
    damaged = {
        (name, at): damage(octets) for at, octets in enumerate(messages) for name, damage in DAMAGES.items()
    }
    theirs = dict(zip(damaged, verify(tmp_path, list(damaged.values()), {NAME: key.record}), strict=True))
    answer = texts(key.record)
    assert {case: ours(octets, answer) for case, octets in damaged.items()} == theirs
    assert all(theirs["none", at] for at in range(len(messages)))
    assert not any(theirs["a line more", at] for at in range(len(messages)))


@pytest.mark.parametrize("canonicalization", CANONICALIZATIONS)
@pytest.mark.parametrize("length", [False, True], ids=["whole", "length"])
@pytest.mark.parametrize("key", [rsa_key(), ed25519_key()], ids=repr)
def test_what_dkimpy_signed(tmp_path: Path, key: Key, length: bool, canonicalization: str) -> None:
    random = Random(canonicalization)
    signer = key.algorithm.encode()
    ways = tuple(canonicalization.encode().split(b"/"))
    messages = []
    for _ in range(6):
        octets = random_message(random)
        given = {"canonicalize": ways, "length": length, "signature_algorithm": signer}
        messages.append(dkim.sign(octets, b"s", b"example.com", key.for_dkimpy, **given) + octets)
    damaged = {
        (name, at): damage(octets) for at, octets in enumerate(messages) for name, damage in DAMAGES.items()
    }
    theirs = dict(zip(damaged, verify(tmp_path, list(damaged.values()), {NAME: key.record}), strict=True))
    answer = texts(key.record)
    assert {case: ours(octets, answer) for case, octets in damaged.items()} == theirs
    assert all(theirs["none", at] for at in range(len(messages)))


@pytest.mark.parametrize("around", [(" ", ""), ("", " "), ("\r\n ", "\r\n\t")])
def test_white_space_around_the_signature(tmp_path: Path, around: tuple[str, str]) -> None:
    octets = signed(rsa_key(), around=around, behind="; q=dns/txt")
    assert verify(tmp_path, [octets], {NAME: rsa_key().record}) == [True]
    assert ours(octets, texts(rsa_key().record))


def test_another_key(tmp_path: Path) -> None:
    settings = {"Domain": "example.com", "Selector": "s", "OversignHeaders": "From"}
    with signing(tmp_path, rsa_key().pem, **settings) as sign:
        messages = sign([random_message(Random(1))])
    for other in (rsa_key(2048, "other"), rsa_key(1024)):
        assert verify(tmp_path, messages, {NAME: other.record}) == [False]
        assert not ours(messages[0], texts(other.record))


@pytest.mark.parametrize(
    ("tags", "key", "good"),
    [
        ({}, "", True),
        ({"x": "4000000000"}, "", True),
        ({"x": "1700000000"}, "", False),
        ({"t": "4000000000"}, "", False),
        ({"l": "5"}, "", True),
        ({"l": "9999"}, "", False),
        ({"i": "a@mail.example.com"}, "", True),
        ({"i": "a@mail.example.com"}, "t=s; ", False),
        ({"i": "a@example.org"}, "", False),
        ({"h": "to:subject"}, "", False),
        ({"v": "2"}, "", False),
        ({"q": "http"}, "", False),
        ({"c": "loose/simple"}, "", False),
        ({}, "t=y; ", True),
        ({}, "h=sha1:sha256; s=*; n=x; ", True),
        ({}, "h=sha1; ", False),
        ({}, "s=other; ", False),
        ({}, "v=DKIM2; ", False),
    ],
)
def test_tags_of_signature_and_key(tmp_path: Path, tags: dict[str, str], key: str, good: bool) -> None:
    record = f"{key}k=rsa; p={rsa_key().public}"
    octets = signed(rsa_key(), tags)
    assert verify(tmp_path, [octets], {NAME: record}) == [good]
    assert ours(octets, texts(record)) is good


@pytest.mark.parametrize(
    "record",
    [
        "v=DKIM1; p=",
        "v=DKIM1; k=rsa; p=MIIB",
        ed25519_key().record,
        f"v=DKIM1; p={ed25519_key().public}",
        fill("", "v=DKIM1; p={rsa512.public}"),
        "v=DKIM1",
    ],
    ids=["revoked", "cut", "another type", "the wrong type", "too short", "no key"],
)
def test_keys_that_verify_nothing(tmp_path: Path, record: str) -> None:
    octets = signed(rsa_key())
    assert verify(tmp_path, [octets], {NAME: record}) == [False]
    assert not ours(octets, texts(record))


def test_a_key_whose_algorithm_has_no_parameters(tmp_path: Path) -> None:
    octets, record = signed(rsa_key()), f"v=DKIM1; p={rsa_key().without_parameters}"
    assert verify(tmp_path, [octets], {NAME: record}) == [True]
    assert ours(octets, texts(record))
