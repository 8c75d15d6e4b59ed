"""Nothing tells Postfix that its certificate was renewed.

## What it checks
On the running host: a certificate of certbot is newer than the start of Postfix, and no hook could have reloaded
it, neither in `/etc/letsencrypt/renewal-hooks/deploy` nor in the certificate's `renewal/NAME.conf`.
Where there is such a hook, or another program renews, it is not known whether Postfix was reloaded: not checked.

## Why it matters
Processes keep the certificate that they began with. A busy smtpd, and postscreen's tlsproxy, present the old one
until they end, be it expired: senders that verify it put their mail off.

## Example
    fullchain.pem     renewed on 2026-10-28
    master            runs since 2026-10-20

## How to fix
    printf '#!/bin/sh\\npostfix reload\\n' > /etc/letsencrypt/renewal-hooks/deploy/postfix
    chmod +x /etc/letsencrypt/renewal-hooks/deploy/postfix
    postfix reload

## References
certbot(1), renewal hooks; smtpd(8), `max_use`; TLS_README.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from mailcheck.analysis.certbot import HOOKS, may_reload, renewal_file
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_tls import TlsFile, identities
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    if postfix.master_why:
        yield Skip(f"{postfix.folder}/master.cf: {postfix.master_why}")
    found = identities(postfix, postfix.smtpd_services, facts.machine.files)
    sources = {leaf.source.path: leaf.source for identity in found for leaf in identity.leaves}
    if not facts.machine.live:
        if sources:
            yield Skip("not checked: times of a copied tree cannot be trusted")
        return
    if facts.machine.postfix_started is None:
        yield Skip("when Postfix was started is not known")
        return
    for source in sources.values():
        yield from _judged(source, facts, facts.machine.postfix_started)


def _judged(source: TlsFile, facts: HostFacts, started: datetime) -> Iterator[Problem | Skip]:
    stat = source.file.stat if source.file else None
    if stat is None or stat.mtime <= started.timestamp():
        return
    reloads = may_reload(source.path, facts.machine.files)
    if reloads is not False:
        yield Skip(f"{source.path} is newer than the start of Postfix; whether it was reloaded since is not known")
        return
    renewed = datetime.fromtimestamp(stat.mtime, UTC)
    yield Problem(
        f"`{source.path}` was renewed on {renewed:%Y-%m-%d}, and nothing reloads Postfix, which runs since "
        f"{started:%Y-%m-%d}",
        source.at,
        f"postfix reload, and in {HOOKS}/postfix: #!/bin/sh\\npostfix reload",
        token=source.path,
    )


_CERTIFICATE = "/etc/letsencrypt/live/mail.example.com/fullchain.pem"
_RENEWAL = renewal_file(_CERTIFICATE)
_HOOK = {_RENEWAL: "[renewalparams]\nrenew_hook = postfix reload\n"}
_BEFORE = datetime(2026, 10, 1, 12, tzinfo=UTC)

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "smtpd(8) max_use",
    over=each_postfix,
    needs=("live-host",),
    good=(
        changed(),
        changed(newer=(_CERTIFICATE,)),
        changed(newer=(_CERTIFICATE,), postfix_started=_BEFORE, files={f"{HOOKS}/postfix": "postfix reload\n"}),
        changed(newer=(_CERTIFICATE,), postfix_started=_BEFORE, files=_HOOK),
        changed(newer=(_CERTIFICATE,), live=False),
        changed(newer=(_CERTIFICATE,), postfix_started=None),
        changed(removed=("/etc/postfix/master.cf",)),
    ),
    bad=(
        changed(newer=(_CERTIFICATE,), postfix_started=_BEFORE, caret=_CERTIFICATE),
        changed(
            newer=(_CERTIFICATE,),
            postfix_started=_BEFORE,
            files={_RENEWAL: "[renewalparams]\nauthenticator = standalone\n"},
        ),
    ),
)
