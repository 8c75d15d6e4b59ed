"""One service for users asks no milter, so that its mail leaves unsigned.

## What it checks
Other services ask milters, and a service where users log in does not: master.cf has `-o smtpd_milters=`
or `-o receive_override_options=no_milters` there, or main.cf is empty and this service has no `-o`. A
service before a content filter is right without, where the filter gives the mail back to one with milters.

## Why it matters
Mail that users hand over on that port leaves without a signature, mail from the other ports has one. No
log tells, and reports of DMARC show some failures among many passes.

## Example
    submissions inet n - y - - smtpd
      -o smtpd_milters=

## How to fix
Remove the line from master.cf, so that the service asks what main.cf names.

## References
postconf(5) smtpd_milters; master(5); RFC 6376
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.milters import milters, signing_promise, signs_after_filter, user_services
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, changed
from mailcheck.model.finding import Label

_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_SUBMISSIONS = "-o syslog_name=postfix/submissions\n"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem]:
    assert facts.postfix is not None
    postfix, promise = facts.postfix, signing_promise(facts, ctx.host)
    asking = next((service for service in postfix.smtpd_services if milters(postfix, service)), None)
    if promise is None or asking is None:
        return
    for service in user_services(postfix):
        if milters(postfix, service) or signs_after_filter(postfix, service):
            continue
        names = ("smtpd_milters", "receive_override_options")
        overrides = [service.overrides[name] for name in names if name in service.overrides]
        yield Problem(
            f"the service `{service.name}` takes mail from users and asks no milter",
            overrides[0].at if overrides else service.at,
            help="remove this line, so that the service asks what main.cf names"
            if overrides
            else "  -o smtpd_milters=unix:opendkim/opendkim.sock",
            related=(promise, Label(asking.at, "this service asks one")),
            token=service.name,
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
                _MASTER,
                "smtp      inet  n       -       y       -       -       smtpd\n",
                "smtp      inet  n       -       y       -       -       smtpd\n  -o smtpd_milters=\n",
            ),
        ),
        changed(
            (_MASTER, _SUBMISSIONS, "-o content_filter=amavis:[127.0.0.1]:10024\n  -o smtpd_milters=\n"),
            (_MASTER, "pickup ", "127.0.0.1:10025 inet n - y - - smtpd\n  -o content_filter=\npickup "),
        ),
        changed(
            (_MAIN, "unix:opendkim/opendkim.sock", "inet:127.0.0.1:11332"),
            (_MASTER, _SUBMISSIONS, "-o smtpd_milters=\n"),
            ("mailcheck.yaml", "    selectors: [s202611]\n    srs-domain", "    srs-domain"),
            removed=("/etc/opendkim.conf", "/etc/default/opendkim"),
        ),
    ),
    bad=(
        changed((_MASTER, _SUBMISSIONS, "-o smtpd_milters=\n")),
        changed((_MASTER, _SUBMISSIONS, "-o receive_override_options=no_milters\n"), caret="no_milters"),
        changed(
            (_MAIN, "smtpd_milters = unix:opendkim/opendkim.sock", "smtpd_milters ="),
            (_MAIN, "non_smtpd_milters = $smtpd_milters", "non_smtpd_milters = unix:opendkim/opendkim.sock"),
            (_MASTER, "-o syslog_name=postfix/submission\n", "-o smtpd_milters=unix:opendkim/opendkim.sock\n"),
        ),
    ),
)
