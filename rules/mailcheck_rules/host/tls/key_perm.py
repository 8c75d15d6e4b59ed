"""The private key of the TLS certificate can be read by others than root.

## What it checks
Files that hold the private keys of Postfix (`smtpd_tls_chain_files`, `smtpd_tls_key_file`) give nothing to
everybody, and to a group only where that is `root` or Debian's `ssl-cert`. Owners and modes of a copied tree tell
nothing, and are not checked.

## Why it matters
Whoever has the key can be your mail server: read what is sent to it, take the passwords of users, and answer for
it under MTA-STS and DANE. Postfix opens the file as root, so nobody else needs it.

## Example
    -rw-r--r-- 1 root root 1704 Nov  1 10:00 /etc/ssl/private/mail.key

## How to fix
    chown root:root /etc/ssl/private/mail.key && chmod 600 /etc/ssl/private/mail.key

Then have a new key made, as the old one may be known: `certbot renew --force-renewal --new-key`.

## References
postconf(5), `smtpd_tls_key_file`; TLS_README.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_tls import TlsFile, identities
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.machine import Stat

_GROUPS = ("root", "ssl-cert")


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    if postfix.master_why:
        yield Skip(f"{postfix.folder}/master.cf: {postfix.master_why}")
    found = identities(postfix, postfix.smtpd_services, facts.machine.files)
    files = {file.path: file for one in found for file in one.key_files if _may_hold_a_key(file)}
    if files and not facts.machine.live:
        yield Skip("not checked: owners and modes of a copied tree cannot be trusted")
        return
    for file in files.values():
        stat = file.file.stat if file.file else None
        if stat is None:
            yield Skip(file.unread or f"owner and mode are not known: {file.path}")
        elif who := _others(stat):
            yield Problem(
                f"the private key in `{file.path}` can be used by {who} (mode {stat.mode:03o})",
                file.at,
                f"chown root:root {file.path} && chmod 600 {file.path}",
                token=file.path,
            )


def _may_hold_a_key(file: TlsFile) -> bool:
    there = file.file is not None and file.file.state not in ("missing", "folder")
    return there and bool(file.unread or file.pem.keys or file.pem.first == "key")


def _others(stat: Stat) -> str:
    """Who else than root gets at it, empty for nobody."""
    if stat.mode & 0o006:
        return "everybody"
    if stat.mode & 0o060 and stat.group not in _GROUPS:
        return f"the group `{stat.group}`"
    return f"`{stat.owner}`, who owns it" if stat.owner != "root" else ""


_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_LIVE = "/etc/letsencrypt/live/mail.example.com"
_KEY = f"{_LIVE}/privkey.pem"
_FILES = f"smtpd_tls_chain_files =\n    {_LIVE}/privkey.pem,\n    {_LIVE}/fullchain.pem\n"
_BOTH = {"/etc/ssl/both.pem": "{key mail rsa2048 pem}\n{cert mail.example.com 60 ca mail}\n"}

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) smtpd_tls_key_file",
    over=each_postfix,
    needs=("live-host",),
    good=(
        changed(),
        changed(stats={_KEY: (0o640, "root", "ssl-cert")}),
        changed(stats={_KEY: (0o644, "root", "root")}, live=False),
        changed(stats={_KEY: (0o644, "root", "root")}, files={_KEY: "{cert mail.example.com 60 ca mail}\n"}),
        changed(removed=(_KEY,)),
        changed(removed=(_MASTER,)),
    ),
    bad=(
        changed(stats={_KEY: (0o644, "root", "root")}, caret=_KEY),
        changed(stats={_KEY: (0o640, "root", "www-data")}, caret=_KEY),
        changed(stats={_KEY: (0o600, "www-data", "root")}, caret=_KEY),
        changed(
            (_MAIN, _FILES, "smtpd_tls_cert_file = /etc/ssl/both.pem\n"), files=_BOTH, caret="/etc/ssl/both.pem"
        ),
    ),
)
