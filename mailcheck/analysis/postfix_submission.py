"""The services that users hand their mail to, known by their settings and not by their port (RFC 6409)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mailcheck.analysis.postfix import Postfix, Service
from mailcheck.analysis.postfix_settings import Item, yes
from mailcheck.analysis.postfix_tls import inbound, is_local
from mailcheck.grammar.postfix_values import parse_endpoint

STAGES: Final = ("client", "helo", "sender", "relay", "recipient")
_LOGGED_IN: Final = "permit_sasl_authenticated"
_MATCHES_LOGIN: Final = frozenset((
    "reject_sender_login_mismatch",
    "reject_authenticated_sender_login_mismatch",
    "reject_known_sender_login_mismatch",
))  # fmt: skip


def login_services(postfix: Postfix) -> tuple[Service, ...]:
    """The services where others than the host itself can log in, that on port 25 among them."""
    return tuple(
        [one for one in postfix.smtpd_services if _has_login(postfix, one) and not is_local(postfix, one)]
    )


def submission_services(postfix: Postfix) -> tuple[Service, ...]:
    """The services that are there for users: with login, or closed to all others; never that on port 25."""
    mx = inbound(postfix)
    return tuple(
        [
            one
            for one in postfix.smtpd_services
            if one not in mx
            and not is_local(postfix, one)
            and (_has_login(postfix, one) or _is_for_users_alone(postfix, one))
        ]
    )


def restrictions(postfix: Postfix, service: Service, stage: str) -> Iterator[Item]:
    """`smtpd_STAGE_restrictions` of a service, restriction classes replaced by what they hold (once)."""
    classes = {item.text for item in postfix.items("smtpd_restriction_classes", service)}
    for item in postfix.items(f"smtpd_{stage}_restrictions", service):
        yield from postfix.items(item.text, service) if item.text in classes else (item,)


def ties_senders_to_logins(postfix: Postfix, service: Service) -> bool:
    """Whether a sender address that is not the login's is refused before being logged in permits it."""
    for stage in STAGES:
        for item in restrictions(postfix, service, stage):
            word = item.text.lower()
            if word in _MATCHES_LOGIN:
                return True
            if word in (_LOGGED_IN, "permit"):
                break
    return False


def dovecot_socket(postfix: Postfix, service: Service) -> str | None:
    """The path of the socket where smtpd reaches Dovecot, as the host has it.

    "" where it is reached over the network; None where that depends on whether the service runs in a chroot, which
    is not determined.
    """
    path = postfix.of("smtpd_sasl_path", service).value
    endpoint = parse_endpoint(path)
    if endpoint is not None:
        path = endpoint.path
    if path.startswith("/") and service.chroot is None:
        return None
    return postfix.host_path(path, service) if path else ""


def _has_login(postfix: Postfix, service: Service) -> bool:
    return yes(postfix.of("smtpd_sasl_auth_enable", service)) is True


def _is_for_users_alone(postfix: Postfix, service: Service) -> bool:
    for stage in STAGES:
        words = [item.text.lower() for item in restrictions(postfix, service, stage)]
        if _LOGGED_IN in words and words[-1] == "reject":
            return True
    return False
