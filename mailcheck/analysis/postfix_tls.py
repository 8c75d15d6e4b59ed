"""TLS as the services of a Postfix offer it: how much of it, and the certificates and keys they take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from typing import Final, Literal, NamedTuple

from mailcheck.analysis.postfix import Postfix, Service
from mailcheck.analysis.postfix_settings import Item, Setting, yes
from mailcheck.model.location import Location
from mailcheck.model.machine import Certificate, HostFile, Pem

Files = Mapping[str, HostFile]
Level = Literal["none", "may", "encrypt"]

CERTIFICATE, KEY, CHAIN = "smtpd_tls_cert_file", "smtpd_tls_key_file", "smtpd_tls_chain_files"
_PAIRS: Final = (
    (CERTIFICATE, KEY),
    ("smtpd_tls_dcert_file", "smtpd_tls_dkey_file"),
    ("smtpd_tls_eccert_file", "smtpd_tls_eckey_file"),
)
_SWITCHES: Final[tuple[tuple[str, Level], ...]] = (("_enforce_tls", "encrypt"), ("_use_tls", "may"))
OBSOLETE: Final = frozenset([daemon + switch for daemon in ("smtpd", "smtp") for switch, _ in _SWITCHES])
"""What switched TLS on before there were security levels."""


class TlsLevel(NamedTuple):
    """How far a service asks for TLS, and the setting that says so; None: not determined."""

    value: Level | None
    setting: Setting


class TlsFile(NamedTuple):
    """A PEM file that a setting names, at the place of its name there; `file` as it was read."""

    path: str
    at: Location
    file: HostFile | None

    @property
    def pem(self) -> Pem:
        """What it holds, nothing where it is not there or `unread`."""
        return (self.file.pem if self.file else None) or Pem()

    @property
    def unread(self) -> str:
        """Why its content is not known; empty where it is, and where it is no file."""
        if self.file is None:
            return f"not read: {self.path}"
        if self.file.state == "denied":
            return f"needs root: {self.path}"
        if self.file.state == "refused" or (self.file.state == "file" and self.file.pem is None):
            return f"could not be read: {self.path}: {self.file.why or 'not wanted as PEM'}"
        return ""


class Leaf(NamedTuple):
    """A certificate that is presented, with those that follow it in its file."""

    certificate: Certificate
    issuers: tuple[Certificate, ...]
    source: TlsFile

    @property
    def is_self_signed(self) -> bool:
        return self.certificate.subject == self.certificate.issuer


class Identity(NamedTuple):
    """What a service presents: a certificate and its key in two files, or a chain of files that hold both.

    The two tuples are the same for a chain (`smtpd_tls_chain_files`).
    """

    certificate_files: tuple[TlsFile, ...]
    key_files: tuple[TlsFile, ...]

    @property
    def is_chain(self) -> bool:
        return self.certificate_files is self.key_files

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """The certificates presented: those with a key; of two files, or with keys unread, only the first."""
        found = [(one, file) for file in self.certificate_files for one in file.pem.certificates]
        starts = list(range(len(found))) if self.is_chain else [0][: len(found)]
        if any([file.unread for file in self.key_files]):
            starts = starts[:1]
        else:
            keys = {key.spki for file in self.key_files for key in file.pem.keys}
            starts = [index for index in starts if found[index][0].key.spki in keys]
        ends = [*starts[1:], len(found)]
        return tuple(
            [
                Leaf(found[start][0], tuple([one for one, _ in found[start + 1 : end]]), found[start][1])
                for start, end in zip(starts, ends, strict=False)
            ]
        )

    @property
    def unread(self) -> str:
        """Why it is not known what is presented; empty where `leaves` tells, or it is certain that nothing is."""
        return "" if self.leaves else next((file.unread for file in self.certificate_files if file.unread), "")


def tls_level(postfix: Postfix, service: Service | None) -> TlsLevel:
    """What smtpd makes of `smtpd_tls_wrappermode`, `smtpd_tls_security_level` and their forerunners.

    Levels that it does not know count as `encrypt` for smtpd too.
    """
    wrapper = postfix.of("smtpd_tls_wrappermode", service)
    return TlsLevel("encrypt", wrapper) if yes(wrapper) else _level(postfix, service, "smtpd")


def client_level(postfix: Postfix, service: Service) -> TlsLevel:
    """The same for the client: every level that demands TLS or may demand it is `encrypt`, so is `dane`."""
    return _level(postfix, service, "smtp")


def clients(postfix: Postfix) -> tuple[Service, ...]:
    """The services that hand mail to other hosts: none where the next hop of all mail is the host itself."""
    relay = postfix.of("relayhost").value
    if relay and _is_loopback(
        relay.removeprefix("[").partition("]")[0] if relay[0] == "[" else relay.partition(":")[0]
    ):
        return ()
    return tuple([one for one in postfix.services_running("smtp") if one.type == "unix"])


def protocol_lists(postfix: Postfix) -> Iterator[tuple[str, Service]]:
    """The lists of protocols that are used with other hosts, by their names, each with a service that uses it."""
    levels = [("smtpd", one, tls_level(postfix, one).value) for one in reachable(postfix)]
    levels += [("smtp", one, client_level(postfix, one).value) for one in clients(postfix)]
    for daemon, service, level in levels:
        if level in ("may", "encrypt"):
            yield f"{daemon}_tls_{'mandatory_' if level == 'encrypt' else ''}protocols", service


def _level(postfix: Postfix, service: Service | None, daemon: str) -> TlsLevel:
    level = postfix.of(f"{daemon}_tls_security_level", service)
    if not level.is_determined:
        return TlsLevel(None, level)
    if level.value:
        word = level.value.lower()
        return TlsLevel("none" if word == "none" else "may" if word == "may" else "encrypt", level)
    for switch, value in _SWITCHES:
        setting = postfix.of(daemon + switch, service)
        if yes(setting):
            return TlsLevel(value, setting)
    return TlsLevel("none", level)


def serves_others(postfix: Postfix) -> bool:
    """Whether others than the host itself reach one of its smtpd services; where none is known, perhaps."""
    return bool(postfix.master_why or reachable(postfix))


def reachable(postfix: Postfix) -> tuple[Service, ...]:
    """The smtpd services that others than the host itself reach."""
    return tuple([service for service in postfix.smtpd_services if not is_local(postfix, service)])


def is_local(postfix: Postfix, service: Service) -> bool:
    """Whether only the host itself reaches the service."""
    if service.host:
        return _is_loopback(service.host)
    interfaces = [item.text.lower() for item in postfix.items("inet_interfaces")]
    return bool(interfaces) and all([name == "loopback-only" or _is_loopback(name) for name in interfaces])


def inbound(postfix: Postfix) -> tuple[Service, ...]:
    """The services that take mail from other hosts: smtpd on port 25, and what postscreen hands clients to."""
    return tuple([service for service in reachable(postfix) if service.port == 25 or service.type == "pass"])


def tls_services(postfix: Postfix) -> tuple[Service, ...]:
    """The services that offer TLS, as far as is determined."""
    return tuple([one for one in postfix.smtpd_services if tls_level(postfix, one).value not in ("none", None)])


def identities(postfix: Postfix, services: Iterable[Service], files: Files) -> tuple[Identity, ...]:
    """What services present that offer TLS, each once; `smtpd_tls_chain_files` wins over all pairs."""
    offering = tls_services(postfix)
    found = [one for service in services if service in offering for one in _identities(postfix, service, files)]
    return tuple(
        {tuple([file.at for file in (*one.certificate_files, *one.key_files)]): one for one in found}.values()
    )


def names_no_certificate(postfix: Postfix, service: Service) -> bool:
    """Whether it is a decision that the service has no certificate: `smtpd_tls_cert_file = none`."""
    return postfix.of(CERTIFICATE, service).value.lower() == "none"


def _identities(postfix: Postfix, service: Service, files: Files) -> Iterator[Identity]:
    chain = tuple([_file(item, files) for item in postfix.items(CHAIN, service)])
    if chain:
        yield Identity(chain, chain)
        return
    for certificate_name, key_name in _PAIRS:
        certificate, key = postfix.of(certificate_name, service), postfix.of(key_name, service)
        if not certificate.value or certificate.value.lower() == "none":
            continue
        named = key if key.is_set and key.value else certificate
        yield Identity((_file(_item(certificate), files),), (_file(_item(named), files),))


def _item(setting: Setting) -> Item:
    return Item(setting.value, setting.at)


def _file(item: Item, files: Files) -> TlsFile:
    return TlsFile(item.text, item.at, files.get(item.text))


def _is_loopback(text: str) -> bool:
    if text == "localhost":
        return True
    try:
        return ip_address(text.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False
