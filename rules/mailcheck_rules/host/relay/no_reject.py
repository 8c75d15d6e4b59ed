"""No list stops strangers from relaying.

## What it checks
For each smtpd service, `smtpd_relay_restrictions` and `smtpd_recipient_restrictions` with what master.cf
overrides: one of them holds `reject_unauth_destination`, `defer_unauth_destination`, `reject` or `defer`, and no
`permit` before it.

## Why it matters
Where no list holds one of these, or a bare `permit` comes before it, smtpd ends at every connection and no mail
arrives. A `permit` that a restriction class holds it does not notice: it runs, as an open relay.

## Example
    smtpd_relay_restrictions = permit_mynetworks, permit

## How to fix
    smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination

## References
postconf(5), `smtpd_relay_restrictions`; Postfix's SMTPD_ACCESS_README; RFC 2505 section 2.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix, Service
from mailcheck.analysis.postfix_relay import LISTS, guards, listeners, restrictions, starts
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed

_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_LIST = "    permit_mynetworks,\n    permit_sasl_authenticated,\n    reject_unauth_destination\n"
_HELP = "smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    done = set()
    for service in listeners(postfix):
        settings = [postfix.of(name, service) for name in LISTS]
        places = tuple([setting.at for setting in settings])
        if places in done:
            continue
        done.add(places)
        if not all([setting.is_determined for setting in settings]):
            yield Skip(f"who may relay is not known: {' or '.join(LISTS)} cannot be expanded")
        elif problem := _problem(postfix, service):
            yield problem._replace(token=service.name if service and service.overrides else "")


def _problem(postfix: Postfix, service: Service | None) -> Problem | None:
    if any([guard.stop for guard in guards(postfix, service)]):
        return None
    found = [part for name in LISTS for part in restrictions(postfix, name, service)]
    if not any([part.stops for part in found]):
        setting = postfix.of(LISTS[0], service)
        name = service.name if service else "smtpd"
        message = f"`{name}` has nothing that rejects mail of strangers to other domains, so its smtpd ends"
        return Problem(message, setting.at, _HELP)
    permit = next(part for part in found if part.name == "permit")
    so = "everybody may relay" if starts(postfix, service) else "smtpd ends"
    message = f"`permit` stands before all that would reject strangers, so {so}"
    return Problem(message, permit.at, _HELP)


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) smtpd_relay_restrictions",
    over=each_postfix,
    yields_to=("host-relay-reinjection-exposed",),
    good=(
        changed(),
        changed(
            (_MAIN, "smtpd_relay_restrictions =\n" + _LIST, "smtpd_relay_restrictions =\n"),
            (
                _MAIN,
                "    reject_unlisted_recipient\n",
                "    reject_unlisted_recipient, reject_unauth_destination\n",
            ),
        ),
        changed((_MAIN, _LIST, "    ours\nsmtpd_restriction_classes = ours\nours =\n" + _LIST)),
        changed(
            (
                _MAIN,
                "smtpd_relay_restrictions =\n" + _LIST,
                "smtpd_relay_restrictions = permit_mynetworks reject\n",
            )
        ),
        changed(
            (
                _MASTER,
                "pickup ",
                "10026 inet n - n - - smtpd -o smtpd_relay_restrictions=permit_mynetworks,reject\npickup ",
            )
        ),
    ),
    bad=(
        changed((_MAIN, _LIST, "    permit_mynetworks\n"), caret="permit_mynetworks"),
        changed((_MAIN, _LIST, "    permit_mynetworks, warn_if_reject reject_unauth_destination\n")),
        changed((_MAIN, _LIST, "    permit, reject_unauth_destination\n"), caret="permit"),
        changed(
            (_MAIN, _LIST, "    ours\nsmtpd_restriction_classes = ours\nours = permit\n"),
            (_MAIN, "    reject_unlisted_recipient\n", "    ours, reject_unauth_destination\n"),
            caret="ours",
        ),
        changed(
            (
                _MASTER,
                "pickup ",
                "192.0.2.25:smtp inet n - y - - smtpd -o smtpd_relay_restrictions=permit,reject\npickup ",
            ),
            caret="permit",
        ),
    ),
)
