"""Clients may send commands before they were asked to.

## What it checks
Every smtpd service that strangers reach has `smtpd_forbid_unauth_pipelining = yes`, or `reject_unauth_pipelining`
in `smtpd_data_restrictions`. The parameter's default is `no` before Postfix 3.9.

## Why it matters
Smuggled messages, and most programs that send spam, do not wait for replies. A client that sends the next commands
together with the end of a message, where SMTP does not allow it, is either of them.

## Example
    a message ends in <LF>.<CR><LF>MAIL FROM:<admin@example.net><CR><LF>RCPT TO:<ann@example.com><CR><LF>...

## How to fix
    smtpd_data_restrictions = reject_unauth_pipelining
    smtpd_forbid_unauth_pipelining = yes

(the second came with Postfix 3.8.1, 3.7.6, 3.6.10 and 3.5.20)

## References
postconf(5), `smtpd_forbid_unauth_pipelining`, `reject_unauth_pipelining`; RFC 2920 section 3.1; CVE-2023-51764.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix, Service
from mailcheck.analysis.postfix_egress import listens_on_loopback
from mailcheck.analysis.postfix_relay import listeners, restrictions
from mailcheck.analysis.postfix_settings import yes
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed

_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_NAME, _LIST = "smtpd_forbid_unauth_pipelining", "smtpd_data_restrictions"
_HELP = f"{_NAME} = yes"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    done = set()
    for service in listeners(postfix):
        places = (postfix.of(_NAME, service).at, postfix.of(_LIST, service).at)
        if places not in done and not listens_on_loopback(postfix, service):
            done.add(places)
            yield from _check(postfix, service)


def _check(postfix: Postfix, service: Service | None) -> Iterator[Problem | Skip]:
    for restriction in restrictions(postfix, _LIST, service):
        if restriction.name == "permit":
            break
        if restriction.name == "reject_unauth_pipelining" and not restriction.only_warns:
            return
    setting = postfix.of(_NAME, service)
    if yes(setting):
        return
    if not setting.is_set and not postfix.version_known:
        yield Skip(f"{_NAME} is not set, and its default depends on a release that is not known")
        return
    value = f"`{setting.value}`" if setting.is_set else "not set"
    message = f"{_NAME} is {value} and {_LIST} does not reject it: clients need not wait for replies"
    yield Problem(message, setting.at, _HELP, token=_NAME)


_BOTH = f"{_LIST} = reject_unauth_pipelining\n{_NAME} = yes\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    f"postconf(5) {_NAME}; RFC 2920 section 3.1",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, _BOTH, f"{_NAME} = yes\n")),
        changed((_MAIN, _BOTH, f"{_LIST} = reject_unauth_pipelining\n")),
        changed((_MAIN, _BOTH, ""), postfix_version="3.9.0"),
        changed((_MAIN, _BOTH, ""), postfix_version=""),
    ),
    bad=(
        changed((_MAIN, _BOTH, "")),
        changed((_MAIN, _BOTH, f"{_LIST} = permit, reject_unauth_pipelining\n{_NAME} = no\n"), caret="no"),
        changed((_MASTER, "syslog_name=postfix/submissions\n", f"{_LIST}=\n  -o {_NAME}=no\n"), caret="no"),
    ),
)
