"""Any user may send as any other.

## What it checks
Each service where users log in has `smtpd_sender_login_maps`, and `reject_sender_login_mismatch` (or one of its
two sisters) in a list of restrictions before `permit_sasl_authenticated`.

## Why it matters
Whoever logs in writes what they like into the envelope sender, and the mail is signed with your key and passes
DMARC: a single stolen password sends as the director, and as every domain of the host.

## Example
    submission inet n - y - - smtpd
      -o smtpd_sasl_auth_enable=yes
      -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject

## How to fix
In main.cf, a table with an address and the logins that may use it:

    smtpd_sender_login_maps = hash:/etc/postfix/senders

and on the submission services of master.cf

      -o smtpd_sender_restrictions=reject_sender_login_mismatch

## References
postconf(5), `smtpd_sender_login_maps`, `reject_sender_login_mismatch`; RFC 6409 section 6.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_submission import login_services, ties_senders_to_logins
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    if postfix.master_why:
        yield Skip(f"{postfix.folder}/master.cf: {postfix.master_why}")
    for service in login_services(postfix):
        maps = postfix.of("smtpd_sender_login_maps", service)
        if not maps.is_determined:
            yield Skip(f"the value of `{maps.name}` is not determined: {maps.raw}")
        elif not maps.value:
            yield Problem(
                f"who logs in on `{service.name}` may send as anybody: `{maps.name}` is empty",
                maps.at if maps.is_set else service.at,
                "smtpd_sender_login_maps = hash:/etc/postfix/senders",
                token=service.name,
            )
        elif not ties_senders_to_logins(postfix, service):
            senders = postfix.of("smtpd_sender_restrictions", service)
            yield Problem(
                f"who logs in on `{service.name}` may send as anybody: nothing compares sender and login",
                senders.at if senders.origin == "master.cf" else service.at,
                "  -o smtpd_sender_restrictions=reject_sender_login_mismatch",
                token=service.name,
            )


_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_MAPS = "smtpd_sender_login_maps = hash:/etc/postfix/senders\n"
_CLASSES = "smtpd_restriction_classes = users\nusers = reject_authenticated_sender_login_mismatch, permit\n"


def _on_submission(restrictions: str) -> tuple[str, str, str]:
    """The same service with another list: the last of equal overrides wins."""
    old = "  -o smtpd_client_auth_rate_limit=20\nsubmissions"
    return (_MASTER, old, f"  -o smtpd_sender_restrictions={restrictions}\n{old}")


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postconf(5) smtpd_sender_login_maps",
    over=each_postfix,
    good=(
        changed(),
        changed(_on_submission("reject_known_sender_login_mismatch,permit_sasl_authenticated")),
        changed((_MAIN, _MAPS, _MAPS + _CLASSES), _on_submission("users")),
        changed((_MAIN, _MAPS, "smtpd_sender_login_maps = $process_id\n")),
        changed(removed=(_MASTER,)),
    ),
    bad=(
        changed((_MAIN, _MAPS, "")),
        changed((_MAIN, _MAPS, "smtpd_sender_login_maps =\n")),
        changed(_on_submission("reject_non_fqdn_sender"), caret="reject_non_fqdn_sender"),
        changed(_on_submission("permit_sasl_authenticated,reject_sender_login_mismatch")),
    ),
)
