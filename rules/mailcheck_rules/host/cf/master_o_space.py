"""White space ends a `-o` of master.cf.

## What it checks
`-o name = value` and `-o name=value, value` in master.cf, where white space stands beside `=` or within the value
and no braces hold it together.

## Why it matters
Arguments are split at white space: the service is started with `-o name`, which sets nothing, or with a part of
the value as an argument, which it does not take, and ends. Mail that it should take or deliver waits or is
refused. The SMTP client does not end: it ignores the argument and every `-o` behind it. `postfix check` says
nothing of it.

## Example
    submission inet n - y - - smtpd
      -o smtpd_tls_security_level = encrypt

## How to fix
    -o smtpd_tls_security_level=encrypt

or, for a value that holds white space itself:

    -o { smtpd_relay_restrictions = permit_sasl_authenticated, reject }

## References
master(5), "-o name=value" and "-o { name = value }".
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, changed

_MASTER = "/etc/postfix/master.cf"
_ANVIL = "anvil     unix  -       -       y       -       1       anvil"
_SYSLOG = "-o syslog_name=postfix/$service_name"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem]:
    assert facts.postfix is not None
    for problem in facts.postfix.master_problems:
        if problem.kind == "override-space":
            yield Problem(problem.message, problem.at, problem.help, token=str(problem.at.line))


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "master(5)",
    over=each_postfix,
    good=(
        changed(),
        changed((_MASTER, _SYSLOG, "-o { syslog_name = postfix/$service_name }")),
        changed((_MASTER, _SYSLOG, "-o smtp_bind_address= -o syslog_name=relay")),
        changed(
            (
                _MASTER,
                "postlog   unix-dgram",
                "x unix - n n - - pipe user=a argv=/bin/x -o a = b\npostlog   unix-dgram",
            )
        ),
    ),
    bad=(
        changed((_MASTER, _SYSLOG, "-o syslog_name = relay"), caret="syslog_name"),
        changed((_MASTER, _SYSLOG, "-o syslog_name=relay, 2"), caret="syslog_name=relay,"),
        changed(
            (_MASTER, _ANVIL, f"{_ANVIL} -o x=a,\n  b -v"),
            caret="x=a,",
        ),
        changed((_MASTER, _SYSLOG, "-o syslog_name= relay"), caret="syslog_name="),
        changed((_MASTER, _SYSLOG, "-o syslog_name =relay"), caret="syslog_name"),
    ),
)
