"""Zones to measure with: twenty records each, as small companies have them."""

from __future__ import annotations

import base64
import random
from pathlib import Path

ZONE = """\
---
'':
  - type: A
    value: 192.0.2.{host}
  - type: AAAA
    value: 2001:db8::{host:x}
  - type: MX
    values:
      - exchange: mail.{name}.
        preference: 10
      - exchange: mx2.{name}.
        preference: 20
  - type: NS
    values: [ns1.example.net., ns2.example.net.]
  - type: TXT
    values:
      - v=spf1 mx ip4:192.0.2.{host} include:_spf.{name} -all
      - site-verification={token}
_dmarc:
  type: TXT
  value: v=DMARC1\\; p=reject\\; rua=mailto:dmarc@{name}
_smtp._tls:
  type: TXT
  value: v=TLSRPTv1\\; rua=mailto:tls@{name}
_spf:
  type: TXT
  value: v=spf1 ip4:198.51.100.0/24 ip6:2001:db8:{host:x}::/48 -all
autodiscover:
  type: CNAME
  value: mail.{name}.
imap:
  type: CNAME
  value: mail.{name}.
mail:
  - type: A
    value: 192.0.2.{host}
  - type: TXT
    value: v=spf1 a -all
mx2:
  - type: A
    value: 198.51.100.{host}
  - type: TXT
    value: v=spf1 a -all
s1._domainkey:
  type: TXT
  value: v=DKIM1\\; k=rsa\\; p={key}
www:
  - type: A
    value: 192.0.2.{host}
  - type: AAAA
    value: 2001:db8::{host:x}
"""

_RSA_2048_HEAD = bytes.fromhex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100")


def rsa_public_key(chance: random.Random) -> str:
    """The base64 of a public key of 2,048 bits with a made-up modulus; there is no private half."""
    modulus = (chance.getrandbits(2048) | 1 << 2047 | 1).to_bytes(256, "big")
    return base64.b64encode(_RSA_2048_HEAD + modulus + bytes.fromhex("0203010001")).decode()


def write_zones(folder: Path, count: int) -> list[str]:
    """Write `count` zone files and answer the zones' names."""
    chance = random.Random(count)
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"company{number:05}.example" for number in range(count)]
    for number, name in enumerate(names):
        token = f"{chance.getrandbits(128):032x}"
        text = ZONE.format(name=name, host=1 + number % 250, token=token, key=rsa_public_key(chance))
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return names
