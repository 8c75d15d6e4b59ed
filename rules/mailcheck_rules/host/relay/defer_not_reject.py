"""Strangers' mail to other domains is deferred, not rejected.

## What it checks
The first restriction of `smtpd_relay_restrictions` that stops strangers is `defer_unauth_destination`, as in
Postfix's default.

## Why it matters
The client gets 454, a reason to try again: for five days, every hour, and a sender with a typo in the domain, or a
host that lost a domain, learns of it after that time alone. 554 ends it at once.

## Example
    454 4.7.1 <bob@else.example>: Relay access denied

## How to fix
    smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination

## References
postconf(5), `smtpd_relay_restrictions`, `defer_unauth_destination`; RFC 5321 section 4.2.1 (replies 4yz and 5yz).
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_egress import listens_on_loopback
from mailcheck.analysis.postfix_relay import guards, listeners
from mailcheck.analysis.postfix_settings import yes
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, changed

_MAIN = "/etc/postfix/main.cf"
_LIST = (
    "smtpd_relay_restrictions =\n    permit_mynetworks,\n    permit_sasl_authenticated,\n"
    "    reject_unauth_destination\n"
)
_DEFER = _LIST.replace("reject_u", "defer_u")
_HELP = "smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem]:
    postfix = facts.postfix
    assert postfix is not None
    done = set()
    for service in listeners(postfix):
        relay, recipient = guards(postfix, service)
        if (
            relay.stop is None
            or relay.stop.name != "defer_unauth_destination"
            or listens_on_loopback(postfix, service)
        ):
            continue
        earlier = yes(postfix.of("smtpd_relay_before_recipient_restrictions", service)) is False
        rejects = recipient.stop is not None and recipient.stop.name in ("reject", "reject_unauth_destination")
        if relay.stop.at not in done and not (earlier and rejects):
            done.add(relay.stop.at)
            message = "`defer_unauth_destination` answers 454 to strangers, who then try again for days"
            yield Problem(message, relay.stop.at, _HELP, token="defer_unauth_destination")


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postconf(5) smtpd_relay_restrictions",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, _LIST, _DEFER.replace("defer_u", "reject defer_u"))),
        changed(
            (_MAIN, _LIST, _DEFER + "smtpd_relay_before_recipient_restrictions = no\n"),
            (
                _MAIN,
                "    reject_unlisted_recipient\n",
                "    reject_unlisted_recipient, reject_unauth_destination\n",
            ),
        ),
    ),
    bad=(
        changed((_MAIN, _LIST, _DEFER), caret="defer_unauth_destination"),
        changed((_MAIN, _LIST, "")),
    ),
)
