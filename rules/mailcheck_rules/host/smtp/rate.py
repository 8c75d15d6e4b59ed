"""Nothing bounds how much one user's account sends.

## What it checks
A service that takes mail from users who log in has at least one of `smtpd_client_message_rate_limit`,
`smtpd_client_recipient_rate_limit` and `smtpd_client_auth_rate_limit` above 0.

## Why it matters
One stolen password sends 100,000 messages in a night, and the host's address is on every list in the morning. A
limit does not keep the thief out, but leaves time to notice. A policy service may do the same: then this rule is
one to ignore.

## Example
    submission inet n - y - - smtpd
      -o smtpd_sasl_auth_enable=yes

## How to fix
Set limits that your users never reach, on the submission services of master.cf:

      -o smtpd_client_message_rate_limit=60
      -o smtpd_client_recipient_rate_limit=200
      -o smtpd_client_auth_rate_limit=20

## References
postconf(5), `smtpd_client_message_rate_limit`; TUNING_README.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_settings import number, yes
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, changed

_LIMITS = (
    "smtpd_client_message_rate_limit",
    "smtpd_client_recipient_rate_limit",
    "smtpd_client_auth_rate_limit",
)


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem]:
    postfix = facts.postfix
    assert postfix is not None
    for service in postfix.smtpd_services:
        if yes(postfix.of("smtpd_sasl_auth_enable", service)) is not True:
            continue
        if all([number(postfix.of(name, service)) == 0 for name in _LIMITS]):
            yield Problem(
                f"nothing bounds how much an account sends through `{service.name}`",
                service.at,
                "  -o smtpd_client_message_rate_limit=60\n  -o smtpd_client_recipient_rate_limit=200",
                token=service.name,
            )


_MASTER = "/etc/postfix/master.cf"
_OVERRIDES = """\
  -o smtpd_client_message_rate_limit=60
  -o smtpd_client_recipient_rate_limit=200
  -o smtpd_client_auth_rate_limit=20
pickup"""

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.INFO,
    "postconf(5) smtpd_client_message_rate_limit",
    over=each_postfix,
    good=(
        changed(),
        changed(
            (_MASTER, _OVERRIDES, "pickup"),
            ("/etc/postfix/main.cf", "biff = no\n", "smtpd_client_recipient_rate_limit = 500\n"),
        ),
    ),
    bad=(changed((_MASTER, _OVERRIDES, "pickup")),),
)
