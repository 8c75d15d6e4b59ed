"""A world of domains to ask live: master files for a name server, with what a mail check follows."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from bench.zones import rsa_public_key

VENDORS = 50
_KEYS = 20
"""Different DKIM keys; each domain has one of them."""

_HEAD = "$TTL 3600\n@ SOA ns1 hostmaster 1 7200 3600 1209600 300\n@ NS ns1\nns1 A 127.0.0.1\n"
_DOMAIN = (
    _HEAD
    + """\
@ A 192.0.2.{host}
@ MX 10 mail
@ MX 20 mx.{vendor}.
@ TXT "v=spf1 mx include:_spf include:_spf.{vendor} include:_spf.{other} ~all"
@ TXT "site-verification={token}"
_spf TXT "v=spf1 ip4:192.0.2.{host} ip6:2001:db8:{host:x}::/48 -all"
mail A 192.0.2.{host}
mail AAAA 2001:db8::{host:x}
mail TXT "v=spf1 a -all"
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@{vendor}"
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@{vendor}"
_mta-sts TXT "v=STSv1; id=1"
mta-sts CNAME mta-sts.{vendor}.
s1._domainkey TXT {key}
s2._domainkey CNAME s2._domainkey.{vendor}.
"""
)
_VENDOR = (
    _HEAD
    + """\
@ A 198.51.100.{host}
@ MX 10 mx
mx A 198.51.100.{host}
mx AAAA 2001:db8:1::{host:x}
relay A 198.51.100.{host}
mta-sts A 198.51.100.{host}
_spf TXT "v=spf1 include:_spf1.{name} include:_spf2.{name} ~all"
_spf1 TXT "v=spf1 ip4:198.51.100.0/24 include:_spf3.{name} ~all"
_spf2 TXT "v=spf1 ip6:2001:db8:1::/48 ~all"
_spf3 TXT "v=spf1 ip4:203.0.113.{host} ~all"
*._report._dmarc TXT "v=DMARC1"
s2._domainkey TXT {key}
"""
)


def world(count: int) -> Mapping[str, str]:
    """Master files by zone name (without final dot): `count` domains and the 50 vendors that they use.

    `tests.lab.dns.servers` serves them: the recursive server there forwards every question to the
    authoritative one, so that the zones need no parents.
    """
    return dict(_zones(count))


def domains(count: int) -> list[str]:
    """The names of the domains, without final dot."""
    return [f"company{number:05}.example" for number in range(count)]


def _zones(count: int) -> Iterator[tuple[str, str]]:
    chance = random.Random(count)
    keys = [_strings("v=DKIM1; k=rsa; p=" + rsa_public_key(chance)) for _ in range(_KEYS)]
    vendors = [f"vendor{number:02}.example" for number in range(VENDORS)]
    for number, name in enumerate(vendors):
        yield name, _VENDOR.format(name=name, host=1 + number, key=keys[number % _KEYS])
    for number, name in enumerate(domains(count)):
        vendor, other = chance.sample(vendors, 2)
        text = _DOMAIN.format(
            host=1 + number % 250,
            vendor=vendor,
            other=other,
            token=f"{chance.getrandbits(128):032x}",
            key=keys[number % _KEYS],
        )
        yield name, text.replace("include:_spf ", f"include:_spf.{name} ")


def _strings(text: str) -> str:
    return " ".join(f'"{text[at : at + 255]}"' for at in range(0, len(text), 255))
