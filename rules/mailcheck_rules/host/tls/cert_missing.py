"""A certificate or key file of Postfix is not there, or holds none.

## What it checks
Every file that `smtpd_tls_chain_files`, `smtpd_tls_cert_file` and `smtpd_tls_key_file` (and their `ec` forms) name
for a service with TLS exists and holds what it is there for: a certificate, or a private key without a passphrase.

## Why it matters
Postfix starts all the same and warns in the log. It answers STARTTLS with 454, or offers it and breaks off: mail
comes in plain text or not at all, and users cannot log in. A key with a passphrase cannot be used, since nobody
is there to type it.

## Example
    smtpd_tls_cert_file = /etc/letsencrypt/live/mail.example.org/fullchain.pem
    # the certificate is for mail.example.com, and its folder bears that name

## How to fix
Name the files as they are called; list them with `certbot certificates`. Then `postfix reload`.

## References
postconf(5), `smtpd_tls_chain_files`, `smtpd_tls_cert_file`, `smtpd_tls_key_file`; TLS_README.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_tls import Identity, TlsFile, identities
from mailcheck.grammar.pem import BROKEN_CERTIFICATE, DER
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    if postfix.master_why:
        yield Skip(f"{postfix.folder}/master.cf: {postfix.master_why}")
    told: set[str] = set()
    for identity in identities(postfix, postfix.smtpd_services, facts.machine.files):
        for file, fault in _faults(identity):
            if file.path in told or not (file.unread or fault):
                continue
            told.add(file.path)
            if file.unread:
                yield Skip(file.unread)
                continue
            yield Problem(
                f"`{file.path}` {fault}, so TLS does not work",
                file.at,
                "name the file that is there, or make it, then: postfix reload",
                token=file.path,
            )


def _faults(identity: Identity) -> Iterator[tuple[TlsFile, str]]:
    """Each file with what is wrong with it, empty where nothing is."""
    if identity.is_chain:
        for file in identity.key_files:
            pem = file.pem
            works = bool(pem.certificates or pem.keys) and not pem.problem
            yield file, _fault(file, works, "neither certificate nor key that can be used")
        return
    for file in identity.certificate_files:
        works = bool(file.pem.certificates) and file.pem.problem not in (DER, BROKEN_CERTIFICATE)
        yield file, _fault(file, works, "no certificate that can be used")
    for file in identity.key_files:
        works = bool(file.pem.keys) and file.pem.problem != DER
        yield file, _fault(file, works, "no private key that can be used")


def _fault(file: TlsFile, works: bool, nothing: str) -> str:
    if works or file.file is None:
        return ""
    if file.file.state != "file":
        return "is missing" if file.file.state == "missing" else f"is a {file.file.state}"
    return f"holds {nothing} ({file.pem.problem})" if file.pem.problem else f"holds {nothing}"


_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_LIVE = "/etc/letsencrypt/live/mail.example.com"
_FILES = f"""\
smtpd_tls_chain_files =
    {_LIVE}/privkey.pem,
    {_LIVE}/fullchain.pem
"""
_PAIR = f"smtpd_tls_cert_file = {_LIVE}/fullchain.pem\nsmtpd_tls_key_file = {_LIVE}/privkey.pem\n"
_TOGETHER = {"/etc/ssl/both.pem": "{key mail rsa2048 pem}\n{cert mail.example.com 60 ca mail}\n"}

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) smtpd_tls_chain_files, smtpd_tls_cert_file",
    over=each_postfix,
    needs=("root",),
    good=(
        changed(),
        changed((_MAIN, _FILES, _PAIR)),
        changed((_MAIN, _FILES, "smtpd_tls_cert_file = /etc/ssl/both.pem\n"), files=_TOGETHER),
        changed(
            (_MAIN, _FILES, "smtpd_tls_cert_file = /nowhere\nsmtpd_tls_chain_files = /etc/ssl/both.pem\n"),
            files=_TOGETHER,
        ),
        changed((_MAIN, _FILES, "smtpd_tls_cert_file = $process_id\n")),
        changed(removed=(_MASTER,)),
    ),
    bad=(
        changed(removed=(f"{_LIVE}/fullchain.pem",), caret=f"{_LIVE}/fullchain.pem"),
        changed(removed=(f"{_LIVE}/privkey.pem",), caret=f"{_LIVE}/privkey.pem"),
        changed((_MAIN, _FILES, _PAIR), removed=(f"{_LIVE}/privkey.pem",), caret=f"{_LIVE}/privkey.pem"),
        changed((_MAIN, _FILES, f"smtpd_tls_cert_file = {_LIVE}/fullchain.pem\n"), caret=f"{_LIVE}/fullchain.pem"),
        changed((_MAIN, _FILES, _PAIR.replace("fullchain", "privkey")), caret=f"{_LIVE}/privkey.pem"),
        changed((_MAIN, _FILES, _PAIR.replace("/privkey.pem", "")), caret=_LIVE),
        changed(
            files={f"{_LIVE}/fullchain.pem": "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"}
        ),
    ),
)
