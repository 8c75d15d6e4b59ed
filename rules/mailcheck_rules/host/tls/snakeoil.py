"""The certificate that Postfix presents is signed by itself.

## What it checks
The certificates that services with TLS present to other hosts have another issuer than themselves, and are not
the one that Debian's package ssl-cert makes (`ssl-cert-snakeoil.pem`), which stands in main.cf from the
installation on.

## Why it matters
Nobody can verify it. Senders that follow an MTA-STS policy keep their mail back and bounce it after days; mail
programs of users warn or refuse, and teach users to click warnings away.

## Example
    smtpd_tls_cert_file=/etc/ssl/certs/ssl-cert-snakeoil.pem
    smtpd_tls_key_file=/etc/ssl/private/ssl-cert-snakeoil.key

## How to fix
    certbot certonly --standalone -d mail.example.com --deploy-hook 'postfix reload'

    smtpd_tls_chain_files =
        /etc/letsencrypt/live/mail.example.com/privkey.pem,
        /etc/letsencrypt/live/mail.example.com/fullchain.pem

For senders that use DANE alone, a TLSA record 3 1 1 makes a self-signed certificate a good one: then ignore this
rule.

## References
RFC 8461 section 4.2; RFC 7672 section 3.1.1; TLS_README.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_tls import Identity, TlsFile, identities, reachable
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed

_SNAKEOIL = "ssl-cert-snakeoil"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    if postfix.master_why:
        yield Skip(f"{postfix.folder}/master.cf: {postfix.master_why}")
    for identity in identities(postfix, reachable(postfix), facts.machine.files):
        file = _signed_by_itself(identity)
        if file is not None:
            yield Problem(
                f"the certificate in `{file.path}` is signed by itself: nobody can verify it",
                file.at,
                "certbot certonly -d NAME --deploy-hook 'postfix reload', then name its files here",
                token=file.path,
            )
        elif identity.unread:
            yield Skip(identity.unread)


def _signed_by_itself(identity: Identity) -> TlsFile | None:
    for leaf in identity.leaves:
        if leaf.is_self_signed:
            return leaf.source
    named = [file for file in identity.certificate_files if _SNAKEOIL in file.path and file.unread]
    return named[0] if named else None


_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_LIVE = "/etc/letsencrypt/live/mail.example.com"
_FILES = f"smtpd_tls_chain_files =\n    {_LIVE}/privkey.pem,\n    {_LIVE}/fullchain.pem\n"
_CERTIFICATE, _KEY = "/etc/ssl/certs/ssl-cert-snakeoil.pem", "/etc/ssl/private/ssl-cert-snakeoil.key"
_DEBIAN = f"smtpd_tls_cert_file={_CERTIFICATE}\nsmtpd_tls_key_file={_KEY}\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "RFC 8461 section 4.2",
    over=each_postfix,
    good=(
        changed(),
        changed(files={f"{_LIVE}/fullchain.pem": "{cert mail.example.com 60 ca mail}\n{cert ca 60 self ca}\n"}),
        changed(removed=(f"{_LIVE}/fullchain.pem",)),
        changed(removed=(_MASTER,)),
        changed(
            (_MAIN, "inet_interfaces = all\n", "inet_interfaces = loopback-only\n"),
            files={f"{_LIVE}/fullchain.pem": "{cert mail.example.com 60 self mail}\n"},
        ),
    ),
    bad=(
        changed(
            (_MAIN, _FILES, _DEBIAN),
            files={_CERTIFICATE: "{cert mail 60 self mail}\n", _KEY: "{key mail rsa2048 pem}\n"},
            stats={_KEY: (0o640, "root", "ssl-cert")},
            caret=_CERTIFICATE,
        ),
        changed(files={f"{_LIVE}/fullchain.pem": "{cert mail.example.com 60 self mail}\n"}),
    ),
)
