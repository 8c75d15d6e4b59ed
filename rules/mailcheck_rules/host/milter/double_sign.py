"""Mail is signed before a content filter, and again behind it.

## What it checks
A service hands its mail to a content filter (`content_filter`, `smtpd_proxy_filter`), the filter gives it
back to a service on loopback, and both services ask the same milter.

## Why it matters
The message bears two signatures. What the filter changes breaks the first, so that receivers see a failure
beside a pass. And mail of strangers comes back from 127.0.0.1, which OpenDKIM takes for a host of its own:
whatever claims to be from one of our domains is then signed as ours.

## Example
    smtp            inet n - y - - smtpd
      -o content_filter=scan:[127.0.0.1]:10024
    127.0.0.1:10025 inet n - y - - smtpd
      -o content_filter=

## How to fix
Let the service that takes mail back ask no milters:

    -o receive_override_options=no_milters

## References
postconf(5) receive_override_options; FILTER_README
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.milters import (
    filter_of,
    is_opendkim,
    milters,
    returning_services,
    signing_daemon,
    signing_promise,
    taking_services,
)
from mailcheck.analysis.postfix import Postfix, Service
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, changed

_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_PICKUP = "pickup    unix"
_BACK = "127.0.0.1:10025 inet n - y - - smtpd\n"
_FILTER = (_MAIN, "relayhost =\n", "relayhost =\ncontent_filter = scan:[127.0.0.1]:10024\n")


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem]:
    assert facts.postfix is not None
    postfix = facts.postfix
    if signing_promise(facts, ctx.host) is None:
        return
    filtered = [service for service in taking_services(postfix) if filter_of(postfix, service)]
    for service in returning_services(postfix):
        signing = _signing(postfix, service, facts)
        first = next((one for one in filtered if signing & _signing(postfix, one, facts)), None)
        setting = filter_of(postfix, first) if first else None
        if first and setting and filter_of(postfix, service) != setting:
            yield Problem(
                f"the service `{service.name}` takes mail back from a content filter and has it signed once more",
                service.at,
                help="  -o receive_override_options=no_milters",
                related=(Label(setting.at, f"`{first.name}` has it signed before this filter"),),
                token=service.name,
            )


def _signing(postfix: Postfix, service: Service, facts: HostFacts) -> set[str]:
    """The milters of a service that sign, or may."""
    daemon = signing_daemon(facts)
    asked = milters(postfix, service)
    return {milter.shown for milter in asked if daemon is None or is_opendkim(milter, daemon) is not False}


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postconf(5) receive_override_options",
    over=each_postfix,
    good=(
        changed(),
        changed(_FILTER, (_MASTER, _PICKUP, f"{_BACK}  -o content_filter=\n  -o smtpd_milters=\n{_PICKUP}")),
        changed(
            _FILTER,
            (
                _MASTER,
                _PICKUP,
                f"{_BACK}  -o content_filter=\n  -o receive_override_options=no_milters\n{_PICKUP}",
            ),
        ),
        changed(
            _FILTER,
            (_MAIN, "smtpd_milters = unix:opendkim/opendkim.sock", "smtpd_milters ="),
            (_MAIN, "= $smtpd_milters", "="),
            (
                _MASTER,
                _PICKUP,
                f"{_BACK}  -o content_filter=\n  -o smtpd_milters=unix:opendkim/opendkim.sock\n{_PICKUP}",
            ),
        ),
        changed((_MASTER, _PICKUP, f"{_BACK}{_PICKUP}")),
    ),
    bad=(
        changed(
            _FILTER, (_MASTER, _PICKUP, f"{_BACK}  -o content_filter=\n{_PICKUP}"), also=("host-srs-filter-order",)
        ),
        changed(
            (
                _MASTER,
                "y       -       -       smtpd\nsubmission ",
                "y       -       -       smtpd\n  -o smtpd_proxy_filter=127.0.0.1:10024\nsubmission ",
            ),
            (_MASTER, _PICKUP, f"{_BACK}{_PICKUP}"),
        ),
    ),
)
