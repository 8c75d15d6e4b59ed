"""Users have no port where TLS begins at once.

## What it checks
Where a service for users exists, one of them is in wrapper mode (`smtpd_tls_wrappermode = yes`), as
`submissions` on port 465 is. A service on port 465 that is not in wrapper mode does not count.

## Why it matters
TLS from the first byte leaves nothing to take away: mail programs are to prefer port 465 over STARTTLS on 587, and
some try it first. On a port 465 without wrapper mode they wait for the other side to speak TLS until they give up.

## Example
    submission inet n - y - - smtpd
      -o smtpd_tls_security_level=encrypt
    # and no line for submissions

## How to fix
Add to master.cf, with the other `-o` lines of the submission service:

    submissions inet n - y - - smtpd
      -o smtpd_tls_wrappermode=yes
      -o smtpd_sasl_auth_enable=yes

## References
RFC 8314 section 3.3; postconf(5), `smtpd_tls_wrappermode`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_settings import yes
from mailcheck.analysis.postfix_submission import submission_services
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    if postfix.master_why:
        yield Skip(f"{postfix.folder}/master.cf: {postfix.master_why}")
    services = submission_services(postfix)
    modes = [yes(postfix.of("smtpd_tls_wrappermode", service)) for service in services]
    if not services or True in modes:
        return
    if None in modes:
        yield Skip("the value of `smtpd_tls_wrappermode` is not determined")
        return
    at_465 = next((service for service in services if service.port == 465), None)
    if at_465 is not None:
        setting = postfix.of("smtpd_tls_wrappermode", at_465)
        yield Problem(
            f"`{at_465.name}` is on port 465 without `smtpd_tls_wrappermode = yes`",
            setting.at if setting.origin == "master.cf" else at_465.at,
            "  -o smtpd_tls_wrappermode=yes",
            token=at_465.name,
        )
        return
    yield Problem(
        f"users have `{services[0].name}`, but no service on port 465 with TLS from the start",
        services[0].at,
        "submissions inet n - y - - smtpd -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes",
        token="submissions",
    )


_MASTER = "/etc/postfix/master.cf"
_MODE = "  -o smtpd_tls_wrappermode=yes\n"
_PORT = "submissions inet n      -       y       -       -       smtpd\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.INFO,
    "RFC 8314 section 3.3",
    over=each_postfix,
    yields_to=("host-sub-no-encrypt",),
    good=(
        changed(),
        changed((_MASTER, _PORT, _PORT.replace("submissions", "smtps"))),
        changed((_MASTER, _MODE, "  -o { smtpd_tls_wrappermode = yes }\n")),
        changed((_MASTER, _MODE, "  -o smtpd_tls_wrappermode=$process_id\n")),
        changed(removed=(_MASTER,)),
    ),
    bad=(
        changed((_MASTER, _MODE, "")),
        changed((_MASTER, _MODE, "  -o smtpd_tls_wrappermode=no\n"), caret="no"),
        changed((_MASTER, _PORT, _PORT.replace("submissions", "127.0.0.1:465"))),
        changed((_MASTER, _MODE, ""), (_MASTER, _PORT, _PORT.replace("submissions", "2587"))),
    ),
)
