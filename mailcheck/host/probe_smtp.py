"""The host's SMTP services asked from loopback: their greeting, their certificate, and whom they relay for."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from ipaddress import ip_address, ip_network

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix, Service
from mailcheck.analysis.postfix_egress import trusted_networks
from mailcheck.host.loopback import TIMEOUT, NotProbed, loopback_address, why
from mailcheck.model.machine import Probe

FOREIGN_SENDER = "probe@sender.example"
FOREIGN_RECIPIENT = "probe@recipient.example"
"""Addresses of no domain of ours (RFC 2606)."""
_SOURCES = ("127.0.0.2", "127.200.200.200")
_MOST_SERVICES = 10


def probe_smtp(facts: HostFacts) -> Iterator[Probe]:
    """For each smtpd service that can be reached by loopback: `smtp-greeting`, `smtp-ehlo`, `smtp-starttls` (the
    SHA-256 of the certificate, hexadecimal) and `smtp-relay`; no message is ever sent."""
    postfix = facts.postfix
    if postfix is None:
        return
    for service in [one for one in postfix.smtpd_services if one.type == "inet"][:_MOST_SERVICES]:
        try:
            yield from _probe(postfix, service)
        except NotProbed as error:
            yield Probe("smtp-greeting", service.name, "connect", not_probed=str(error))
        except (OSError, smtplib.SMTPException) as error:
            yield Probe("smtp-greeting", service.name, "connect", error=_why(error))


def _probe(postfix: Postfix, service: Service) -> Iterator[Probe]:
    host = loopback_address(service.host or _interface(postfix, service))
    if service.port is None:
        raise NotProbed("its port is not known")
    source = _stranger(postfix, host)
    wrapped = postfix.of("smtpd_tls_wrappermode", service).value == "yes"
    with _connection(host, service.port, source, wrapped=wrapped) as connection:
        yield Probe("smtp-greeting", service.name, "connect", connection.greeting)
        code, text = connection.ehlo("probe.example")
        if code == 250:
            yield Probe(
                "smtp-ehlo", service.name, "EHLO", text.split(b"\n")[0].decode("ascii", "backslashreplace")
            )
        if wrapped or connection.has_extn("starttls"):
            yield _certificate(connection, service, wrapped=wrapped)
    with _connection(host, service.port, source, wrapped=wrapped) as connection:
        yield _relay(connection, service, source)


def _interface(postfix: Postfix, service: Service) -> str:
    """The loopback address that a service of all `inet_interfaces` is reached at."""
    if [item.text.lower() for item in postfix.items("inet_protocols", service)] == ["ipv6"]:
        return "::1"
    names = [item.text.strip("[]").lower() for item in postfix.items("inet_interfaces", service)]
    if {"all", "loopback-only", "localhost"} & {*names}:
        return "127.0.0.1"
    for name in names:
        with suppress(NotProbed):
            return loopback_address(name)
    raise NotProbed("it listens on no loopback address")


class _Smtp(smtplib.SMTP):
    """Keeps the greeting, and takes any certificate: which one is served is the question."""

    greeting = ""

    def getreply(self) -> tuple[int, bytes]:
        code, text = super().getreply()
        self.greeting = self.greeting or text.decode("ascii", "backslashreplace")
        return code, text


class _WrappedSmtp(smtplib.SMTP_SSL, _Smtp):
    """The same where TLS comes first."""


def _connection(host: str, port: int, source: str, *, wrapped: bool) -> _Smtp:
    start = (source, 0) if source else None
    if wrapped:
        return _WrappedSmtp(
            host, port, "probe.example", timeout=TIMEOUT, context=_any_certificate(), source_address=start
        )
    return _Smtp(host, port, "probe.example", timeout=TIMEOUT, source_address=start)


def _any_certificate() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _certificate(connection: _Smtp, service: Service, *, wrapped: bool) -> Probe:
    try:
        if not wrapped:
            code, text = connection.starttls(context=_any_certificate())
            if code != 220:
                raise smtplib.SMTPResponseException(code, text)
            connection.ehlo("probe.example")
        served = connection.sock.getpeercert(binary_form=True)  # type: ignore[union-attr]
    except (OSError, smtplib.SMTPException) as error:
        return Probe("smtp-starttls", service.name, "certificate", error=_why(error))
    return Probe("smtp-starttls", service.name, "certificate", sha256(served or b"").hexdigest())


def _relay(connection: _Smtp, service: Service, source: str) -> Probe:
    asked = f"{FOREIGN_SENDER} to {FOREIGN_RECIPIENT}"
    if not source:
        return Probe(
            "smtp-relay", service.name, asked, not_probed="every loopback address may relay by mynetworks"
        )
    try:
        connection.ehlo("probe.example")
        code, text = connection.mail(FOREIGN_SENDER)
        if code == 250:
            code, text = connection.rcpt(FOREIGN_RECIPIENT)
        connection.rset()
    except (OSError, smtplib.SMTPException) as error:
        return Probe("smtp-relay", service.name, asked, error=_why(error))
    return Probe("smtp-relay", service.name, asked, f"{code} {text.decode('ascii', 'backslashreplace')}")


def _stranger(postfix: Postfix, host: str) -> str:
    """A loopback address that Postfix does not trust; empty where there is none, or where it cannot be told."""
    if ip_address(host).version != 4:
        return ""
    trusted = []
    for item in trusted_networks(postfix).items:
        try:
            trusted.append(ip_network(item.text.replace("[", "").replace("]", ""), strict=False))
        except ValueError:
            return ""
    for source in _SOURCES:
        if not any([ip_address(source) in network for network in trusted]):
            return source
    return ""


def _why(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error.decode("ascii", "backslashreplace") if isinstance(error.smtp_error, bytes) else ""
        return f"{error.smtp_code} {text}"
    return why(error)
