"""Private keys are known by their look; public keys, certificates and chance are not taken for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.grammar.private_key import holds_private_key
from mailcheck.lint.placeholders import fill


@pytest.mark.parametrize(
    "key", ["rsa1024.private", "rsa1024.pkcs1", "rsa1024.pem", "ed25519.private", "ed25519.pem"]
)
@pytest.mark.parametrize("around", ["%s", "v=DKIM1; k=rsa; p=%s", '"%s"', "my key is %s."])
def test_private_key(key: str, around: str) -> None:
    assert holds_private_key(around % fill("", f"{{{key}}}"))


def test_private_key_cut_into_strings_or_cut_short() -> None:
    key = fill("", "{rsa1024.private}")
    assert holds_private_key(fill("a.zone", 's1 TXT "p={rsa1024.private}"'))
    assert holds_private_key(" ".join(key[at : at + 7] for at in range(0, len(key), 7)))
    assert holds_private_key(key[:60])


def test_elliptic_curve_key_of_sec1() -> None:
    from base64 import b64encode

    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1())
    octets = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    assert holds_private_key(b64encode(octets).decode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v=spf1 mx -all",
        "PRIVATE KEY",
        "-----BEGIN PUBLIC KEY-----",
        *(f"v=DKIM1; p={fill('', key)}" for key in ("{rsa512.public}", "{rsa2048.public}", "{rsa2048.bare}")),
        *(f"k=ed25519; p={fill('', key)}" for key in ("{ed25519.public}", "{ed25519.spki}")),
        "M" * 5_000,
        "MIAC" * 100,
    ],
)
def test_no_private_key(text: str) -> None:
    assert not holds_private_key(text)


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert holds_private_key(text) in (True, False)
