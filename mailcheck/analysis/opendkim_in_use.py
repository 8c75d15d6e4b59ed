"""The keys that OpenDKIM signs with on a host, each once, and what was read of them."""

from __future__ import annotations

from base64 import b64decode, b64encode
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import NamedTuple

from mailcheck.analysis.dkim_keys import BadKey, decode_key
from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim import OpenDkim
from mailcheck.analysis.opendkim_signing import Signer
from mailcheck.grammar.dkim import parse_key
from mailcheck.grammar.opendkim_data_set import Entry
from mailcheck.model.dns import Question
from mailcheck.model.machine import HostFile, KeyHalf, Stat
from mailcheck.model.names import absolute

UNTRUSTED = "not checked: owners and modes of a copied tree cannot be trusted"


class KeyInUse(NamedTuple):
    """A key that mail is signed with; `domain` is absolute, empty where only a message tells it."""

    signer: Signer
    domain: str

    @property
    def question(self) -> Question:
        """Where verifiers look for it (RFC 6376 section 3.6.2.1)."""
        return Question(f"{self.signer.selector.lower()}._domainkey.{self.domain}", "TXT")

    @property
    def name(self) -> str:
        return f"{self.signer.selector}._domainkey.{self.domain}"


def with_opendkim(facts: HostFacts) -> tuple[HostFacts, ...]:
    """The host where OpenDKIM is set up."""
    return (facts,) if facts.opendkim else ()


def signing(facts: HostFacts) -> tuple[HostFacts, ...]:
    """The host where OpenDKIM is set up and its `Mode`, as far as it is known, lets it sign."""
    return (facts,) if facts.opendkim and facts.opendkim.signs is not False else ()


def daemon_of(facts: HostFacts) -> OpenDkim:
    """OpenDKIM of a host that `with_opendkim` or `signing` listed."""
    assert facts.opendkim is not None
    return facts.opendkim


def can_sign(daemon: OpenDkim) -> bool | None:
    """Whether it signs anything: all that is for one domain, or both tables; None where it is not determined."""
    names = ("Domain", "Selector", "KeyFile", "KeyTable", "SigningTable")
    settings = {name: daemon.option(name).value for name in names}
    if daemon.signs is None or None in settings.values():
        return None
    tables = settings["KeyTable"], settings["SigningTable"]
    one_domain = settings["Domain"], settings["Selector"], settings["KeyFile"]
    return daemon.signs and all(tables if any(tables) else one_domain)


def keys_in_use(daemon: OpenDkim) -> tuple[KeyInUse, ...] | NotDetermined:
    """Every key that some row leads to, in the order of the rows; none where it signs nothing."""
    if daemon.signs is False:
        return ()
    if daemon.signs is None:
        return NotDetermined(daemon.option("Mode").why)
    if isinstance(daemon.signers, NotDetermined):
        return daemon.signers
    signs = can_sign(daemon)
    if signs is None:
        return NotDetermined("which keys OpenDKIM signs with depends on settings that cannot be told")
    if not signs:
        return ()
    found: dict[tuple[str, str, str], KeyInUse] = {}
    for signer in daemon.signers:
        key = KeyInUse(signer, _domain(signer))
        found.setdefault((key.domain, signer.selector, signer.key_file), key)
    return tuple(found.values())


def public_half(daemon: OpenDkim, signer: Signer) -> KeyHalf | NotDetermined | None:
    """The public half of the RSA key in a signer's file; None where there is no file or no RSA key in it."""
    file = key_file(daemon, signer)
    if isinstance(file, NotDetermined):
        return file
    usable = file.pem is not None and not file.pem.problem and file.pem.keys and file.pem.keys[0].kind == "rsa"
    return file.pem.keys[0] if file.pem and usable else None


def key_file(daemon: OpenDkim, signer: Signer) -> HostFile | NotDetermined:
    """A signer's key file, read or missing."""
    file = daemon.key(signer)
    if file is None:
        return NotDetermined(
            f"the key of selector {signer.selector} stands in the KeyTable, or its path depends on the message"
        )
    if file.state == "denied":
        return NotDetermined(f"needs root: {file.path} could not be read")
    if file.state == "refused":
        return NotDetermined(f"{file.path} could not be read: {file.why or file.state}")
    return file


def key_record(half: KeyHalf | None) -> str:
    """What to publish at the selector of a key (RFC 6376 section 3.6.1)."""
    encoded = b64encode(half.spki).decode("ascii") if half else "..."
    return f"v=DKIM1; h=sha256; k=rsa; p={encoded}"


def holds_key(text: str, half: KeyHalf) -> bool:
    """Whether `p` of a key record is the RSA key: its SubjectPublicKeyInfo, or the bare RSAPublicKey inside."""
    tree = parse_key(text)
    encoded = tree.encoded.rstrip("=")
    if not tree.is_readable or tree.key_type != "rsa":
        return False
    if encoded == b64encode(half.spki).decode("ascii").rstrip("="):
        return True
    key = decode_key("rsa", tree.encoded)
    bare = not isinstance(key, BadKey) and key.bare
    return bare and half.spki.endswith(b64decode(encoded + "=" * (-len(encoded) % 4)))


def stat_of(file: HostFile | None) -> Stat | NotDetermined | None:
    """Owner and mode; None where nothing is there."""
    if file is None or file.state == "missing":
        return None
    return file.stat or NotDetermined(
        f"needs root: {file.path} could not be looked at" if file.state == "denied" else UNTRUSTED
    )


def plain_wildcards(daemon: OpenDkim) -> tuple[Entry, ...]:
    """Rows of a SigningTable without `refile:` whose `*` stands for nothing but itself."""
    table = daemon.signing_table
    if table.kind == "refile":
        return ()
    return tuple([row for row in table.entries or () if "*" in row.key.text and row.key.text != "*"])


def peer_network(text: str) -> IPv4Network | IPv6Network | None:
    """The network of an entry as InternalHosts has it; None for a name and for what `!` leaves out."""
    try:
        return ip_network(text.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return None


def others_in_group(facts: HostFacts, group: str, user: str) -> tuple[str, ...] | NotDetermined:
    """Who besides `user` and root is in a group: OpenDKIM trusts a group of more than one user with nothing."""
    members = facts.system.members(group)
    if isinstance(members, NotDetermined):
        return members
    return tuple(dict.fromkeys(one.name for one in members if one.name not in {user, "root"}))


def _domain(signer: Signer) -> str:
    domain = signer.domain
    if domain == "%":
        domain = signer.pattern.text.rpartition("@")[2]
        if "*" in domain or domain.startswith("."):
            return ""
    return absolute(domain.lower())
