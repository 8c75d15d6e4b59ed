"""The port on which a content filter hands mail back is open to the world.

## What it checks
An `inet` smtpd service of master.cf on a port other than 25, 465 and 587 that switches the content filter off
(`-o content_filter=`), listens on all interfaces, and rejects no strangers.

## Why it matters
Whoever connects there gets mail to your users past the filter, unseen by milters and blocklists, and perhaps to
the whole world.

## Example
    10025 inet n - y - - smtpd
      -o content_filter=

## How to fix
    127.0.0.1:10025 inet n - y - - smtpd

## References
Postfix's FILTER_README, "Advanced content filter: sending filtered mail back"; master(5), service name.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Service
from mailcheck.analysis.postfix_egress import listens_on_loopback
from mailcheck.analysis.postfix_relay import is_closed
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, changed

_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_KNOWN_PORTS = (25, 465, 587)


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem]:
    postfix = facts.postfix
    assert postfix is not None
    for service in postfix.smtpd_services:
        if service.type != "inet" or service.port in _KNOWN_PORTS or listens_on_loopback(postfix, service):
            continue
        if _is_behind_filter(service) and not is_closed(postfix, service):
            yield _problem(service, "mail that comes here passes the content filter by")


def _problem(service: Service, why: str) -> Problem:
    return Problem(
        f"`{service.name}` listens on all interfaces, and {why}",
        service.at.within(0, len(service.name)),
        f"let it listen on loopback: `127.0.0.1:{service.name.rpartition(':')[2]}`",
        token=service.name,
    )


def _is_behind_filter(service: Service) -> bool:
    override = service.overrides.get("content_filter")
    return override is not None and override.is_determined and not override.value


_FILTER = (_MAIN, "relayhost =\n", "relayhost =\ncontent_filter = smtp:[127.0.0.1]:10024\n")
_CLOSED = "-o content_filter= -o smtpd_client_restrictions=permit_mynetworks,reject"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "master(5); Postfix FILTER_README",
    over=each_postfix,
    good=(
        changed(),
        changed(_FILTER, (_MASTER, "pickup ", "127.0.0.1:10025 inet n - y - - smtpd -o content_filter=\npickup ")),
        changed(_FILTER, (_MASTER, "pickup ", "[::1]:10025 inet n - y - - smtpd -o content_filter=\npickup ")),
        changed(_FILTER, (_MASTER, "pickup ", f"10025 inet n - y - - smtpd {_CLOSED}\npickup ")),
        changed((_MASTER, "pickup ", "2525 inet n - y - - smtpd\npickup ")),
    ),
    bad=(
        changed(
            _FILTER,
            (_MASTER, "pickup ", "10025 inet n - y - - smtpd -o content_filter=\npickup "),
            caret="10025",
            also=("host-srs-filter-order",),
        ),
    ),
)
