"""Which mail milters see: those of each smtpd service, and those for mail that does not come by SMTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_paths import absolute
from mailcheck.analysis.opendkim import OpenDkim
from mailcheck.analysis.postfix import Postfix, Service
from mailcheck.analysis.postfix_settings import Item, Setting, yes
from mailcheck.grammar.postfix_values import Endpoint, group, parse_endpoint, split_items
from mailcheck.model.finding import Label
from mailcheck.model.spec import HostSpec

_SUBMISSION_PORTS = (465, 587)
_FILTERS = ("content_filter", "smtpd_proxy_filter")
_SIGNERS = ("rspamd", ":11332", "amavis", "dkimpy", "dkim-milter", "halon")
"""What the sockets of programs other than OpenDKIM are called that sign as well."""


class Milter(NamedTuple):
    """A milter that a service of Postfix asks.

    - `endpoint`: None where it cannot be read; `action`: the setting for when it does not answer.
    - `path`: of a Unix socket, as the host has it; "" for others, None where the chroot is not determined.
    """

    service: Service
    item: Item
    endpoint: Endpoint | None
    path: str | None
    action: str

    @property
    def shown(self) -> str:
        """The socket without the settings of a group."""
        return _socket_text(self.item)

    @property
    def is_local(self) -> bool:
        """Whether it is on the host itself, as far as its address tells."""
        return self.endpoint is not None and (self.endpoint.kind == "unix" or is_loopback(self.endpoint.host))


def milters(postfix: Postfix, service: Service) -> tuple[Milter, ...]:
    """What an smtpd service asks, or for mail by sendmail(1) the cleanup service; none where it is told not to."""
    if service.command == "cleanup":
        return tuple([_milter(postfix, service, item) for item in postfix.items("non_smtpd_milters", service)])
    if "no_milters" in [item.text for item in postfix.items("receive_override_options", service)]:
        return ()
    return tuple([_milter(postfix, service, item) for item in postfix.items("smtpd_milters", service)])


def all_milters(postfix: Postfix) -> tuple[Milter, ...]:
    """Of every service, each place of an item once where it leads to the same socket."""
    found: dict[tuple[str | None, str], Milter] = {}
    for service in (*postfix.smtpd_services, *postfix.services_running("cleanup")):
        for milter in milters(postfix, service):
            found.setdefault((milter.path, milter.shown), milter)
    return tuple(found.values())


def filter_of(postfix: Postfix, service: Service | None = None) -> Setting | None:
    """The setting that hands mail to a content filter, which gives it back to another service."""
    return next((found for name in _FILTERS if (found := postfix.of(name, service)).value), None)


def taking_services(postfix: Postfix) -> tuple[Service, ...]:
    """The smtpd services that take mail from clients: not those that a content filter gives it back to."""
    returning = returning_services(postfix)
    return tuple([service for service in postfix.smtpd_services if service not in returning])


def returning_services(postfix: Postfix) -> tuple[Service, ...]:
    """The loopback services that themselves have no content filter, where there is one."""
    if not any([filter_of(postfix, service) for service in (None, *postfix.smtpd_services)]):
        return ()
    return tuple([service for service in postfix.smtpd_services if is_loopback(service.host)])


def user_services(postfix: Postfix) -> tuple[Service, ...]:
    """Those where users log in, known by their settings."""
    return tuple([service for service in taking_services(postfix) if takes_users(postfix, service)])


def takes_users(postfix: Postfix, service: Service) -> bool:
    """Whether users log in there."""
    return service.port in _SUBMISSION_PORTS or yes(postfix.of("smtpd_sasl_auth_enable", service)) is True


def signs_after_filter(postfix: Postfix, service: Service | None) -> bool:
    """Whether a content filter gives the mail of `service` back to one that asks milters."""
    if filter_of(postfix, service) is None:
        return False
    return any([milters(postfix, back) for back in returning_services(postfix)])


def signing_promise(facts: HostFacts, host: HostSpec | None) -> Label | None:
    """Where spec or OpenDKIM promise that mail of this host is signed; None where neither does."""
    if host is not None and host.selectors and host.sends:
        return Label(host.place("selectors"), "the spec promises signatures")
    daemon = signing_daemon(facts)
    if daemon is None:
        return None
    keys = daemon.option("KeyTable")
    return Label((keys if keys.is_set else daemon.option("Domain")).at, "OpenDKIM is set up to sign")


def signing_daemon(facts: HostFacts) -> OpenDkim | None:
    """OpenDKIM, where its settings let it sign for some domain or may do so."""
    daemon = facts.opendkim
    if daemon is None or daemon.signs is False or daemon.signers == ():
        return None
    return daemon


def may_sign_instead(milter: Milter) -> bool:
    """Whether it is a program that signs too, or one of which only another host can tell."""
    return not milter.is_local or any([word in milter.item.text.lower() for word in _SIGNERS])


def is_opendkim(milter: Milter, daemon: OpenDkim) -> bool | NotDetermined:
    """Whether a milter is OpenDKIM's own socket."""
    socket = daemon.socket
    if socket is None or not socket.kind:
        why = daemon.option("Socket").why or "Socket is not set, or of no known form"
        return NotDetermined(f"where OpenDKIM listens is not known: {why}")
    if milter.endpoint is None:
        return NotDetermined(f"`{milter.item.text}` is no socket that can be read")
    if (milter.endpoint.kind == "unix") != (socket.kind == "unix"):
        return False
    if socket.kind != "unix":
        same_host = milter.is_local and (not socket.host or is_loopback(socket.host) or socket.host in _ANY)
        return milter.endpoint.port == socket.port and (same_host or milter.endpoint.host == socket.host)
    if milter.path is None:
        return NotDetermined(f"whether {milter.service.name} runs in a chroot is not determined")
    return milter.path == real_path(socket.path)


_ANY = ("0.0.0.0", "::")


def is_loopback(host: str) -> bool:
    """Whether an address or name is that of the host itself, for programs there alone."""
    name = host.lower().strip("[]")
    return name.startswith("127.") or name in ("::1", "localhost")


def real_path(path: str) -> str:
    """The path without `.` and `..`, below /run where it is below /var/run, a link to it (file-hierarchy(7))."""
    found = absolute(path)
    return found.removeprefix("/var") if found.startswith("/var/run/") else found


def _milter(postfix: Postfix, service: Service, item: Item) -> Milter:
    endpoint = parse_endpoint(_socket_text(item))
    action = postfix.of("milter_default_action", service).value
    for part in _parts(item)[1:]:
        name, _, value = part.partition("=")
        if name == "default_action":
            action = value
    return Milter(service, item, endpoint, _path(postfix, service, endpoint), action)


def _path(postfix: Postfix, service: Service, endpoint: Endpoint | None) -> str | None:
    if endpoint is None or endpoint.kind != "unix":
        return ""
    if service.chroot is None and endpoint.path.startswith("/"):
        return None
    return real_path(postfix.host_path(endpoint.path, service))


def _socket_text(item: Item) -> str:
    return next(iter(_parts(item)), item.text)


def _parts(item: Item) -> list[str]:
    return list(_words(group(item.text) or item.text))


def _words(text: str) -> Iterator[str]:
    """The words of a group, `name = value` joined to `name=value`."""
    joined = "=".join([part.strip() for part in text.split("=")])
    for token in split_items(joined):
        yield token.text
