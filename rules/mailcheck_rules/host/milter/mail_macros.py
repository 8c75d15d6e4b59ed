"""Milters are not told who has logged in, so that mail of users is not signed.

## What it checks
`milter_mail_macros` is set and lacks `{auth_type}`, while a service where users log in asks OpenDKIM.

## Why it matters
OpenDKIM signs for clients that are internal hosts, and for those that have logged in. Of the latter it
learns by the macro `{auth_type}` alone: without it, the mail of users is taken for a stranger's and leaves
unsigned.

## Example
    milter_mail_macros = i {mail_addr} {mail_host}

## How to fix
Delete the line, or add the macro:

    milter_mail_macros = i {auth_type} {auth_authen} {auth_author} {mail_addr} {mail_host} {mail_mailer}

## References
postconf(5) milter_mail_macros; opendkim.conf(5) InternalHosts
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.milters import is_opendkim, milters, signing_daemon, user_services
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, changed

_NEEDED = ("{auth_type}", "auth_type")
_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_LINE = "milter_default_action = tempfail\n"


def check(facts: HostFacts, _: Context) -> Iterator[Problem]:
    assert facts.postfix is not None
    postfix, daemon = facts.postfix, signing_daemon(facts)
    told = set()
    for service in user_services(postfix) if daemon else ():
        setting = postfix.of("milter_mail_macros", service)
        macros = [item.text for item in postfix.items("milter_mail_macros", service)]
        if not setting.is_set or not setting.is_determined or setting.at in told or {*macros} & {*_NEEDED}:
            continue
        if any(daemon and is_opendkim(milter, daemon) is True for milter in milters(postfix, service)):
            told.add(setting.at)
            yield Problem(
                "OpenDKIM is not told who has logged in: `milter_mail_macros` lacks `{auth_type}`",
                setting.at,
                help="delete the line: the default has `{auth_type}`",
                token="milter_mail_macros",
            )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) milter_mail_macros",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, _LINE, _LINE + "milter_mail_macros = i {auth_type}\n")),
        changed(
            (_MAIN, _LINE, _LINE + "milter_mail_macros = i\n"),
            (_MAIN, "unix:opendkim/opendkim.sock", "inet:127.0.0.1:11332"),
            removed=("/etc/opendkim.conf", "/etc/default/opendkim"),
        ),
    ),
    bad=(
        changed((_MAIN, _LINE, _LINE + "milter_mail_macros = i {mail_addr}\n"), caret="i {mail_addr}"),
        changed((_MASTER, "-o syslog_name=postfix/submissions\n", "-o milter_mail_macros=i\n"), caret="i"),
    ),
)
