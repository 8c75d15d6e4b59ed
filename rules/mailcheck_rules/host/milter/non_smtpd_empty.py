"""Mail from programs of the host is not signed, only mail that comes by SMTP.

## What it checks
Signatures are promised, smtpd services ask milters, and `non_smtpd_milters` is empty. It is for mail that
sendmail(1) takes: from cron, from web applications, from root.

## Why it matters
That mail leaves without a signature, and nothing is logged. It is often the mail one needs most, warnings
and receipts, and a DMARC policy of `reject` has it refused.

## Example
    smtpd_milters = unix:opendkim/opendkim.sock
    non_smtpd_milters =

## How to fix
Let it ask the same milters:

    non_smtpd_milters = $smtpd_milters

## References
postconf(5) non_smtpd_milters; MILTER_README
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.milters import milters, signing_promise, signs_after_filter
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed

_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_HERE = "non_smtpd_milters = $smtpd_milters"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    postfix, promise = facts.postfix, signing_promise(facts, ctx.host)
    if promise is None or signs_after_filter(postfix, None):
        return
    if not any(milters(postfix, service) for service in postfix.smtpd_services):
        return
    for service in postfix.services_running("cleanup"):
        setting = postfix.of("non_smtpd_milters", service)
        if not setting.is_determined:
            yield Skip("`non_smtpd_milters` cannot be expanded")
        elif not setting.value:
            yield Problem(
                "mail from programs of the host asks no milter: `non_smtpd_milters` is empty",
                setting.at,
                help="non_smtpd_milters = $smtpd_milters",
                related=(promise,),
                token=service.name,
            )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) non_smtpd_milters",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, _HERE, "non_smtpd_milters = unix:opendkim/opendkim.sock")),
        changed(
            (_MAIN, _HERE, "content_filter = amavis:[127.0.0.1]:10024"),
            (_MASTER, "pickup ", "127.0.0.1:10025 inet n - y - - smtpd\n  -o content_filter=\npickup "),
        ),
        changed(
            (
                _MAIN,
                "smtpd_milters = unix:opendkim/opendkim.sock\n" + _HERE,
                "smtpd_milters = inet:127.0.0.1:11332",
            ),
            ("mailcheck.yaml", "    selectors: [s202611]\n    srs-domain", "    srs-domain"),
            removed=("/etc/opendkim.conf", "/etc/default/opendkim"),
        ),
    ),
    bad=(
        changed(
            (_MAIN, _HERE, "non_smtpd_milters = $smtp_milters"),
            caret="$smtp_milters",
            also=("host-cf-undefined-var",),
        ),
        changed((_MAIN, _HERE, "non_smtpd_milters =")),
        changed((_MAIN, _HERE, "# none")),
        changed((_MASTER, "0       cleanup\n", "0       cleanup\n  -o non_smtpd_milters=\n")),
    ),
)
