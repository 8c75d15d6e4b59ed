"""A certificate and its key do not belong together.

## What it checks
The first certificate of `smtpd_tls_cert_file` has the public key of `smtpd_tls_key_file`. In
`smtpd_tls_chain_files`, read as one text, each key stands before its certificate.

## Why it matters
Postfix warns in the log, goes on without TLS, and answers STARTTLS with 454. It happens when only one of the two
files was copied after a renewal, and when the authority's certificate stands above the host's own.

## Example
    smtpd_tls_chain_files =
        /etc/letsencrypt/live/mail.example.com/fullchain.pem,
        /etc/letsencrypt/live/mail.example.com/privkey.pem

## How to fix
    smtpd_tls_chain_files =
        /etc/letsencrypt/live/mail.example.com/privkey.pem,
        /etc/letsencrypt/live/mail.example.com/fullchain.pem

Two files fit where these commands print the same:

    openssl x509 -noout -pubkey -in fullchain.pem
    openssl pkey -pubout -in privkey.pem

## References
postconf(5), `smtpd_tls_chain_files`, `smtpd_tls_key_file`; TLS_README.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_tls import Identity, TlsFile, identities
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    if postfix.master_why:
        yield Skip(f"{postfix.folder}/master.cf: {postfix.master_why}")
    for identity in identities(postfix, postfix.smtpd_services, facts.machine.files):
        unread = [file.unread for file in (*identity.certificate_files, *identity.key_files) if file.unread]
        if unread:
            yield Skip(unread[0])
        elif identity.is_chain:
            yield from _chain(identity.key_files)
        else:
            yield from _pair(identity)


def _chain(files: tuple[TlsFile, ...]) -> Iterator[Problem]:
    first = files[0]
    certified = {one.key.spki for file in files for one in file.pem.certificates}
    if first.pem.first == "certificate":
        why = "stands before its key" if any(file.pem.keys for file in files) else "has no key in any chain file"
        yield _problem(f"the certificate in `{first.path}` {why}", first, ())
        return
    for file in files:
        if certified and any(key.spki not in certified for key in file.pem.keys):
            yield _problem(f"no certificate of the chain files is for the key in `{file.path}`", file, ())


def _pair(identity: Identity) -> Iterator[Problem]:
    certificate, key = identity.certificate_files[0], identity.key_files[0]
    certificates, keys = certificate.pem.certificates, key.pem.keys
    if not certificates or not keys or certificates[0].key.spki == keys[0].spki:
        return
    later = any(one.key.spki == keys[0].spki for one in certificates)
    why = "is for a certificate that does not stand first in" if later else "is not that of"
    related = () if certificate.at == key.at else (Label(certificate.at, "the certificate"),)
    yield _problem(f"the key in `{key.path}` {why} `{certificate.path}`", key, related)


def _problem(message: str, file: TlsFile, related: tuple[Label, ...]) -> Problem:
    return Problem(
        f"{message}, so TLS does not work",
        file.at,
        "name key and certificate of one renewal, in a chain the key first, then: postfix reload",
        related,
        token=file.path,
    )


_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_LIVE = "/etc/letsencrypt/live/mail.example.com"
_FILES = f"smtpd_tls_chain_files =\n    {_LIVE}/privkey.pem,\n    {_LIVE}/fullchain.pem\n"
_PAIR = f"smtpd_tls_cert_file = {_LIVE}/fullchain.pem\nsmtpd_tls_key_file = {_LIVE}/privkey.pem\n"
_OTHER = {f"{_LIVE}/privkey.pem": "{key other rsa2048 pem}\n"}
_OWN, _CA = "{cert mail.example.com 60 ca mail}\n", "{cert ca 60 self ca}\n"
_BOTH = {"/etc/ssl/both.pem": "{key mail rsa2048 pem}\n" + _OWN + _CA}

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) smtpd_tls_chain_files, smtpd_tls_key_file",
    over=each_postfix,
    needs=("root",),
    good=(
        changed(),
        changed((_MAIN, _FILES, _PAIR)),
        changed((_MAIN, _FILES, "smtpd_tls_cert_file = /etc/ssl/both.pem\n"), files=_BOTH),
        changed((_MAIN, _FILES, "smtpd_tls_chain_files = /etc/ssl/both.pem\n"), files=_BOTH),
        changed(removed=(f"{_LIVE}/privkey.pem",)),
        changed((_MAIN, _FILES, "smtpd_tls_cert_file = $process_id\n")),
        changed(removed=(_MASTER,)),
    ),
    bad=(
        changed((_MAIN, _FILES, _PAIR), files=_OTHER, caret=f"{_LIVE}/privkey.pem"),
        changed(files=_OTHER, caret=f"{_LIVE}/privkey.pem"),
        changed((_MAIN, _FILES, f"smtpd_tls_chain_files = {_LIVE}/fullchain.pem, {_LIVE}/privkey.pem\n")),
        changed((_MAIN, f"    {_LIVE}/privkey.pem,\n", ""), caret=f"{_LIVE}/fullchain.pem"),
        changed((_MAIN, _FILES, _PAIR), files={f"{_LIVE}/fullchain.pem": _CA + _OWN}),
    ),
)
