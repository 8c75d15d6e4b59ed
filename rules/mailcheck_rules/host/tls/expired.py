"""The certificate that Postfix presents is not valid now.

## What it checks
The certificates that services with TLS present (`smtpd_tls_chain_files`, `smtpd_tls_cert_file`) have begun to be
valid and have not ended, at the time when the host was read.

## Why it matters
Postfix presents an expired certificate without a word in the log. Senders that follow your MTA-STS policy then
keep their mail back and bounce it after days, and the programs of your users warn of the server or do not connect.

## Example
    $ openssl x509 -noout -enddate -in /etc/letsencrypt/live/mail.example.com/fullchain.pem
    notAfter=Oct 30 00:00:00 2026 GMT

## How to fix
    certbot renew
    postfix reload

See why the renewal did not run by itself: `systemctl list-timers certbot.timer`.

## References
RFC 5280 section 4.1.2.5; RFC 8461 section 4.2; TLS_README.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_tls import identities
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix, now = facts.postfix, facts.machine.read_at
    assert postfix is not None
    if postfix.master_why:
        yield Skip(f"{postfix.folder}/master.cf: {postfix.master_why}")
    if now.tzinfo is None:
        yield Skip("when the host was read is not known")
        return
    for identity in identities(postfix, postfix.smtpd_services, facts.machine.files):
        if identity.unread:
            yield Skip(identity.unread)
        for leaf in identity.leaves:
            begins, ends = leaf.certificate.not_before, leaf.certificate.not_after
            if begins <= now <= ends:
                continue
            said = f"ended on {ends:%Y-%m-%d}" if ends < now else f"is not valid before {begins:%Y-%m-%d}"
            yield Problem(
                f"the certificate in `{leaf.source.path}` {said}",
                leaf.source.at,
                "certbot renew && postfix reload",
                token=leaf.source.path,
            )


_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_CERTIFICATE = "/etc/letsencrypt/live/mail.example.com/fullchain.pem"
_RENEWED = "{cert mail.example.com 89 ca mail}\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "RFC 5280 section 4.1.2.5",
    over=each_postfix,
    good=(
        changed(),
        changed(files={_CERTIFICATE: _RENEWED + "{cert ca -1 self ca}\n"}),
        changed(
            (
                _MAIN,
                "smtpd_tls_security_level = may",
                "smtpd_tls_security_level = may\nsmtpd_tls_cert_file = /old.pem",
            ),
            files={"/old.pem": "{cert mail.example.com -1 ca mail}\n"},
        ),
        changed(removed=(_CERTIFICATE,)),
        changed(removed=(_MASTER,)),
    ),
    bad=(
        changed(files={_CERTIFICATE: "{cert mail.example.com -1 ca mail}\n"}, caret=_CERTIFICATE),
        changed(files={_CERTIFICATE: "{cert mail.example.com 91 ca mail}\n"}, caret=_CERTIFICATE),
    ),
)
