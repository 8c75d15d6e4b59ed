"""The DKIM keys that a host signs with, as records: the public halves alone (RFC 6376 section 3.6.1)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim import OpenDkim
from mailcheck.analysis.opendkim_signing import Signer
from mailcheck.grammar.mail_domain import mail_domain
from mailcheck.model.machine import KeyHalf

_ED25519_OCTETS = 32


class HostKeys(NamedTuple):
    """By domain the selector it is signed with; by name of a key record its text, or why there is none.

    `missing` also holds, by domain, why nothing signs its mail.
    """

    selectors: Mapping[str, str]
    records: Mapping[str, str]
    missing: Mapping[str, tuple[str, ...]]


def host_keys(facts: HostFacts, domains: Iterable[str]) -> HostKeys:
    """How mail of absolute `domains` is signed on this host."""
    selectors: dict[str, str] = {}
    records: dict[str, str] = {}
    missing: dict[str, tuple[str, ...]] = {}
    for domain in domains:
        signer, why = _signer(facts.opendkim, domain)
        if signer is None:
            missing[domain] = (f"DKIM: {why}.",)
            continue
        selector = signer.selector.lower()
        name = f"{selector}._domainkey.{domain}"
        selectors[domain] = selector
        text, why = _record(facts.opendkim, signer)
        if text:
            records[name] = text
        else:
            missing[name] = (f"DKIM: add the key {name.removesuffix('.')} here ({why}).",)
    return HostKeys(selectors, records, missing)


def key_record(half: KeyHalf) -> str | None:
    """The record that publishes a key; None for a kind that DKIM does not have (RFC 8463 for ed25519)."""
    if half.kind == "rsa":
        return f"v=DKIM1; k=rsa; p={b64encode(half.spki).decode('ascii')}"
    if half.kind == "ed25519":
        return f"v=DKIM1; k=ed25519; p={b64encode(half.spki[-_ED25519_OCTETS:]).decode('ascii')}"
    return None


def _signer(opendkim: OpenDkim | None, domain: str) -> tuple[Signer | None, str]:
    if opendkim is None:
        return None, "OpenDKIM is not set up here; sign with a key of your own and publish it"
    found = opendkim.signs_for(domain)
    name = domain.removesuffix(".")
    if isinstance(found, NotDetermined):
        return None, f"whether {name} is signed is not determined ({found.why})"
    if found is None:
        return None, f"nothing signs the mail of {name} on this host"
    signs_as = mail_domain(found.domain)
    if signs_as != domain:
        return None, f"the mail of {name} is signed as {found.domain}"
    if mail_domain(found.selector) is None:
        return None, f"the selector of {name} is not known"
    return found, ""


def _record(opendkim: OpenDkim | None, signer: Signer) -> tuple[str | None, str]:
    """The record, or why it cannot be told."""
    file = opendkim.key(signer) if opendkim is not None else None
    if file is None:
        return None, "its key is not in a file of its own"
    if file.pem is None or not file.pem.keys:
        reason = file.why or (file.pem.problem if file.pem else "") or file.state
        return None, f"{file.path}: {reason}"
    text = key_record(file.pem.keys[0])
    return text, f"{file.path}: DKIM has no {file.pem.keys[0].kind} keys"
