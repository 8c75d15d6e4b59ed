"""No service asks a milter, so that mail leaves unsigned.

## What it checks
The spec promises DKIM signatures of this host, or OpenDKIM has keys to sign with, and `smtpd_milters` is
empty in every smtpd service that takes mail. An empty value in main.cf with `-o smtpd_milters=` on the
services is right. Where a content filter may sign instead, and OpenDKIM is not set up, nothing is said.

## Why it matters
Mail leaves without a signature, and no line of any log says so. A DMARC policy of `reject` then has it
refused wherever SPF does not align, on every forwarded copy to begin with.

## Example
    smtpd_milters =

## How to fix
Name OpenDKIM's socket in main.cf, relative to the queue directory:

    smtpd_milters = unix:opendkim/opendkim.sock

## References
postconf(5) smtpd_milters; MILTER_README; RFC 6376
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.milters import filter_of, milters, signing_daemon, signing_promise, taking_services
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed

_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_HERE = "smtpd_milters = unix:opendkim/opendkim.sock\nnon_smtpd_milters = $smtpd_milters"
_NO_OPENDKIM = ("/etc/opendkim.conf", "/etc/default/opendkim")


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    postfix, promise = facts.postfix, signing_promise(facts, ctx.host)
    services = taking_services(postfix)
    if promise is None or not services or any(milters(postfix, service) for service in postfix.smtpd_services):
        return
    if not all(postfix.of("smtpd_milters", service).is_determined for service in services):
        yield Skip("`smtpd_milters` cannot be expanded")
        return
    if signing_daemon(facts) is None and any(filter_of(postfix, service) for service in services):
        yield Skip("whether the content filter signs is not known")
        return
    setting = postfix.of("smtpd_milters")
    yield Problem(
        "no smtpd service asks a milter: `smtpd_milters` is empty",
        setting.at,
        help="smtpd_milters = unix:opendkim/opendkim.sock",
        related=(promise,),
        token="smtpd_milters",
    )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) smtpd_milters",
    over=each_postfix,
    good=(
        changed(),
        changed(
            (
                _MAIN,
                "smtpd_milters = unix:opendkim/opendkim.sock",
                "master_service_disable = inet\nsmtpd_milters =",
            )
        ),
        changed(
            (_MAIN, "smtpd_milters = unix:opendkim/opendkim.sock", "smtpd_milters ="),
            (_MAIN, "non_smtpd_milters = $smtpd_milters", "non_smtpd_milters = unix:opendkim/opendkim.sock"),
            (_MASTER, "-o syslog_name=postfix/submission\n", "-o smtpd_milters=unix:opendkim/opendkim.sock\n"),
            (_MASTER, "-o syslog_name=postfix/submissions\n", "-o smtpd_milters=unix:opendkim/opendkim.sock\n"),
        ),
        changed((_MAIN, "unix:opendkim/opendkim.sock", "inet:127.0.0.1:11332"), removed=_NO_OPENDKIM),
        changed(
            (_MAIN, _HERE, "content_filter = amavis:[127.0.0.1]:10024"),
            removed=_NO_OPENDKIM,
        ),
        changed(
            (_MAIN, _HERE, "#"),
            ("mailcheck.yaml", "roles: [mx, submission, forwarder]", "roles: [mx]"),
            removed=_NO_OPENDKIM,
        ),
    ),
    bad=(
        changed((_MAIN, _HERE, "smtpd_milters = $empty\nempty ="), caret="$empty"),
        changed((_MAIN, _HERE, "smtpd_milters = $opendkim"), caret="$opendkim", also=("host-cf-undefined-var",)),
        changed((_MAIN, _HERE, "")),
        changed((_MAIN, _HERE, ""), removed=_NO_OPENDKIM),
    ),
)
