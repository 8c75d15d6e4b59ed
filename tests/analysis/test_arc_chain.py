"""ARC chains: dkimpy seals the messages, these tests break the chains."""

import re

import dkim
import pytest

from mailcheck.analysis.signature_values import ArcChain
from mailcheck.analysis.signatures import verify_signatures
from mailcheck.model.dns import Absent, Answer, Unknown
from tests.analysis.evaluation import Scripted, run
from tests.signing import NOW, message, rsa_key, signed, texts

HOPS = tuple(f"hop{number}.example" for number in range(1, 51))
KEY = rsa_key()


def sealed(count: int, results: str = "pass") -> bytes:
    """A message after `count` hops, each of which seals it; `results` is the cv of those behind the first."""
    octets = signed(KEY)
    for at in range(count):
        hop = HOPS[at].encode()
        arc = f"; arc={results}".encode() if at else b"; spf=pass smtp.mailfrom=example.com"
        octets = b"Authentication-Results: " + hop + arc + b"\r\n" + octets
        fields = dkim.arc_sign(octets, b"a", hop, KEY.pem, hop, include_headers=[b"from", b"to"], timestamp=NOW)
        octets = b"".join(fields) + octets
    return octets


def view(**answers: Answer) -> Scripted:
    known: dict[tuple[str, str], Answer] = {
        (f"a._domainkey.{hop}.", "TXT"): texts(KEY.record, name=f"a._domainkey.{hop}.") for hop in HOPS
    }
    known[("s._domainkey.example.com.", "TXT")] = texts(KEY.record)
    return Scripted(known | {(f"a._domainkey.{hop}.example.", "TXT"): answer for hop, answer in answers.items()})


def chain(octets: bytes, **answers: Answer) -> ArcChain:
    return run(verify_signatures(message(octets), NOW), view(**answers)).arc


@pytest.mark.parametrize("count", [1, 2, 3, 50])
def test_a_chain_that_holds(count: int) -> None:
    octets = sealed(count)
    found = chain(octets)
    assert (found.result, found.open) == ("pass", None)
    assert [each.instance for each in found.sets] == list(range(1, count + 1))
    assert [each.chain for each in found.sets] == ["none"] + ["pass"] * (count - 1)
    assert {each.seal.result for each in found.sets} == {"pass"}
    assert found.sets[0].seal.domain == "hop1.example."
    assert found.sets[-1].message_signature.result == "pass"
    assert chain(octets.replace(b"\r\n", b"\n")).result == "pass"


def test_all_keys_are_asked_for_at_once() -> None:
    scripted = view()
    run(verify_signatures(message(sealed(3)), NOW), scripted)
    assert scripted.batches == 1


def test_no_chain() -> None:
    assert chain(signed(KEY)) == ArcChain("none", "the message has no ARC sets")


def test_the_order_of_the_fields_is_of_no_matter() -> None:
    read = message(sealed(3))
    lines = [
        field.written + b":" + field.value for field in reversed(read.fields) if field.name.startswith("arc-")
    ]
    rest = [field.written + b":" + field.value for field in read.fields if not field.name.startswith("arc-")]
    assert chain(b"".join(lines + rest) + b"\r\n" + read.body).result == "pass"


def test_a_body_changed_on_the_way_and_sealed_again() -> None:
    """Only the newest message signature counts (RFC 8617 section 5.2)."""
    octets = sealed(1).replace(b"attachment", b"attachments")
    assert chain(octets).result == "fail"
    octets = b"Authentication-Results: hop2.example; arc=pass\r\n" + octets
    octets = (
        b"".join(dkim.arc_sign(octets, b"a", b"hop2.example", KEY.pem, b"hop2.example", timestamp=NOW)) + octets
    )
    found = chain(octets)
    assert found.result == "pass"
    assert [each.message_signature.failed for each in found.sets] == ["body", None]


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        (rb"attachment", b"bill", "message signature 2: the body"),
        (rb"To: bob", b"To: rob", "message signature 2: the signature"),
        (rb"spf=pass", b"spf=fail", "seal 2"),
        (rb"cv=none", b"cv=pass", "seal 1 says `cv=pass`, not `cv=none`"),
        (rb"cv=pass", b"cv=none", "seal 2 says `cv=none`, not `cv=pass`"),
        (rb"cv=pass", b"cv=fail", "seal 2 says that the chain had failed before"),
        (rb"cv=pass", b"cv=\x1b", "seal 2 says `cv=\x1b`"),
        (rb"cv=pass; ", b"", "seal 2"),
        (rb"ARC-Seal: i=2", b"ARC-Seal: i=2; h=from", "seal 2: an ARC-Seal has no `h`"),
        (rb"(ARC-Seal: i=2; cv=pass; a=)[^;]*", rb"\1rsa-sha1", "seal 2"),
        (
            rb"(ARC-Message-Signature: i=2;(?:[^;]*;)*? h=)",
            rb"\1arc-seal : ",
            "must not sign ARC-Seal",
        ),
        (rb"ARC-Seal: i=2", b"ARC-Seal: i=1", "exactly one ARC-Seal"),
        (rb"ARC-Seal: i=2", b"ARC-Seal: i=x", "exactly one ARC-Seal"),
        (rb"ARC-Seal: i=2", b"X-Seal: i=2", "exactly one ARC-Seal"),
        (rb"ARC-Message-Signature: i=1", b"ARC-Message-Signature: i=3", "exactly one ARC-Message-Signature"),
        (rb"ARC-Authentication-Results: i=1", b"ARC-Authentication-Results: x", "one ARC-Authentication-Results"),
        (rb"ARC-Authentication-Results: i=1", b"ARC-Seal:\r\nARC-Authentication-Results: i=1", "from 1 to 3"),
    ],
)
def test_a_chain_that_fails(old: bytes, new: bytes, part: str) -> None:
    octets = sealed(2)
    broken, changes = re.subn(old, new, octets, count=1)
    assert changes == 1
    found = chain(broken)
    assert found.result == "fail"
    assert part in found.reason


def test_the_seal_of_a_failed_chain_covers_its_own_set() -> None:
    found = chain(sealed(2, results="fail"))
    assert found.result == "fail"
    assert [(each.chain, each.seal.result) for each in found.sets] == [("none", "pass"), ("fail", "pass")]


def test_more_sets_than_allowed() -> None:
    octets = b"".join(b"ARC-Seal: i=%d\r\n" % number for number in range(1, 52))
    found = chain(octets + signed(KEY))
    assert (found.result, found.reason, found.sets) == ("fail", "there are more than 50 ARC sets", ())


def test_keys_that_are_not_known() -> None:
    octets = sealed(2)
    missing = chain(octets, hop1=Absent("nxdomain"))
    assert missing.result == "fail"
    assert "seal 1: no key for signature" in missing.reason
    unknown = Unknown("not_asked")
    found = chain(octets, hop1=unknown)
    assert (found.result, found.sets[1].seal.result) == ("undetermined", "pass")
    assert found.open is not None
    assert (found.open[0].name, found.open[1]) == ("a._domainkey.hop1.example.", unknown)
    assert chain(octets, hop1=Unknown("timeout")).result == "temperror"
    assert chain(octets.replace(b"attachment", b"bill"), hop1=unknown).result == "fail"
