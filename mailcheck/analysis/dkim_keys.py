"""The DKIM keys of a zone: which records hold one, what key it is, and who else publishes it."""

from __future__ import annotations

import binascii
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from mailcheck.analysis.of_record import OfRecord
from mailcheck.analysis.text_places import texts_around
from mailcheck.analysis.zone_doubling import without_doubling
from mailcheck.grammar.dkim import KeyRecord, is_key, parse_key
from mailcheck.grammar.private_key import holds_private_key
from mailcheck.model.index import Index, all_names
from mailcheck.model.location import Location
from mailcheck.model.names import absolute, split_labels
from mailcheck.model.record import Record, RecordSet
from mailcheck.model.zone import Zone, per_zone

MAX_ENCODED = 16_384
"""Characters of base64 from which on a key is not decoded; a key of 16,384 bits has 2,800."""
_LABEL = "_domainkey"
_PLACE: Final = "_domainkey."
_NOT_SELECTORS = frozenset({"_adsp", "_report"})
"""Names beside the selectors that other standards use (RFC 5617 section 4.1, RFC 6651 section 3.2)."""
_ED25519_OCTETS = 32
_ED25519_PREFIX = bytes.fromhex("302a300506032b6570032100")
_SEQUENCE, _INTEGER = 0x30, 0x02
_USUAL_RSA = {
    162: (1024, bytes.fromhex("30819f300d06092a864886f70d010101050003818d0030818902818100")),
    294: (2048, bytes.fromhex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100")),
    550: (4096, bytes.fromhex("30820222300d06092a864886f70d01010105000382020f003082020a0282020100")),
}
"""Bits, and what stands before the modulus, of the keys that tools write, by the octets of the whole key."""
_USUAL_END = bytes.fromhex("0203010001")
"""The public exponent 65537, which stands behind the modulus."""


class PublicKey(NamedTuple):
    """A key that verifiers can use.

    `bits` is the length of the RSA modulus, 256 for Ed25519; `exponent` is RSA's, else None; `bare`
    tells an RSAPublicKey (RFC 8017 appendix A.1.1) that no SubjectPublicKeyInfo holds.
    """

    bits: int
    exponent: int | None = None
    bare: bool = False


class BadKey(NamedTuple):
    """Base64 that gives no key of the stated type: what it is instead, and what to do."""

    reason: str
    help: str


class DkimRecord(OfRecord):
    """A TXT record at a selector, or one that reads as a key elsewhere (`selector` is None there)."""

    def __init__(self, record: Record, selector: str | None, domain: str, tree: KeyRecord) -> None:
        super().__init__(record)
        self.selector = selector
        self.domain = domain
        self.tree = tree

    @cached_property
    def key(self) -> PublicKey | BadKey | None:
        """The key in `p`; None where it is revoked or missing, or the record's text is at fault already."""
        if not self.tree.is_readable:
            return None
        key = decode_key(self.tree.key_type, self.tree.encoded)
        return None if isinstance(key, BadKey) and self.tree.is_blurred else key

    @property
    def key_at(self) -> Location:
        """The value of `p`, the whole tag where it is empty, the whole record where there is none."""
        tag = self.tree.key
        if tag is None:
            return self.at
        return self.at.within(tag.value_start if tag.value else tag.start, tag.end)

    @property
    def is_wildcard(self) -> bool:
        """Whether the record answers for every selector of its domain."""
        return self.selector is not None and self.selector.split(".")[0] == "*"


def selector_and_domain(name: str) -> tuple[str, str] | None:
    """The selector and the signing domain of a key's owner name (RFC 6376 section 3.6.2.1).

    None where the name is not below `_domainkey`, or is one that another standard uses.
    """
    if _LABEL not in name:
        return None
    labels = split_labels(name)
    if _LABEL not in labels:
        return None
    at = labels.index(_LABEL)
    if at == 0 or labels[at - 1] in _NOT_SELECTORS:
        return None
    return ".".join(labels[:at]), absolute(".".join(labels[at + 1 :]))


@per_zone
def dkim_records(zone: Zone) -> tuple[DkimRecord, ...]:
    """Every TXT record at a selector and every one elsewhere that reads as a key, in the order of the file.

    Of equal records at one name only the first is listed: DNS serves them as one.
    """
    found = []
    for texts in zone.record_sets("TXT"):
        place = selector_and_domain(texts.name)
        for record in different(texts):
            if place is not None:
                found.append(DkimRecord(record, *place, parse_key(record.text)))
            elif is_key(record.text):
                found.append(DkimRecord(record, None, texts.name, parse_key(record.text)))
    return tuple(found)


def different(texts: RecordSet) -> tuple[Record, ...]:
    """The records of the set, of equal texts the first one only."""
    if len(texts.records) == 1:
        return texts.records
    first = {record.text: record for record in reversed(texts.records)}
    return tuple([record for record in texts.records if first[record.text] is record])


def selector_texts(zone: Zone) -> tuple[RecordSet, ...]:
    """The TXT record sets at selectors."""
    return tuple([texts for texts in texts_around(zone, _PLACE) if selector_and_domain(texts.name)])


def selector_aliases(zone: Zone) -> tuple[RecordSet, ...]:
    """The CNAME record sets at selectors."""
    return tuple([aliases for aliases in zone.record_sets("CNAME") if selector_and_domain(aliases.name)])


def private_keys(zone: Zone) -> tuple[Record, ...]:
    """Every TXT record that holds a private key, at whatever name."""
    records = [record for texts in zone.record_sets("TXT") for record in texts.records]
    return tuple([record for record in records if holds_private_key(record.text)])


def _keyed_domains(zone: Zone) -> Iterator[str]:
    for written, types in zone.names.items():
        if _LABEL not in written:
            continue
        name = without_doubling(written, zone.name) or written
        if name.startswith(_LABEL + ".") and types.keys() & {"NS", "DNAME", "CNAME"}:
            yield name.removeprefix(_LABEL + ".")
        elif (place := selector_and_domain(name)) and _has_key(types):
            yield place[1]


keyed_domains = Index(lambda zone: tuple(_keyed_domains(zone)), all_names)
"""The domains below which a selector holds a key or leads to one.

A record that shows no key only because its text is broken counts, since that is what is wrong with it.
A `_domainkey` that is delegated (NS) or redirected (CNAME, DNAME) as a whole counts for its domain,
and so does a selector to whose name the zone's was added once too often.
"""


def _hashed_keys(zone: Zone) -> tuple[tuple[int, str], ...]:
    """A hash of each key and where it stands: there is a key for every zone, and hardly ever one twice."""
    return tuple([(hash(record.tree.encoded), record.name) for record in _selected_keys(zone)])


def _published_keys(
    zones: Sequence[Zone], parts: Iterable[tuple[tuple[int, str], ...]]
) -> Mapping[str, tuple[tuple[Zone, DkimRecord], ...]]:
    hashed = list(parts)
    first_names: dict[int, str] = {}
    repeated = {key for keys in hashed for key, name in keys if first_names.setdefault(key, name) != name}
    places: dict[str, dict[str, tuple[Zone, DkimRecord]]] = {}
    for zone, keys in zip(zones, hashed, strict=True):
        if not any([key in repeated for key, _ in keys]):
            continue
        for record in _selected_keys(zone):
            if hash(record.tree.encoded) in repeated:
                places.setdefault(record.tree.encoded, {}).setdefault(record.name, (zone, record))
    return {key: tuple(names.values()) for key, names in places.items() if len(names) > 1}


published_keys = Index(_hashed_keys, _published_keys)
"""The selectors at which each key is published, by its base64; only keys that stand at several names."""


def _selected_keys(zone: Zone) -> Iterator[DkimRecord]:
    for record in dkim_records(zone):
        if record.selector is not None and not record.is_wildcard and record.tree.is_readable:
            yield record


def _alias_targets(zone: Zone) -> tuple[str, ...]:
    return tuple([absolute(record.text) for found in selector_aliases(zone) for record in found.records])


alias_targets = Index(_alias_targets, all_names)
"""The names that the CNAMEs at selectors lead to."""


@lru_cache(maxsize=4096)
def decode_key(key_type: str, encoded: str) -> PublicKey | BadKey:
    """The key that base64 without white space holds; `key_type` is `rsa` or `ed25519`; never raises.

    RFC 6376 section 3.6.1 with erratum 3017 for RSA, RFC 8463 section 4.2 for Ed25519. Missing `=` at
    the end are let pass, as the grammar of RFC 6376 has them optional.
    """
    if len(encoded) > MAX_ENCODED:
        return BadKey(f"has {len(encoded)} characters, more than any key", "copy the key again")
    body = encoded.rstrip("=")
    if len(encoded) - len(body) > 2:
        return BadKey(f"ends in {len(encoded) - len(body)} `=`, base64 in 2 at most", "copy the key again")
    surplus = len(body) % 4 == 1
    whole = body[:-1] if surplus else body
    octets = binascii.a2b_base64(whole + "=" * (-len(whole) % 4))
    key = _ed25519(octets) if key_type == "ed25519" else _usual_rsa(octets) or _rsa(octets)
    if surplus and isinstance(key, PublicKey):
        return BadKey("has one character too many for base64", "copy the key again")
    return key


def _ed25519(octets: bytes) -> PublicKey | BadKey:
    if len(octets) == _ED25519_OCTETS:
        return PublicKey(bits=256)
    if octets.startswith(_ED25519_PREFIX) and len(octets) == len(_ED25519_PREFIX) + _ED25519_OCTETS:
        inner = binascii.b2a_base64(octets[len(_ED25519_PREFIX) :], newline=False).decode("ascii")
        return BadKey(
            "wraps the Ed25519 key in a SubjectPublicKeyInfo", f"publish the bare 32 octets: `p={inner}`"
        )
    shape = f"has {len(octets)} octets where an Ed25519 key has exactly 32"
    if octets.startswith(bytes((_SEQUENCE, 0x82))):
        return BadKey(shape, "this looks like an RSA key: write `k=rsa`")
    return BadKey(shape, "copy the key again")


def _usual_rsa(octets: bytes) -> PublicKey | None:
    """What _rsa() says of the shape that nearly all keys have, without the cost of a library for it."""
    bits, head = _USUAL_RSA.get(len(octets), (0, b""))
    if not bits or not octets.startswith(head) or not octets.endswith(_USUAL_END):
        return None
    modulus = octets[len(head) : -len(_USUAL_END)]
    return PublicKey(bits, 65_537) if modulus[0] & 0x80 and modulus[-1] & 1 else None


def _rsa(octets: bytes) -> PublicKey | BadKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    if len(octets) == _ED25519_OCTETS:
        return BadKey("has 32 octets, which is no RSA key", "for an Ed25519 key write `k=ed25519`")
    body, declared = _der_length(octets)
    if declared == 0:
        return BadKey("does not begin like a DER key", "copy the key again from its first character on")
    if declared > len(octets):
        return BadKey(
            f"is cut short: its own length says {declared} octets, {len(octets)} are there",
            "copy the whole key again; split long values into strings without losing a character",
        )
    if declared < len(octets):
        return BadKey(f"goes on for {len(octets) - declared} octets behind its end", "copy the key again")
    try:
        key = load_der_public_key(octets)
    except (ValueError, UnsupportedAlgorithm):
        return BadKey("holds no RSA public key", "publish what `openssl rsa -pubout` writes, without its header")
    if not isinstance(key, RSAPublicKey):
        return BadKey("holds a public key that is not RSA", "publish an RSA key, or name the key type in `k`")
    return PublicKey(key.key_size, key.public_numbers().e, bare=octets[body] == _INTEGER)


def _der_length(octets: bytes) -> tuple[int, int]:
    """Where the content of a DER sequence begins and how long the whole says it is; 0 where it is none."""
    if len(octets) < 2 or octets[0] != _SEQUENCE:
        return 0, 0
    if octets[1] < 0x80:
        return 2, 2 + octets[1]
    size = octets[1] & 0x7F
    if not 1 <= size <= 4:
        return 0, 0
    return 2 + size, 2 + size + int.from_bytes(octets[2 : 2 + size], "big")


def _has_key(types: Mapping[str, RecordSet]) -> bool:
    if "CNAME" in types or "NS" in types:
        return True
    texts = types.get("TXT")
    return texts is not None and not all(parse_key(record.text).is_revoked for record in texts.records)
