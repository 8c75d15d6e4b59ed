"""The keys in rules' cases: always the same public ones, always new private ones."""

import re
from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
)

from mailcheck.lint.placeholders import fill


@pytest.mark.parametrize("name", ["rsa512.public", "rsa2048.public", "rsa2048.bare", "rsa2048e3.public"])
def test_public_keys_are_keys_of_their_size(name: str) -> None:
    key = load_der_public_key(b64decode(fill("", f"{{{name}}}")))
    assert isinstance(key, RSAPublicKey)
    assert f"rsa{key.key_size}" in name
    assert key.public_numbers().e == (3 if "e3" in name else 65537)


def test_a_public_key_is_always_the_same_and_letters_tell_keys_apart() -> None:
    keys = [fill("", f"{{rsa1024{letter}.public}}") for letter in ("", "a", "b")]
    assert len(set(keys)) == 3
    assert keys == [fill("", f"{{rsa1024{letter}.public}}") for letter in ("", "a", "b")]
    assert keys[0].startswith("MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQD")


def test_truncated_lacks_one_character() -> None:
    for kind in ("rsa2048", "ed25519"):
        whole, cut = fill("", f"{{{kind}.public}}"), fill("", f"{{{kind}.truncated}}")
        assert len(cut) == len(whole) - 1
        assert any(whole[:at] + whole[at + 1 :] == cut for at in range(len(whole)))


def test_ed25519_is_32_octets_and_wrapped_44() -> None:
    bare, wrapped = b64decode(fill("", "{ed25519.public}")), b64decode(fill("", "{ed25519.spki}"))
    assert len(bare) == 32
    assert wrapped[12:] == bare


def test_private_keys_are_keys() -> None:
    for form in ("private", "pkcs1"):
        key = load_der_private_key(b64decode(fill("", f"{{rsa1024.{form}}}")), None)
        assert isinstance(key, RSAPrivateKey)
    header, body, footer = re.fullmatch(r"(-+[A-Z ]+-+)(.+?)(-+[A-Z ]+-+)", fill("", "{ed25519.pem}")).groups()  # type: ignore[union-attr]
    assert load_pem_private_key(f"{header}\n{body}\n{footer}\n".encode(), None)


def test_master_files_get_strings_that_fit() -> None:
    text = fill("example.com.zone", '"v=DKIM1; k=rsa; p={rsa4096.public}"')
    strings = re.findall(r'"([^"]*)"', text)
    assert max(map(len, strings)) <= 255
    assert "".join(strings) == fill("example.com.yaml", "v=DKIM1; k=rsa; p={rsa4096.public}")


@pytest.mark.parametrize(
    "text", ["", "no placeholder", "{rules: {options: {}}}", "{rsa.public}", "{dsa1024.public}"]
)
def test_other_text_is_left_alone(text: str) -> None:
    assert fill("a.zone", text) == text
